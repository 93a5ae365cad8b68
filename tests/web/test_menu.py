"""The side bar: by group and order, only what one may open, and the rest of a part below its main entry."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from core.views.declare import Menu, MenuGroup
from core.web import menu

MENUS = (
    Menu("Stock", view="shop.stock", group="erp", sequence=10),
    Menu("Counts", view="shop.count", group="erp", sequence=11, under="shop.stock"),
    Menu("Invoices", view="shop.invoice:customers", group="erp", sequence=20),
    Menu("Bills", view="shop.invoice:suppliers", group="erp", sequence=21),
    Menu("Deals", view="shop.deal", group="crm", sequence=5),
    Menu("Wages", view="shop.wage", group="erp", sequence=30),
    Menu("Trucks", view="shop.truck", group="fleet"),
)
CATALOG = SimpleNamespace(menus=MENUS, menu_groups=[MenuGroup("fleet", "Fleet")])


def an_env(denied: str = "") -> Any:
    """As much of an Env as the side bar reads: menus and grants."""
    registry = SimpleNamespace(memo=lambda _key, _build: CATALOG)
    access = SimpleNamespace(everything=False, roles=frozenset(), allows=lambda model, _verb: model != denied)
    return SimpleNamespace(registry=registry, access=access)


def shown(env: Any, path: str, named: str = "") -> list[tuple[str, list[str]]]:
    return [
        (group.label, [f"{'*' * entry.current}{entry.label}" for entry in group.entries if entry.shown])
        for group in menu.menu_for(env, path, named)
    ]


def test_entries_stand_by_group_and_order_without_what_one_may_not_read() -> None:
    assert shown(an_env(denied="shop.wage"), "/") == [
        ("CRM", ["Deals"]),
        ("ERP", ["Stock", "Invoices", "Bills"]),
        ("Fleet", ["Trucks"]),
    ]


def test_what_belongs_to_a_part_appears_while_one_is_in_it() -> None:
    assert shown(an_env(), "/app/shop/count/7")[1] == (
        "ERP",
        ["Stock", "*Counts", "Invoices", "Bills", "Wages"],
    )
    assert shown(an_env(), "/app/shop/stock/")[1] == (
        "ERP",
        ["*Stock", "Counts", "Invoices", "Bills", "Wages"],
    )


def test_what_is_below_an_entry_that_is_closed_stands_by_itself() -> None:
    assert shown(an_env(denied="shop.stock"), "/")[1] == ("ERP", ["Counts", "Invoices", "Bills", "Wages"])


@pytest.mark.parametrize(("named", "current"), [("customers", "*Invoices"), ("suppliers", "*Bills")])
def test_two_lists_of_one_model_are_told_apart(named: str, current: str) -> None:
    entries = shown(an_env(), "/app/shop/invoice/", named)[1][1]

    assert [entry for entry in entries if entry.startswith("*")] == [current]


def test_each_entry_has_a_letter_of_its_own() -> None:
    letters = [entry.letter for group in menu.menu_for(an_env(), "/") for entry in group.entries]

    assert len(set(letters)) == len(letters)
    assert "s" not in letters  # Settings has it


@pytest.mark.parametrize(
    ("view", "address"),
    [
        ("shop.deal", "/app/shop/deal/"),
        ("shop.invoice:bills", "/app/shop/invoice/?list=bills"),
        ("shop/dashboard/sales", "/app/shop/dashboard/sales"),
        ("/bridge", "/bridge"),
    ],
)
def test_where_an_entry_leads(view: str, address: str) -> None:
    assert menu.address(view) == address
