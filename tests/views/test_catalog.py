from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.errors import AddonError
from core.views.catalog import ModelViews, check, columns_of, views_of
from core.views.declare import Column, Field, FormExtension, List, ListExtension, Preset
from core.views.derive import default_form, default_list
from core.views.extend import extend_form, extend_list
from core.views.fields import field_of
from tests.views.factories import Customer, Deal, Line

if TYPE_CHECKING:
    from core.env import Env

pytestmark = pytest.mark.addons("sample_shop")


def test_a_field_is_described_by_its_model(env: Env) -> None:
    deal = env[Deal]

    kinds = {
        path: field_of(deal, path).kind
        for path in (
            "title",
            "customer",
            "stage",
            "expected",
            "probability",
            "close_date",
            "called_at",
            "urgent",
            "notes",
            "lines",
            "tags",
            "customer.email",
            "weighted",
        )
    }

    assert kinds == {
        "title": "text",
        "customer": "relation",
        "stage": "choice",
        "expected": "money",
        "probability": "integer",
        "close_date": "date",
        "called_at": "datetime",
        "urgent": "bool",
        "notes": "long",
        "lines": "many",
        "tags": "tags",
        "customer.email": "text",
        "weighted": "number",
    }
    assert field_of(deal, "customer").key == "customer_id"
    assert field_of(env[Line], "price").kind == "price"
    assert field_of(env[Line], "quantity").kind == "quantity"
    assert not field_of(deal, "weighted").stored
    assert field_of(deal, "margin").groups == {"sample_shop.secret"}
    assert field_of(deal, "customer.credit").groups == {"sample_shop.secret"}


def test_an_unknown_field_is_refused_with_the_view_and_the_nearest_name(env: Env) -> None:
    deal = env[Deal]
    views = ModelViews(deal, {"": List(deal, columns=("title", "expectd"))}, default_form(deal))

    with pytest.raises(AddonError) as refused:
        check(views)

    assert str(refused.value) == (
        "View 'sample_shop.deal.list' names 'expectd', which sample_shop.deal does not have."
        " Did you mean 'expected'?"
    )


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("urgent:true", "'urgent' by 'true'; it may be no, yes."),
        ("stage:opened", "'stage' by 'opened'; it may be lost, new, quoted, won."),
    ],
)
def test_a_filter_for_a_value_that_cannot_be_is_refused(env: Env, text: str, wrong: str) -> None:
    deal = env[Deal]
    preset = Preset("some", "Some", filters=(text,))
    views = ModelViews(deal, {"": List(deal, columns=("title",), presets=(preset,))}, default_form(deal))

    with pytest.raises(AddonError) as refused:
        check(views)

    assert str(refused.value) == f"View 'sample_shop.deal.list.some' filters {wrong}"


def test_a_model_without_views_gets_a_list_and_a_form(env: Env) -> None:
    customer = env[Customer]

    assert [column.path for column in columns_of(default_list(customer))] == [
        "name",
        "email",
        "credit",
        "active",
    ]
    assert [list(c) for c in default_form(customer).sections[0].columns] == [
        ["name", "email"],
        ["credit", "active"],
    ]


def test_every_model_of_the_registry_has_views(env: Env) -> None:
    catalog = views_of(env.registry)

    assert set(catalog.models) == set(env.registry.models)
    assert all("" in views.lists and views.form is not None for views in catalog.models.values())
    assert [menu.label for menu in catalog.menus if menu.view.startswith("sample_shop")] == [
        "Shop dashboard",
        "Deals",
        "Customers",
    ]


def test_an_extension_stands_after_the_column_it_names(env: Env) -> None:
    declared = List(env[Deal], columns=("title", "customer", "stage"))

    grown = extend_list(declared, ListExtension(Deal, columns=(Column("urgent", after="customer"),)))

    assert [column.path for column in columns_of(grown)] == ["title", "customer", "urgent", "stage"]


def test_a_missing_neighbour_is_a_warning_and_a_place_at_the_end(
    env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    form = views_of(env.registry).of("sample_shop.deal").the_form

    grown = extend_form(form, FormExtension(Deal, fields=(Field("urgent", after="gone"),)))

    last = grown.sections[-1].columns[-1][-1]
    assert isinstance(last, Field)
    assert last.path == "urgent"
    assert "has no 'gone' to put 'urgent' after" in caplog.text
