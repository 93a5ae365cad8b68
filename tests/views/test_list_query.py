from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from core.orm.sorting import people_order
from core.views.catalog import columns_of, views_of
from core.views.query import ListQuery
from core.views.state import ListState
from tests.views.factories import Deal, a_customer, a_deal

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.env import Env

pytestmark = pytest.mark.addons("sample_shop")


def query(env: Env, **state: Any) -> ListQuery:
    declared = views_of(env.registry).of("sample_shop.deal").list
    return ListQuery(env, declared, ListState(**state), [c for c in columns_of(declared) if not c.hidden])


def titles(found: ListQuery) -> list[str]:
    return [row.record.title for row in found.page().rows]


def some_deals(env: Env) -> None:
    kervran, castellane = a_customer(env), a_customer(env, name="Groupe Castellane")
    today = env.today()
    a_deal(env, title="Bar", customer=kervran, expected=Decimal(100), close_date=today, stage="won")
    a_deal(
        env, title="Chapel", customer=castellane, expected=Decimal(300), close_date=today - timedelta(days=20)
    )
    a_deal(env, title="Lobby", customer=castellane, expected=Decimal(200), urgent=True)
    a_deal(env, title="Yard", customer=kervran, expected=Decimal(50), close_date=date(2020, 1, 1))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (("stage:won",), {"Bar"}),
        (("stage:!won",), {"Chapel", "Lobby", "Yard"}),
        (("urgent:yes",), {"Lobby"}),
        (("close_date:last_30_days",), {"Bar", "Chapel"}),
        (("close_date:..2020-12-31",), {"Yard"}),
        (("close_date:none",), {"Lobby"}),
        (("expected:100..200",), {"Bar", "Lobby"}),
        (("expected:300",), {"Chapel"}),
        (("title:~a",), {"Bar", "Chapel", "Yard"}),
        (("customer.name:groupe castellane",), {"Chapel", "Lobby"}),
        (("stage:nonsense",), set()),
        (("close_date:nonsense",), set()),
        (("nonsense:1",), {"Bar", "Chapel", "Lobby", "Yard"}),
        (("stage:new", "expected:250.."), {"Chapel"}),
    ],
)
def test_filters_narrow_the_list(env: Env, filters: tuple[str, ...], expected: set[str]) -> None:
    some_deals(env)

    found = titles(query(env, filters=filters))

    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("title", ["Bar", "Chapel", "Lobby", "Yard"]),
        ("-expected", ["Chapel", "Lobby", "Bar", "Yard"]),
        ("stage", ["Chapel", "Lobby", "Yard", "Bar"]),
        ("customer", ["Bar", "Yard", "Chapel", "Lobby"]),
        ("close_date", ["Yard", "Chapel", "Bar", "Lobby"]),
    ],
)
def test_rows_come_in_the_order_asked_for(env: Env, sort: str, expected: list[str]) -> None:
    some_deals(env)

    assert titles(query(env, sort=sort)) == expected


@pytest.mark.parametrize(
    "sort", ["title", "-title", "close_date", "-close_date", "customer", "stage", "-urgent"]
)
@pytest.mark.parametrize("group_by", [(), ("customer",), ("close_date:month", "stage")])
def test_pages_forth_and_back_show_every_row_once(env: Env, sort: str, group_by: tuple[str, ...]) -> None:
    customer = a_customer(env)
    for n in range(23):
        day = None if n % 5 == 0 else date(2026, 1 + n % 3, 1 + n % 7)
        a_deal(env, title=f"Deal {n % 4}", customer=customer, close_date=day, urgent=n % 2 == 0)
    whole = [row.record.id for row in query(env, sort=sort, group_by=group_by, size=50).page().rows]

    forth: list[int] = []
    after, last = "", None
    while True:
        page = query(env, sort=sort, group_by=group_by, size=10, after=after).page()
        forth += [row.record.id for row in page.rows]
        last, after = page, page.after
        if not after:
            break
    back = query(env, sort=sort, group_by=group_by, size=10, before=last.before).page()

    assert forth == whole
    assert len(set(forth)) == 23
    assert [row.record.id for row in back.rows] == whole[10:20]


def test_a_broken_place_in_the_address_shows_the_first_page(env: Env) -> None:
    some_deals(env)

    assert len(query(env, after="rubbish").page().rows) == 4


def test_groups_carry_their_totals_over_all_pages(env: Env) -> None:
    some_deals(env)

    page = query(env, group_by=("customer",), sort="title", size=20).page()
    groups = [group for row in page.rows for group in row.groups]

    assert [(group.value.name, group.count, group.sums["expected"]) for group in groups] == [
        ("Brasserie Kervran", 2, {"EUR": Decimal(150)}),
        ("Groupe Castellane", 2, {"EUR": Decimal(500)}),
    ]


