from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from core.errors import CoreError, Invalid, NotAllowed, NotFound
from core.views import creating, saving
from core.views.access import views_for
from core.views.forms import form_screen
from core.views.imports import Table, run_import, targets
from core.views.lists import list_screen
from core.views.opening import all_columns
from core.views.query import ListQuery
from core.views.state import ListState
from tests.views.factories import Customer, Deal, a_customer, a_deal, a_line

if TYPE_CHECKING:
    from core.env import Env

pytestmark = pytest.mark.addons("sample_shop")


def some(clerk: Env) -> dict[str, int]:
    """Written by the platform, read by the clerk."""
    with clerk.system("test data") as env:
        kervran, secret = a_customer(env), a_customer(env, name="Secret customer")
        seen = a_deal(env, title="Seen", customer=kervran, expected=Decimal(100), margin=Decimal(4711))
        a_deal(env, title="Of a hidden customer", customer=secret, expected=Decimal(10))
        a_deal(env, title="Hidden", customer=kervran, urgent=True, expected=Decimal(1000))
        a_line(env, seen, customer=kervran)
        return {"seen": seen.id, "kervran": kervran.id, "secret": secret.id}


def query(env: Env, **state: Any) -> ListQuery:
    declared = views_for(env, "sample_shop.deal").list
    return ListQuery(env, declared, ListState(**state), all_columns(env, declared))


def test_a_list_shows_only_what_the_person_may_see(clerk: Env) -> None:
    some(clerk)

    for state in (
        {},
        {"sort": "customer"},
        {"group_by": ("customer",)},
        {"group_by": ("close_date:month", "stage")},
    ):
        page = query(clerk, **state).page()
        assert {row.record.title for row in page.rows} == {"Seen", "Of a hidden customer"}, state
    assert query(clerk).count() == query(clerk).count(None) == 2
    assert [row.record.title for row in query(clerk, q="hidden").page().rows] == ["Of a hidden customer"]


def test_a_linked_record_that_is_hidden_gives_no_name(clerk: Env) -> None:
    some(clerk)

    customers = {row.record.title: row.record.customer for row in query(clerk, sort="customer").page().rows}
    groups = query(clerk, group_by=("customer",)).folded()

    assert customers["Of a hidden customer"] is None
    assert customers["Seen"].name == "Brasserie Kervran"
    names = [group.value.name if group.value is not None else None for group in groups]
    assert [(n, g.count, g.sums["expected"]) for n, g in zip(names, groups, strict=True)] == [
        ("Brasserie Kervran", 1, {"EUR": Decimal(100)}),
        (None, 1, {"EUR": Decimal(10)}),
    ]


def test_a_hidden_field_is_nowhere(clerk: Env) -> None:
    ids = some(clerk)
    views = views_for(clerk, "sample_shop.deal")
    screen = list_screen(
        clerk, views, {"columns": ["title,margin"], "sort": ["-margin"], "f": ["margin:4711"]}
    )

    paths = {
        "columns": [column.path for column in all_columns(clerk, views.list)],
        "chosen": [column.path for column in screen.columns],
        "filters": [meta.path for meta in screen.filter_fields()]
        + [f.meta.path for f in screen.query.filters],
        "groups": [option.path for option in screen.group_options()],
        "import": [target.path for target in targets(clerk, views)],
        "writable": [meta.path for meta in saving.writable(clerk, "sample_shop.deal")],
    }
    form = form_screen(clerk, views, clerk.get(Deal, ids["seen"]))
    shown = [one.path for section in form.sections for column in section.columns for one in column]

    assert {name for name, found in paths.items() if "margin" in found} == set()
    assert "margin" not in shown
    assert "4711" not in form.was
    assert len(screen.page.rows) == 2
    with pytest.raises(Invalid):
        creating.create(
            clerk, "sample_shop.deal", {"title": "X", "customer": ids["kervran"], "margin": Decimal(1)}
        )


def test_a_record_that_is_hidden_does_not_exist(clerk: Env) -> None:
    ids = some(clerk)

    with pytest.raises(NotFound):
        clerk.get(Customer, ids["secret"])
    with pytest.raises(Invalid):
        creating.create(clerk, "sample_shop.deal", {"title": "X", "customer": ids["secret"]})
    result = run_import(clerk, "sample_shop.deal", Table(["Title", "Customer"], [["X", "Secret customer"]]))
    assert [error.message for error in result.errors] == ["Customer: There is no customer “Secret customer”."]


def test_a_clerk_creates_changes_and_deletes_within_the_rules(clerk: Env) -> None:
    ids = some(clerk)
    row = {"customer": ids["kervran"], "quantity": Decimal(2), "price": Decimal(5)}

    deal = creating.create(
        clerk, "sample_shop.deal", {"title": "New", "customer": ids["kervran"]}, {"lines": [row]}
    )
    saving.update(clerk, deal, {"title": "Renamed"})

    assert (deal.title, deal.lines[0].amount) == ("Renamed", Decimal(10))
    saving.delete(clerk, deal)
    with pytest.raises(CoreError):
        saving.update(clerk, clerk.get(Deal, ids["seen"]), {"urgent": True})


def test_a_model_without_a_grant_is_refused(clerk: Env) -> None:
    with pytest.raises(NotAllowed):
        views_for(clerk, "core.webhook")


def test_a_clerk_imports_by_the_rules(clerk: Env) -> None:
    some(clerk)

    result = run_import(
        clerk,
        "sample_shop.deal",
        Table(["Title", "Customer"], [["A", "Brasserie Kervran"], ["B", "Brasserie Kervran"]]),
    )

    assert (result.created, result.failed) == (2, 0)
