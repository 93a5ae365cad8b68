from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from core.errors import AddonError, NotFound
from core.security.audit import changes_of
from core.security.models import Audit, User
from core.security.refusals import OperationRefused, StatementRefused
from core.security.roles import Grant, Role, merge_roles
from core.security.trail import note, trail_of
from sample_vault.models import Deal, DealLine, Label
from tests.security.conftest import refused
from tests.security.factories import a_deal, a_line

if TYPE_CHECKING:
    from core.env import Env
    from tests.security.conftest import Vault


HASH = "$argon2id$SECRET"
BASE32 = "BASE32SECRET"


def rows(env: Env, *models: str) -> list[tuple[Any, ...]]:
    """What the trail would write, as (action, model, record, changes)."""
    found = trail_of(env.scope.connection).entries
    return [(e.action, e.model, e.record_id, dict(e.changes)) for e in found if e.model in models]


def test_an_elevated_env_sees_everything_and_leaves_its_reason(vault: Vault) -> None:
    hidden = a_deal(vault, company_id=vault.there, owner_id=vault.ben)
    env = vault.seller()

    with env.system("count the deals of the group") as system:
        assert system.get(Deal, hidden.id).margin == Decimal("77.77")
        assert system.user.id == vault.ana
    assert env.session.get(env[Deal], hidden.id) is None

    passages = [e for e in trail_of(env.scope.connection).entries if e.action == "system"]
    assert [(e.user_id, e.reason) for e in passages] == [(vault.ana, "count the deals of the group")]


def test_passages_share_one_session_and_nest_into_one(vault: Vault, statements: Any) -> None:
    known = a_deal(vault)
    env = vault.seller()

    with env.system("first") as first:
        seen = first.get(Deal, known.id)
        with first.system("inner") as inner:
            assert inner is first
    with env.system("second") as second, statements() as sent:
        assert second.get(Deal, known.id) is seen

    assert second is first
    assert sent == []
    assert first.reason == ""


def test_each_side_reads_again_what_the_other_wrote(vault: Vault, statements: Any) -> None:
    known, calm = a_deal(vault), a_deal(vault, title="calm")
    a_line(vault, known)
    env = vault.seller()
    mine, untouched = env.get(Deal, known.id), env.get(Deal, calm.id)
    assert [line.text for line in mine.lines] == ["Fork"]

    with env.system("rename") as system:
        theirs = system.get(Deal, known.id)
        theirs.title = "renamed"
        system.add(DealLine, deal_id=known.id, text="Seat")
    assert mine.title == "renamed"
    assert {line.text for line in mine.lines} == {"Fork", "Seat"}
    mine.title = "again"
    with env.system("read") as system:
        assert system.get(Deal, known.id).title == "again"
        system.bulk_update(Deal, system[Deal].id == known.id, {"title": "in bulk"})
    assert mine.title == "in bulk"
    with statements() as sent:
        assert untouched.title == "calm"
    assert sent == []


def test_a_failed_passage_leaves_the_user_as_before(vault: Vault) -> None:
    known = a_deal(vault)
    env = vault.seller()

    def fail() -> None:
        with env.session.begin_nested(), env.system("fail") as system:
            system.get(Deal, known.id).title = "half"
            system.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert env.get(Deal, known.id).title == "Forklift"
    with env.system("look") as system:
        assert system.get(Deal, known.id).title == "Forklift"


def test_every_write_is_noted_with_old_and_new(vault: Vault) -> None:
    env = vault.boss()
    trail_of(env.scope.connection).entries.clear()

    deal = env.add(Deal, title="Crane", amount=Decimal("10.5"), margin=Decimal(2))
    line = env.add(DealLine, deal_id=deal.id, text="Hook")
    deal.title = "Tall crane"
    deal.title = "Taller crane"
    env.session.flush()
    deal.title = "Taller crane"
    env.session.flush()
    env.session.delete(line)
    env.session.flush()

    assert rows(env, "sample_vault.deal", "sample_vault.deal_line") == [
        (
            "create",
            "sample_vault.deal",
            deal.id,
            {
                "title": [None, "Crane"],
                "amount": [None, Decimal("10.5")],
                "margin": [None, Decimal(2)],
                "company_id": [None, vault.here],
            },
        ),
        ("create", "sample_vault.deal_line", line.id, {"deal_id": [None, deal.id], "text": [None, "Hook"]}),
        ("update", "sample_vault.deal", deal.id, {"title": ["Crane", "Taller crane"]}),
        ("delete", "sample_vault.deal_line", line.id, {"deal_id": [deal.id, None], "text": ["Hook", None]}),
    ]


def test_a_value_set_without_being_read_is_noted_with_its_old_one(vault: Vault) -> None:
    known = a_deal(vault)
    env = vault.boss()
    record = env.get(Deal, known.id)
    env.session.expire(record)
    trail_of(env.scope.connection).entries.clear()

    record.margin = Decimal(5)
    env.session.flush()

    assert rows(env, "sample_vault.deal") == [
        ("update", "sample_vault.deal", known.id, {"margin": [Decimal("77.7700"), Decimal(5)]})
    ]


