"""A new product begins with the piece and the usual taxes of the company, whoever makes it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from addons.catalog.models import Tax, TaxScope
from core.views import creating
from tests.catalog.factories import a_tax, a_unit

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("catalog")


def a_tax_before_all_others(env: Env, scope: TaxScope) -> Tax:
    return env.add(
        Tax, name=f"Usual on {scope}", code=f"usual-{scope}", rate=Decimal(20), scope=scope, position=-1
    )


def test_what_is_not_said_is_what_the_page_shows_at_its_beginning(env: Env) -> None:
    goods = a_tax_before_all_others(env, TaxScope.GOODS)

    product = creating.create(env, "catalog.product", {"name": "Oak board"})

    assert (product.unit, product.sale_taxes) == (a_unit(env), [goods])


def test_the_usual_taxes_of_a_service_are_those_of_services(env: Env) -> None:
    a_tax_before_all_others(env, TaxScope.GOODS)
    services = a_tax_before_all_others(env, TaxScope.SERVICE)

    product = creating.create(env, "catalog.product", {"name": "Fitting", "kind": "service"})

    assert product.sale_taxes == [services]


def test_taxes_that_were_chosen_stay_and_none_is_a_choice(env: Env) -> None:
    a_tax_before_all_others(env, TaxScope.GOODS)
    chosen = a_tax(env, 5)

    taxed = creating.create(env, "catalog.product", {"name": "Book", "sale_taxes": [chosen.id]})
    untaxed = creating.create(env, "catalog.product", {"name": "Stamp", "sale_taxes": []})

    assert (taxed.sale_taxes, untaxed.sale_taxes) == ([chosen], [])
