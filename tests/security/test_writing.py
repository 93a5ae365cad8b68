from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.exc import ObjectDeletedError

from core.errors import Stale
from core.security.refusals import (
    CompanyIsFinal,
    IdChosen,
    OperationRefused,
    OtherCompany,
    ReferenceRefused,
    RowRefused,
    StatementRefused,
)
from sample_vault.models import Deal, DealLine, Label, Safe
from tests.security.conftest import refused
from tests.security.factories import a_deal, a_line

if TYPE_CHECKING:
    from tests.security.conftest import Vault


def test_a_user_writes_what_the_role_grants(vault: Vault) -> None:
    env = vault.seller()

    deal = env.add(Deal, title="Crane", owner_id=vault.ana, amount=Decimal(700))
    deal.title = "Tall crane"
    env.session.flush()
    deal.lines.append(env[DealLine](text="Hook"))
    env.session.flush()

    vault.system.session.expire_all()
    stored = vault.system.get(Deal, deal.id)
    assert (stored.title, stored.company_id, [line.text for line in stored.lines]) == (
        "Tall crane",
        vault.here,
        ["Hook"],
    )
    env.session.delete(deal)
    env.session.flush()
    assert vault.system.session.get(vault.system[Deal], deal.id, populate_existing=True) is None


def test_a_kind_without_grant_is_not_written(vault: Vault) -> None:
    env = vault.seller()

    with refused(OperationRefused, "You may not create: Labels. Ask an administrator"):
        env.add(Label, text="x")
    env.session.expunge_all()
    with refused(OperationRefused, "You may not create: Safes."):
        env.add(Safe, code="x")
    env.session.expunge_all()
    label = vault.system.add(Label, text="urgent")
    mine = env.session.get_one(env[Label], label.id)
    mine.text = "late"
    with refused(OperationRefused, "You may not change: Labels."):
        env.session.flush()
    env.session.refresh(mine)
    env.session.delete(mine)
    with refused(OperationRefused, "You may not delete: Labels."):
        env.session.flush()


def test_a_row_that_is_seen_but_not_owned_is_not_changed_or_deleted(vault: Vault) -> None:
    small = a_deal(vault, title="small", owner_id=vault.ben, amount=Decimal(5))
    env = vault.seller()
    record = env.session.get_one(env[Deal], small.id)

    record.title = "mine now"
    with refused(RowRefused, "Your role does not let you change this one"):
        env.session.flush()
    env.session.refresh(record)
    env.session.delete(record)
    with refused(RowRefused, "Your role does not let you delete this one"):
        env.session.flush()


def test_taking_over_a_row_by_the_same_change_is_refused(vault: Vault) -> None:
    small = a_deal(vault, owner_id=vault.ben, amount=Decimal(5))
    env = vault.seller()
    record = env.session.get_one(env[Deal], small.id)

    record.owner_id = vault.ana

    with refused(RowRefused):
        env.session.flush()


def test_giving_a_row_away_or_creating_it_for_another_is_refused(vault: Vault) -> None:
    mine = a_deal(vault)
    env = vault.seller()

    with refused(RowRefused, "or change it so", inside=env):
        env.session.get_one(env[Deal], mine.id).owner_id = vault.ben
    with refused(RowRefused, "does not let you create this here", inside=env):
        env.add(Deal, title="for Ben", owner_id=vault.ben)


def test_a_row_enters_or_leaves_only_companies_the_user_works_in(vault: Vault) -> None:
    mine = a_deal(vault)
    env = vault.boss()

    with refused(OtherCompany, "belongs to a company you do not work in"):
        env.add(Deal, title="x", company_id=vault.there)
    env.session.expunge_all()
    record = env.session.get_one(env[Deal], mine.id)
    record.company_id = vault.there
    with refused(CompanyIsFinal, "stays in its company"):
        env.session.flush()


def test_an_identity_made_up_in_memory_writes_nothing(vault: Vault) -> None:
    hidden = a_deal(vault, company_id=vault.there)
    line = a_line(vault, hidden)
    env = vault.boss()

    fake = env[Deal](id=hidden.id)
    make_transient_to_detached(fake)
    env.session.add(fake)
    fake.title = "stolen"
    with pytest.raises((OtherCompany, RowRefused, Stale, ObjectDeletedError)):
        env.session.flush()
    env = vault.boss()
    fake_line = env[DealLine](id=line.id)
    make_transient_to_detached(fake_line)
    env.session.add(fake_line)
    fake_line.text = "stolen"
    with pytest.raises((RowRefused, ObjectDeletedError)):
        env.session.flush()


@pytest.mark.parametrize("attach", ["add", "merge"])
def test_values_made_up_in_memory_do_not_convince(vault: Vault, attach: str) -> None:
    foreign, other = a_deal(vault, company_id=vault.there), a_deal(vault, owner_id=vault.ben)
    vault.system.session.flush()

    for hidden in (foreign, other):
        env = vault.seller()
        fake = env[Deal](id=hidden.id, company_id=vault.here, owner_id=vault.ana, version=1)
        make_transient_to_detached(fake)
        if attach == "add":
            env.session.add(fake)
        else:
            fake = env.session.merge(fake, load=False)
        fake.title = "stolen"
        with refused(RowRefused):
            env.session.flush()
        env.session.expunge_all()
        line = env[DealLine](id=a_line(vault, hidden).id, deal_id=hidden.id)
        make_transient_to_detached(line)
        env.session.add(line)
        env.session.delete(line)
        with refused(RowRefused):
            env.session.flush()
        env.session.expunge_all()