def test_groups_stand_in_the_order_people_sort(env: Env) -> None:
    names = ["Zanzibar", "zoo", "Éclair", "Œuvre", "Oeuf", "eclair", "Étude"]
    for name in names:
        a_deal(env, title=name)

    unfolded = query(env, group_by=("title",), size=20).page().rows
    folded = query(env, group_by=("title",)).folded()

    wanted = ["eclair", "Éclair", "Étude", "Oeuf", "Œuvre", "Zanzibar", "zoo"]
    assert [group.value for row in unfolded for group in row.groups] == wanted
    assert [group.value for group in folded] == wanted == sorted(names, key=people_order)


def test_amounts_of_different_currencies_are_never_added_up(env: Env) -> None:
    customer = a_customer(env)
    a_deal(env, customer=customer, expected=Decimal(100))
    a_deal(env, customer=customer, expected=Decimal(70), currency="USD")

    (group,) = query(env, group_by=("customer",)).folded()

    assert group.count == 2
    assert group.sums == {"expected": {"EUR": Decimal(100), "USD": Decimal(70)}}


def test_a_search_finds_by_the_beginning_of_words_without_accents(env: Env) -> None:
    a_deal(env, title="Éclairage du hall")
    a_deal(env, title="Terrace")

    assert titles(query(env, q="ecl hal")) == ["Éclairage du hall"]
    assert titles(query(env, q="nothing")) == []


def test_counting_stops_at_the_cap(env: Env) -> None:
    some_deals(env)

    assert query(env).count(2) == 3
    assert query(env).count(None) == 4


def test_a_page_costs_the_same_statements_whatever_its_rows(env: Env, statements: Callable[[], Any]) -> None:
    some_deals(env)
    columns = columns_of(views_of(env.registry).of("sample_shop.deal").list)

    def cost(rows: int) -> int:
        for n in range(rows):
            a_deal(env, title=f"More {n}", customer=a_customer(env, name=f"Customer {n}"))
        env.session.expunge_all()
        declared = views_of(env.registry).of("sample_shop.deal").list
        with statements() as sent:
            page = ListQuery(env, declared, ListState(group_by=("stage",)), columns).page()
            for row in page.rows:
                _ = row.record.customer.name, [tag.name for tag in row.record.tags], row.record.weighted
        return len(sent)

    few = cost(0)
    many = cost(30)

    assert few == many == 3  # the rows, their tags, the totals of the groups


def test_archived_records_are_left_out_unless_asked_for(env: Env) -> None:
    a_customer(env, name="Here")
    a_customer(env, name="Gone", active=False)
    declared = views_of(env.registry).of("sample_shop.customer").list

    def names(*filters: str) -> list[str]:
        found = ListQuery(env, declared, ListState(filters=filters), columns_of(declared))
        return [row.record.name for row in found.page().rows]

    assert names() == ["Here"]
    assert names("active:no") == ["Gone"]
    assert names("active:any") == ["Gone", "Here"]


def test_a_named_list_has_its_own_rows(env: Env) -> None:
    some_deals(env)
    from dataclasses import replace

    declared = replace(
        views_of(env.registry).of("sample_shop.deal").list,
        name="won",
        where=lambda env, model: model.stage == "won",
    )

    found = ListQuery(env, declared, ListState(), columns_of(declared))

    assert [row.record.title for row in found.page().rows] == ["Bar"]
    assert env[Deal] is found.model


NAMES = [
    "Zoo",
    "éclair",
    "Eclat",
    "abc",
    "Abd",
    "Œuvre",
    "ouest",
    "Ähre",
    "10",
    "2",
    "Ou est",
    "ETAGE",
    "été",
]
SORTED = [
    "10",
    "2",
    "abc",
    "Abd",
    "Ähre",
    "éclair",
    "Eclat",
    "ETAGE",
    "été",
    "Œuvre",
    "Ou est",
    "ouest",
    "Zoo",
]


@pytest.mark.parametrize("sort", ["title", "customer"])
def test_names_come_in_the_order_of_people_and_page_by_it(env: Env, sort: str) -> None:
    for name in NAMES:
        a_deal(env, title=name, customer=a_customer(env, name=name))

    forth: list[str] = []
    after, pages = "", []
    for _round in range(10):
        page = query(env, sort=sort, after=after, size=4).page()
        pages.append(page)
        forth += [row.record.title for row in page.rows]
        after = page.after
        if not after:
            break

    assert forth == SORTED
    assert titles(query(env, sort=f"-{sort}")) == SORTED[::-1]
    back = query(env, sort=sort, before=pages[2].before, size=4).page()
    assert [row.record.title for row in back.rows] == SORTED[4:8]
