from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import exists, func, literal_column, select, tablesample, text, union, union_all
from sqlalchemy.orm import (
    aliased,
    contains_eager,
    joinedload,
    make_transient_to_detached,
    selectinload,
    subqueryload,
    with_loader_criteria,
)
from sqlalchemy.orm.exc import ObjectDeletedError

from core.errors import NotFound
from core.security.refusals import OperationRefused, StatementRefused
from sample_vault.models import Deal, DealLabel, DealLine, Label, Safe
from tests.security.conftest import refused
from tests.security.factories import a_deal, a_line

if TYPE_CHECKING:
    from tests.security.conftest import Vault


def titles(rows: Any) -> set[str]:
    return {deal.title for deal in rows}


@pytest.fixture
def deals(vault: Vault) -> dict[str, Deal]:
    """One of each kind: mine, small, another's, another company's."""
    found = {
        "mine": a_deal(vault, title="mine"),
        "small": a_deal(vault, title="small", owner_id=vault.ben, amount=Decimal(5)),
        "other": a_deal(vault, title="other", owner_id=vault.ben),
        "foreign": a_deal(vault, title="foreign", company_id=vault.there),
    }
    for deal in found.values():
        a_line(vault, deal, f"line of {deal.title}")
    found["mine"].parent_id = found["other"].id
    vault.system.session.flush()
    return found


VISIBLE = {"mine", "small"}


def test_a_list_holds_own_and_shared_rows_of_the_company_only(vault: Vault, deals: Any) -> None:
    assert titles(vault.seller().session.scalars(select(vault.seller()[Deal]))) == VISIBLE
    assert titles(vault.boss().session.scalars(select(vault.boss()[Deal]))) == {"mine", "small", "other"}


def test_both_companies_are_seen_by_whoever_works_in_both(vault: Vault, deals: Any) -> None:
    env = vault.boss(companies=(vault.here, vault.there))

    assert titles(env.session.scalars(select(env[Deal]))) == set(deals)


def test_an_administrator_sees_all_rows_of_the_chosen_companies(vault: Vault, deals: Any) -> None:
    env = vault.as_(vault.eve, "base.admin")

    assert titles(env.session.scalars(select(env[Deal]))) == {"mine", "small", "other"}


QUERIES = {
    "columns": lambda d: select(d.title),
    "label": lambda d: select(d.title.label("x")),
    "alias": lambda d: select(aliased(d).title),
    "alias entity": lambda d: select(aliased(d, name="z").title.label("t")),
    "subquery": lambda d: select(select(d).subquery().c.title),
    "aliased subquery": lambda d: select(aliased(d, select(d).subquery()).title),
    "cte": lambda d: select(select(d.title).cte("c").c.title),
    "union": lambda d: union(select(d.title), select(d.title)),
    "union all of aliases": lambda d: union_all(select(aliased(d).title), select(d.title)),
    "intersect": lambda d: select(d.title).intersect(select(d.title)),
    "from statement": lambda d: select(d.title).from_statement(select(d.title)),
    "lateral": lambda d: select(select(d.title).lateral("l").c.title),
    "window": lambda d: select(d.title).order_by(func.row_number().over(order_by=d.id)),
    "scalar subquery in columns": lambda d: select(
        select(aliased(d).title).limit(1).scalar_subquery().label("n"), d.title
    ).with_only_columns(d.title),
    "distinct": lambda d: select(d.title).distinct(),
    "group by": lambda d: select(d.title).group_by(d.title),
    "tuple in": lambda d: select(d.title).where(d.id.in_(select(d.id))),
}


@pytest.mark.parametrize("query", list(QUERIES))
def test_rules_hold_whatever_the_form_of_the_statement(vault: Vault, deals: Any, query: str) -> None:
    env = vault.seller()

    assert set(env.session.scalars(QUERIES[query](env[Deal]))) == VISIBLE