def test_merging_a_foreign_row_writes_nothing(vault: Vault) -> None:
    hidden = a_deal(vault, company_id=vault.there)
    env = vault.boss()

    env.session.merge(env[Deal](id=hidden.id, title="stolen"))

    with refused(IdChosen, "The number of a new entry is given by the platform"):
        env.session.flush()


def test_a_foreign_record_attached_from_another_session_is_not_written(vault: Vault) -> None:
    hidden = a_deal(vault, company_id=vault.there)
    env = vault.boss()
    vault.system.session.expunge(hidden)
    env.session.add(hidden)

    hidden.title = "stolen"
    with refused(OtherCompany):
        env.session.flush()


def test_lines_are_not_written_into_documents_the_user_does_not_see(vault: Vault) -> None:
    hidden = a_deal(vault, owner_id=vault.ben)
    mine = a_deal(vault)
    line = a_line(vault, mine)

    env = vault.seller()
    with refused(RowRefused, inside=env):
        env.add(DealLine, deal_id=hidden.id, text="x")
    with refused(RowRefused, inside=env):
        env.session.get_one(env[DealLine], line.id).deal_id = hidden.id


def test_a_row_points_only_to_what_its_writer_sees(vault: Vault) -> None:
    hidden = a_deal(vault, company_id=vault.there)

    env = vault.seller()
    with refused(
        ReferenceRefused, f"Deals: number {hidden.id} does not exist, or you may not see", inside=env
    ):
        env.add(Deal, title="x", owner_id=vault.ana, parent_id=hidden.id)


def test_a_new_record_does_not_choose_its_id(vault: Vault) -> None:
    with refused(IdChosen):
        vault.seller().add(Deal, id=10**9, title="x", owner_id=vault.ana)


def test_statements_that_write_are_refused(vault: Vault) -> None:
    a_deal(vault)
    env = vault.boss()
    deal: Any = env[Deal]

    for statement in (
        update(deal).values(title="x"),
        delete(deal),
        insert(deal).values(title="x"),
        insert(deal.__table__).values(title="x"),
        update(deal).where(deal.id > 0).values(title="x").returning(deal.title),
    ):
        with refused(StatementRefused, "env.bulk_"):
            env.session.execute(statement)
    for bulk in (
        lambda: env.session.bulk_save_objects([deal(title="x")]),
        lambda: env.session.bulk_insert_mappings(deal, [{"title": "x"}]),
        lambda: env.session.bulk_update_mappings(deal, [{"id": 1, "title": "x"}]),
        lambda: env.session.query(deal).update({"title": "x"}),
        lambda: env.session.query(deal).delete(),
    ):
        with refused(StatementRefused):
            bulk()


def test_someone_who_saved_first_is_not_overwritten(vault: Vault) -> None:
    known = a_deal(vault)
    env = vault.boss()
    record = env.session.get_one(env[Deal], known.id)
    known.title = "first"
    vault.system.session.flush()

    record.title = "second"

    with refused(Stale, "Someone else saved this first"):
        env.session.flush()


def test_many_to_many_links_need_the_right_to_change_the_record(vault: Vault) -> None:
    small = a_deal(vault, owner_id=vault.ben, amount=Decimal(5))
    label = vault.system.add(Label, text="urgent")
    env = vault.seller()

    record = env.session.get_one(env[Deal], small.id)
    record.labels.append(env.session.get_one(env[Label], label.id))

    with refused(RowRefused):
        env.session.flush()


def test_bulk_writes_obey_grants_rules_and_companies(vault: Vault) -> None:
    mine, other = a_deal(vault, title="mine"), a_deal(vault, title="other", owner_id=vault.ben)
    foreign = a_deal(vault, title="foreign", company_id=vault.there)
    env = vault.seller()
    deal = env[Deal]

    ids = env.bulk_insert(Deal, [{"title": f"n{i}", "owner_id": vault.ana} for i in range(3)])
    changed = env.bulk_update(Deal, deal.title.in_(["mine", "other", "foreign"]), {"amount": deal.amount + 1})
    gone = env.bulk_delete(Deal, deal.id.in_([ids[0], other.id, foreign.id]))

    vault.system.session.expire_all()
    assert (len(ids), changed, gone) == (3, 1, 1)
    assert (mine.amount, other.amount, foreign.amount) == (Decimal(501), Decimal(500), Decimal(500))
    assert vault.system.get(Deal, ids[1]).company_id == vault.here
    with refused(RowRefused, inside=env):
        env.bulk_insert(Deal, [{"title": "x", "owner_id": vault.ben}])
    with refused(RowRefused, inside=env):
        env.bulk_update(Deal, deal.id == mine.id, {"owner_id": vault.ben})
    with refused(OtherCompany, inside=env):
        env.bulk_insert(Deal, [{"title": "x", "owner_id": vault.ana, "company_id": vault.there}])
    with refused(OtherCompany, inside=env):
        env.bulk_update(Deal, deal.id == mine.id, {"company_id": vault.there})
    with refused(ReferenceRefused, inside=env):
        env.bulk_insert(Deal, [{"title": "x", "owner_id": vault.ana, "parent_id": foreign.id}])
    with refused(OperationRefused, inside=env):
        env.bulk_delete(Label, env[Label].id > 0)
    with refused(Exception, "hidden", inside=env):
        env.bulk_update(Deal, deal.margin > 5, {"title": "x"})
    with refused(Exception, "hidden", inside=env):
        env.bulk_update(Deal, deal.id == mine.id, {"margin": 5})
    with refused(Exception, "hidden", inside=env):
        env.bulk_update(Deal, deal.id == mine.id, {"amount": deal.margin})
    with refused(IdChosen):
        env.bulk_insert(Deal, [{"id": 5, "title": "x"}])
