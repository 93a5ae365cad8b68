from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, desc, func, literal, select, union
from sqlalchemy.orm import Bundle, aliased, load_only, undefer, undefer_group, with_loader_criteria

from core.errors import NotAllowed
from core.security.models import User
from core.security.refusals import FieldRefused
from sample_vault.models import Deal
from tests.security.conftest import refused
from tests.security.factories import a_deal

if TYPE_CHECKING:
    from tests.security.conftest import Vault

SECRET = Decimal("77.77")


HASH = "$argon2id$SECRET"
BASE32 = "BASE32SECRET"


def test_a_hidden_column_is_never_loaded_and_refused_on_access(vault: Vault, statements: Any) -> None:
    a_deal(vault)
    env = vault.seller()
    deal = env[Deal]

    for options in (
        [],
        [undefer(deal.margin)],
        [undefer("*")],
        [undefer_group("sample_vault.margin")],
        [load_only(deal.margin)],
        [undefer(deal.cost)],
    ):
        env.session.expunge_all()
        with statements() as sent:
            record = env.session.scalars(select(deal).options(*options)).one()
        assert not [statement for statement in sent if "margin" in statement]
        assert not {"margin", "cost"} & set(record.__dict__)
        with refused(
            FieldRefused, "The field margin is hidden for your role. Ask an administrator for one of"
        ):
            _ = record.margin
        with refused(FieldRefused, "these roles: Head of sales."):
            _ = record.cost


def test_a_hidden_column_stays_hidden_after_expiring_and_refreshing(vault: Vault) -> None:
    known = a_deal(vault)
    env = vault.seller()
    record = env.session.get_one(env[Deal], known.id)

    env.session.expire(record)
    with refused(FieldRefused):
        _ = record.margin
    assert record.title == "Forklift"
    env.session.refresh(record)
    with refused(FieldRefused):
        env.session.refresh(record, ["title", "margin"])
    env.session.expire(record, ["margin"])

    assert not {"margin", "cost"} & set(record.__dict__)
    with refused(FieldRefused):
        _ = record.margin


def test_a_hidden_column_is_refused_anywhere_in_a_statement(vault: Vault) -> None:
    a_deal(vault)
    env = vault.seller()
    deal = env[Deal]
    other = aliased(deal)
    inner = select(deal.margin.label("m")).subquery()
    whole = select(deal).subquery()
    table: Any = deal.__table__  # type: ignore[attr-defined]  # the composed class has it

    for statement in (
        select(deal.margin),
        select(deal.margin.label("x")),
        select(other.margin),
        select(deal.title).where(deal.margin > 5),
        select(deal.title).where(other.margin > 5, other.id == deal.id),
        select(deal.title).order_by(deal.margin),
        select(deal.title).order_by(desc(deal.margin)),
        select(deal.title).order_by("margin"),
        select(deal.title).order_by(desc("margin")),
        select(func.count()).select_from(deal).group_by(deal.margin),
        select(func.count()).select_from(deal).group_by("margin"),
        select(func.sum(deal.margin)),
        select(deal.title).having(func.max(deal.margin) > 1).group_by(deal.title),
        select(case((deal.margin > 5, literal("big")), else_=literal("small"))),
        select(inner.c.m),
        select(whole.c.margin),
        select(aliased(deal, whole).margin),
        select(select(deal.margin).cte().c.margin),
        select(deal.title).where(select(other.id).where(other.margin > 5).exists()),
        select(deal.title).where(deal.id.in_(select(other.id).where(other.margin > 5))),
        select(deal.title, select(deal.margin).limit(1).scalar_subquery()),
        union(select(deal.title), select(deal.margin)),
        select(Bundle("b", deal.title, deal.margin)),
        select(deal.cost),
        select(deal.title).order_by(deal.cost),
        select(deal.title).join(other, other.margin == deal.margin),
        select(deal.id, func.row_number().over(order_by=deal.margin)),
        select(deal.title).where(table.c.margin > 5),
        select(deal.title, table.c.margin),
        select(deal.title).options(with_loader_criteria(deal, deal.margin > 5)),
    ):
        with refused(FieldRefused, "is hidden for your role"):
            env.session.execute(statement).all()
    with refused(FieldRefused):
        env.session.query(deal).filter_by(margin=5).all()


def test_selecting_from_a_subquery_of_the_model_leaves_it_out(vault: Vault) -> None:
    a_deal(vault)
    env = vault.seller()
    deal = env[Deal]

    row = env.session.execute(select(aliased(deal, select(deal).subquery()))).one()
    for statement in (
        select(select(deal).subquery()),
        select(select(deal).cte()),
        select(deal.id, select(deal).cte()),
    ):
        with refused(NotAllowed):
            env.session.execute(statement)
    both = env.session.execute(union(select(deal), select(deal).where(deal.id > 0))).one()

    assert "margin" not in row[0].__dict__
    assert SECRET not in tuple(both)


def test_whoever_holds_the_group_reads_and_compares_it(vault: Vault) -> None:
    known = a_deal(vault)
    env = vault.boss()
    deal = env[Deal]

    record = env.session.scalars(select(deal).where(deal.margin > 5).order_by(deal.margin)).one()

    assert (record.id, record.margin, record.cost) == (known.id, SECRET, Decimal("422.23"))
    env.session.expire(record)
    assert record.margin == SECRET
    assert env.session.scalar(select(func.sum(deal.margin))) == SECRET


def test_the_same_statement_is_compiled_apart_for_those_who_may_and_may_not(vault: Vault) -> None:
    a_deal(vault)

    for env, seen in (
        (vault.boss(), True),
        (vault.seller(), False),
        (vault.boss(), True),
        (vault.seller(), False),
    ):
        record = env.session.scalars(select(env[Deal])).one()
        assert ("margin" in record.__dict__) is seen


def test_a_hidden_field_is_not_written_either(vault: Vault) -> None:
    known = a_deal(vault)
    env = vault.seller()
    record = env.session.get_one(env[Deal], known.id)

    record.margin = Decimal(1)
    with refused(FieldRefused):
        env.session.flush()
    env.session.expunge_all()
    with refused(FieldRefused):
        env.add(Deal, title="new", owner_id=vault.ana, margin=Decimal(1))


def test_a_new_record_does_not_show_its_hidden_default(vault: Vault) -> None:
    env = vault.seller()
    record = env.add(Deal, title="new", owner_id=vault.ana)

    env.session.expire(record)

    with refused(FieldRefused):
        _ = record.margin


def test_password_hashes_are_hidden_from_administrators_too(vault: Vault) -> None:
    vault.system.session.get_one(vault.system[User], vault.ana).password_hash = HASH
    env = vault.as_(vault.eve, "base.admin")
    user = env[User]

    record = env.session.get_one(user, vault.ana)

    assert not {"password_hash", "totp_secret", "totp_step"} & set(record.__dict__)
    for statement in (select(user.password_hash), select(user.id).where(user.password_hash.like("$a%"))):
        with refused(FieldRefused, "is hidden"):
            env.session.execute(statement)
    with env.system("read the hash") as system:
        assert system.get(User, vault.ana).password_hash == HASH