def test_counts_and_sums_are_of_visible_rows(vault: Vault, deals: Any) -> None:
    env = vault.seller()
    deal = env[Deal]

    assert env.session.scalar(select(func.count()).select_from(deal)) == 2
    assert env.session.scalar(select(func.count()).select_from(select(deal).subquery())) == 2
    assert env.session.scalar(select(func.sum(deal.amount))) == Decimal(505)
    assert env.session.scalar(select(func.count(deal.id))) == 2


def test_whether_a_hidden_row_exists_cannot_be_asked(vault: Vault, deals: Any) -> None:
    env = vault.seller()
    deal, other = env[Deal], aliased(env[Deal])
    hidden = deals["other"].id

    asked = [
        select(deal.title).where(exists().where(other.id == hidden)),
        select(deal.title).where(select(other.id).where(other.id == hidden).exists()),
        select(deal.title).where(
            select(func.count(other.id)).where(other.id == hidden).scalar_subquery() > 0
        ),
        select(env[DealLine].text).where(env[DealLine].deal.has(env[Deal].title == "other")),
        select(deal.title).where(deal.id == hidden, deal.lines.any()),
        select(deal.title).join(other, other.id == hidden),
        select(deal.title).where(other.id == hidden, other.id > deal.id - 10**9),
        select(env[DealLine].text).where(env[DealLine].deal_id == hidden),
    ]

    assert [list(env.session.scalars(statement)) for statement in asked] == [[]] * len(asked)


def test_joins_do_not_bring_hidden_rows(vault: Vault, deals: Any) -> None:
    env = vault.seller()
    deal, parent = env[Deal], aliased(env[Deal])

    inner = env.session.execute(
        select(deal.title, parent.title).join(parent, deal.parent_id == parent.id)
    ).all()
    outer = env.session.execute(select(deal.title, parent.title).outerjoin(deal.parent.of_type(parent))).all()
    full = env.session.execute(
        select(deal.title, parent.title).join(parent, deal.parent_id == parent.id, full=True)
    ).all()

    assert inner == []
    assert set(outer) == {("mine", None), ("small", None)}
    assert "foreign" not in {name for row in full for name in row}
    assert "other" not in {name for row in full for name in row}


@pytest.mark.parametrize("load", [None, joinedload, selectinload])
def test_links_lead_to_visible_rows_only(vault: Vault, deals: Any, load: Any) -> None:
    env = vault.seller()
    deal = env[Deal]
    options = [load(deal.parent), load(deal.lines)] if load else []

    mine = env.session.scalars(select(deal).where(deal.title == "mine").options(*options)).unique().one()

    assert mine.parent is None
    assert [line.text for line in mine.lines] == ["line of mine"]


def test_contains_eager_brings_no_hidden_row(vault: Vault, deals: Any) -> None:
    env = vault.seller()
    deal, parent = env[Deal], aliased(env[Deal])
    statement = select(deal).outerjoin(parent, deal.parent_id == parent.id)

    found = env.session.scalars(statement.options(contains_eager(deal.parent.of_type(parent)))).all()

    assert [row.parent for row in found] == [None, None]


def test_lists_sort_and_load_by_linked_records(vault: Vault, deals: Any) -> None:
    deals["mine"].parent_id = deals["small"].id
    deals["small"].parent_id = deals["other"].id
    vault.system.session.flush()
    env = vault.seller()
    deal, parent = env[Deal], aliased(env[Deal])
    joined = select(deal).outerjoin(deal.parent.of_type(parent))
    loaded = contains_eager(deal.parent.of_type(parent)).load_only(parent.id, parent.title)

    found = env.session.scalars(joined.options(loaded).order_by(parent.title, parent.id, deal.id)).all()
    counted = env.session.scalar(select(func.count()).select_from(joined.where(parent.id > 0).subquery()))

    assert [(row.title, row.parent.title if row.parent else None) for row in found] == [
        ("mine", "small"),
        ("small", None),
    ]
    assert counted == 1


def test_lines_follow_their_document(vault: Vault, deals: Any) -> None:
    env = vault.seller()

    assert set(env.session.scalars(select(env[DealLine].text))) == {"line of mine", "line of small"}