def test_links_and_bulk_writes_are_noted(vault: Vault) -> None:
    known, label = a_deal(vault), vault.system.add(Label, text="urgent")
    env = vault.boss()
    deal = env[Deal]
    trail_of(env.scope.connection).entries.clear()

    record = env.get(Deal, known.id)
    record.labels.append(env.get(Label, label.id))
    env.session.flush()
    new = env.bulk_insert(Deal, [{"title": "n"}])
    env.bulk_update(Deal, deal.id == known.id, {"amount": deal.amount + 1})
    env.bulk_delete(Deal, deal.id.in_(new))

    noted = rows(env, "sample_vault.deal")
    assert noted[0] == ("update", "sample_vault.deal", known.id, {"labels": [[], [label.id]]})
    assert [(action, number) for action, _, number, _ in noted[1:]] == [
        ("create", new[0]),
        ("update", known.id),
        ("delete", new[0]),
    ]
    assert noted[2][3] == {"amount": [Decimal("500.0000"), Decimal("501.0000")]}
    assert noted[3][3]["title"] == ["n", None]


def test_the_value_of_a_secret_is_never_kept(vault: Vault) -> None:
    env = vault.system
    trail_of(env.scope.connection).entries.clear()

    env.get(User, vault.ana).password_hash = HASH
    env.session.flush()
    user = env.add(User, name="Zoe", email="ZOE@example.com", totp_secret=BASE32)
    env.bulk_update(User, env[User].id == user.id, {"totp_step": 59_000_000})

    noted = rows(env, "core.user")
    assert noted[0] == ("update", "core.user", vault.ana, {"password_hash": None})
    assert noted[1][3]["totp_secret"] is None
    assert noted[2][3] == {"totp_step": None}
    assert BASE32 not in repr(noted)
    assert "59000000" not in repr(noted)
    assert user.email == "zoe@example.com"


def test_a_rolled_back_savepoint_takes_its_rows_with_it(vault: Vault) -> None:
    env = vault.boss()
    trail_of(env.scope.connection).entries.clear()

    def fail() -> None:
        with env.session.begin_nested():
            env.add(Deal, title="never")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with env.session.begin_nested():
        kept = env.add(Deal, title="kept")

    assert [(action, number) for action, _, number, _ in rows(env, "sample_vault.deal")] == [
        ("create", kept.id)
    ]


def test_a_transaction_writes_its_rows_by_one_statement(vaults: Any) -> None:
    entry = vaults.fresh(("sample_vault",))
    began = datetime.now(UTC)

    with vaults.platform.env(entry, request_id="r-1") as env:
        known = env.add(Deal, title="Crane", amount=Decimal("10.50"))
        env.add(DealLine, deal_id=known.id, text='quotes " and \\ and é')
        note(env, "export", known, rows=7)

    with vaults.platform.env(entry) as env:
        audit = env[Audit]
        found = env.session.scalars(select(audit).where(audit.request_id == "r-1").order_by(audit.id)).all()
        assert [(row.action, row.model, row.record_id) for row in found] == [
            ("create", "sample_vault.deal", known.id),
            ("create", "sample_vault.deal_line", 1),
            ("export", "sample_vault.deal", known.id),
        ]
        assert found[0].changes["amount"] == [None, "10.50"]
        assert found[1].changes["text"] == [None, 'quotes " and \\ and é']
        assert found[2].changes == {"rows": 7}
        assert all(began - timedelta(seconds=1) < row.at < datetime.now(UTC) for row in found)
        assert {row.reason for row in found} == {"platform"}


def test_the_audit_is_written_by_nobody_else(vault: Vault) -> None:
    env = vault.as_(vault.eve, "base.admin")

    with refused(StatementRefused, "audit"):
        env.add(Audit, at=datetime.now(UTC), action="x", changes={})
    env.session.expunge_all()
    with refused(OperationRefused):
        vault.seller().session.scalars(select(vault.seller()[Audit]))


def test_the_history_of_a_record_leaves_hidden_fields_out(vault: Vault) -> None:
    known = a_deal(vault)
    boss, seller = vault.boss(), vault.seller()
    record = boss.get(Deal, known.id)
    record.title, record.margin = "Crane", Decimal(5)
    boss.session.flush()
    record.margin = Decimal(6)
    boss.session.flush()

    seen = [dict(change.changes) for change in changes_of(seller, Deal, known.id)]
    all_of_it = [dict(change.changes) for change in changes_of(boss, Deal, known.id, fields={"margin"})]

    assert seen[0] == {"title": ["Forklift", "Crane"]}
    assert len(seen) == 2
    assert not [changes for changes in seen if "margin" in changes]
    assert [changes["margin"] for changes in all_of_it] == [
        ["5", "6"],
        ["77.7700", "5"],
        [None, "77.77"],
    ]
    with refused(NotFound):
        changes_of(vault.seller(vault.eve), Deal, known.id)


def test_an_administrator_reads_the_trail_of_the_companies_chosen(vault: Vault) -> None:
    here, there = a_deal(vault, title="here"), a_deal(vault, title="there", company_id=vault.there)
    a_line(vault, here, "line here")
    a_line(vault, there, "line there")
    trail_of(vault.system.scope.connection).write(vault.system.scope.connection)

    def told(*companies: int) -> set[str]:
        env = vault.as_(vault.eve, "base.admin", companies=companies)
        rows = env.session.scalars(select(env[Audit].changes).where(env[Audit].model.like("sample_vault.%")))
        return {str((changes.get("title") or changes.get("text"))[1]) for changes in rows}

    assert told(vault.here) == {"here", "line here"}
    assert told(vault.there) == {"there", "line there"}
    assert told(vault.here, vault.there) == {"here", "line here", "there", "line there"}


def test_no_role_may_grant_the_audit_trail() -> None:
    with refused(AddonError, "The role 'x.y' grants the audit trail"):
        merge_roles([Role("x.y", grants=(Grant(Audit, "r"),))])