def test_a_record_is_not_found_by_its_number(vault: Vault, deals: Any) -> None:
    env = vault.seller()

    assert env.session.get(env[Deal], deals["mine"].id) is not None
    for hidden in ("other", "foreign"):
        assert env.session.get(env[Deal], deals[hidden].id) is None
        assert env.session.get(env[Deal], deals[hidden].id, with_for_update=True) is None
        with pytest.raises(NotFound):
            env.get(Deal, deals[hidden].id)


def test_an_identity_made_up_in_memory_loads_nothing(vault: Vault, deals: Any) -> None:
    env = vault.seller()
    fake = env[Deal](id=deals["other"].id)
    make_transient_to_detached(fake)
    env.session.add(fake)

    with pytest.raises(ObjectDeletedError):
        _ = fake.title


def test_refreshing_obeys_the_rules_of_now(vault: Vault, deals: Any) -> None:
    env = vault.seller()
    mine = env.session.get_one(env[Deal], deals["mine"].id)
    deals["mine"].owner_id = vault.ben
    vault.system.session.flush()

    env.session.expire(mine)

    with pytest.raises(ObjectDeletedError):
        _ = mine.title


def test_a_kind_without_grant_is_refused_naming_who_can_help(vault: Vault, deals: Any) -> None:
    env = vault.seller()
    deal, safe = env[Deal], env[Safe]
    vault.system.add(Safe, code="0000", deal_id=deals["mine"].id)

    for statement in (
        select(safe),
        select(safe.code),
        select(aliased(safe).code),
        select(func.count()).select_from(safe),
        select(deal).where(exists().where(safe.deal_id == deal.id)),
        select(deal).where(select(safe.id).exists()),
        select(deal).join(safe, safe.deal_id == deal.id),
        select(select(safe).subquery()),
        select(select(safe.code).cte().c.code),
        union(select(deal.title), select(safe.code)),
    ):
        with refused(OperationRefused, "You may not see: Safes. Only an administrator can do this."):
            env.session.execute(statement)
    with refused(OperationRefused, "You may not see: Safes."):
        env.session.get(safe, 1)
    with refused(OperationRefused, "Ask an administrator for one of these roles: Head of sales, Seller."):
        vault.as_(vault.eve, "base.user").session.scalars(select(deal))


def test_statements_that_rules_cannot_be_applied_to_are_refused(vault: Vault, deals: Any) -> None:
    env = vault.seller()
    deal = env[Deal]
    table: Any = deal.__table__  # type: ignore[attr-defined]  # the composed class has it

    for statement in (
        text("SELECT title FROM sample_vault_deal"),
        select(text("title")).select_from(table),
        select(table),
        select(table.c.title),
        select(deal.title).where(text("1 = 1")),
        select(deal.title).where(literal_column("margin") > 5),
        select(literal_column("*")).select_from(deal),
        select(text("*")).select_from(deal),
        select(deal.title).join(table.alias(), table.c.id == deal.id),
        select(deal.title, table.c.title.label("t2")).select_from(table),
        select(func.to_jsonb(table.table_valued())).select_from(deal),
        select(deal.title, func.set_config("role", "postgres", True)),
        select(deal.title, func.query_to_xml("select 1", True, True, "")),
        select(func.pg_sleep(0)).select_from(deal),
        select(deal.title.op("= '' OR (select true) --")("x")).select_from(deal),
        select(deal.title).prefix_with("/* x */"),
        select(deal).from_statement(text("SELECT * FROM sample_vault_deal")),
        select(func.set_config("role", "postgres", True)),
        select(func.to_jsonb(select(deal).subquery().table_valued())),
        select(deal).options(subqueryload(deal.lines)),
        select(deal.title).where(deal.parent.has(deal.title == "foreign")),
        table.insert().values(title="x"),
        table.update().values(title="x"),
        table.delete(),
    ):
        with refused(StatementRefused):
            env.session.execute(statement).all()
    with refused(StatementRefused):
        env.session.connection()


def test_a_bare_table_is_refused_wherever_its_model_does_not_stand_beside_it(
    vault: Vault, deals: Any
) -> None:
    env = vault.boss()
    deal, line = env[Deal], env[DealLine]
    table: Any = deal.__table__  # type: ignore[attr-defined]  # the composed class has it
    foreign = table.c.id == deals["foreign"].id
    bare = select(table.c.title).where(foreign)
    beside = bare.select_from(line)

    for statement in (
        select(tablesample(deal, 100)),
        select(tablesample(deal, 100).c.title),
        select(deal.id, tablesample(deal, 100).c.title),
        select(deal.id, table.alias().c.title),
        select(deal.id, bare.scalar_subquery()),
        select(deal.id, bare.correlate(None).scalar_subquery()),
        select(deal.id, beside.correlate(None).scalar_subquery()),
        select(deal.id, beside.correlate(line).scalar_subquery()),
        select(deal.id, beside.correlate_except(table).scalar_subquery()),
        select(deal.id, select(line.text, table.c.title).where(foreign).cte().c.title),
        select(deal.id, select(line.text, table.c.title).where(foreign).subquery().c.title),
        select(deal.title).where(deal.id.in_(select(select(table.c.id).cte().c.id))),
        select(deal.title).where(exists(select(table.alias("q").c.id))),
        select(deal.title).where(exists(select(line.id).select_from(table.join(line.__table__)))),
    ):
        with refused(StatementRefused):
            env.session.execute(statement).all()
    shared = select(deal.title).where(exists(select(line.id).where(line.deal_id == table.c.id)))
    assert set(env.session.scalars(shared)) == {"mine", "small", "other"}


def test_links_between_records_follow_the_record_that_declares_them(vault: Vault, deals: Any) -> None:
    label = vault.system.add(Label, text="urgent")
    for deal in deals.values():
        deal.labels.append(label)
    vault.system.session.flush()
    env = vault.seller()

    linked = set(env.session.scalars(select(env[DealLabel].deal_id)))

    assert linked == {deals["mine"].id, deals["small"].id}


def test_an_option_of_the_addon_does_not_replace_the_rule(vault: Vault, deals: Any) -> None:
    env = vault.seller()
    deal = env[Deal]

    statement = select(deal).options(with_loader_criteria(deal, deal.id > 0))

    assert titles(env.session.scalars(statement)) == VISIBLE


def test_labels_are_followed_through_their_association(vault: Vault, deals: Any) -> None:
    label = vault.system.add(Label, text="urgent")
    deals["mine"].labels.append(label)
    deals["other"].labels.append(label)
    vault.system.session.flush()
    env = vault.seller()
    deal = env[Deal]

    by_label = env.session.scalars(select(deal).where(deal.labels.any(env[Label].text == "urgent"))).all()
    joined = env.session.scalars(select(deal).join(deal.labels)).all()

    assert titles(by_label) == titles(joined) == {"mine"}
    assert [found.text for found in by_label[0].labels] == ["urgent"]


def test_users_of_the_same_form_share_the_compiled_statement(vault: Vault, deals: Any) -> None:
    ana, ben = vault.seller(), vault.seller(vault.ben)

    assert titles(ana.session.scalars(select(ana[Deal]))) == {"mine", "small"}
    assert titles(ben.session.scalars(select(ben[Deal]))) == {"small", "other"}
    assert titles(ana.session.scalars(select(ana[Deal]))) == {"mine", "small"}


def test_the_values_of_a_user_hold_in_aliases_of_a_statement_compiled_for_another(
    vault: Vault, deals: Any
) -> None:
    def titles_by_alias(env: Any) -> set[str]:
        other = aliased(env[Deal])
        joined = select(other.title).join(env[DealLine], env[DealLine].deal_id == other.id)
        assert set(env.session.scalars(joined)) == set(env.session.scalars(select(other.title)))
        return set(env.session.scalars(joined))

    assert titles_by_alias(vault.seller()) == {"mine", "small"}
    assert titles_by_alias(vault.seller(vault.ben)) == {"small", "other"}
    assert titles_by_alias(vault.seller()) == {"mine", "small"}
    assert titles_by_alias(vault.seller(companies=(vault.there,))) == {"foreign"}
