from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from addons.base.models import ExchangeRate
from addons.base.services.currencies import NoRate
from addons.catalog.models import Category, PricedParty, PriceList, PriceRule
from addons.catalog.services import prices
from addons.catalog.services.prices import Wanted
from tests.base.factories import a_party
from tests.catalog.factories import a_price_list, a_product, a_unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from addons.catalog.models import Product
    from core.api import Env
    from core.testing.statements import Statements

pytestmark = pytest.mark.addons("catalog")

D = Decimal


def a_rule(env: Env, price_list: PriceList, **values: Any) -> PriceRule:
    return env.add(PriceRule, price_list_id=price_list.id, **values)


def price(env: Env, product: Product, quantity: int = 1, **options: Any) -> Decimal:
    return prices.prices(env, [Wanted(product, D(quantity))], **options)[0]


def test_without_a_list_the_product_has_its_own_price(env: Env) -> None:
    assert price(env, a_product(env, sale_price=D("12.5"))) == D("12.5")


def test_the_list_answers_then_its_parent_then_the_default_then_the_product(env: Env) -> None:
    default = a_price_list(env, name="Default", is_default=True)
    parent = a_price_list(env, name="Hotels")
    own = a_price_list(env, name="Castellane", parent_id=parent.id)
    products = [a_product(env, name=name, sale_price=D(100)) for name in ("a", "b", "c", "d")]
    a_rule(env, own, product_id=products[0].id, price=D(1))
    a_rule(env, parent, product_id=products[0].id, price=D(9))
    a_rule(env, parent, product_id=products[1].id, price=D(2))
    a_rule(env, default, product_id=products[2].id, price=D(3))

    found = prices.prices(env, [Wanted(product) for product in products], price_list=own)

    assert found == [D(1), D(2), D(3), D(100)]


def test_the_highest_minimum_quantity_that_is_reached_counts(env: Env) -> None:
    retail, product = a_price_list(env), a_product(env, sale_price=D(10))
    for quantity, fixed in ((0, 9), (10, 8), (100, 7)):
        a_rule(env, retail, product_id=product.id, min_quantity=D(quantity), price=D(fixed))

    found = [price(env, product, quantity, price_list=retail) for quantity in (1, 9, 10, 99, 100)]

    assert found == [D(9), D(9), D(8), D(8), D(7)]


def test_a_rule_holds_between_its_dates_both_included(env: Env) -> None:
    retail, product = a_price_list(env), a_product(env, sale_price=D(10))
    start, end = date(2026, 11, 1), date(2026, 11, 30)
    a_rule(env, retail, product_id=product.id, price=D(5), start_on=start, end_on=end)

    days = (start - timedelta(days=1), start, end, end + timedelta(days=1))

    assert [price(env, product, price_list=retail, on=day) for day in days] == [D(10), D(5), D(5), D(10)]


def test_a_product_rule_wins_over_its_category_and_the_nearest_category_over_its_parent(env: Env) -> None:
    lamps = env.add(Category, name="Lamps")
    pendants = env.add(Category, name="Pendants", parent_id=lamps.id)
    retail = a_price_list(env)
    pendant = a_product(env, sale_price=D(100), category_id=pendants.id)
    other_lamp = a_product(env, sale_price=D(100), category_id=lamps.id)
    special = a_product(env, sale_price=D(100), category_id=pendants.id)
    chair = a_product(env, sale_price=D(100))
    a_rule(env, retail, discount=D(5))
    a_rule(env, retail, category_id=lamps.id, discount=D(10))
    a_rule(env, retail, category_id=pendants.id, discount=D(20))
    a_rule(env, retail, product_id=special.id, price=D(42))

    found = [price(env, product, price_list=retail) for product in (pendant, other_lamp, special, chair)]

    assert found == [D(80), D(90), D(42), D(95)]


def test_a_customer_has_a_list_of_their_own_or_of_their_organisation(env: Env) -> None:
    default, own = a_price_list(env, name="Default", is_default=True), a_price_list(env, name="Own")
    organisation = a_party(env)
    env.get(PricedParty, organisation.id).price_lists = [own]
    person = a_party(env, kind="person", name="Anna", parent_id=organisation.id)
    stranger = a_party(env, name="Stranger")
    env.session.flush()

    lists = [prices.list_of(env, party) for party in (organisation, person, stranger, None)]

    assert lists == [own, own, default, default]


def test_a_list_in_another_currency_is_converted(env: Env) -> None:
    dollars, product = a_price_list(env, currency="USD"), a_product(env, sale_price=D(100))
    a_rule(env, dollars, product_id=product.id, price=D(50))
    env.add(ExchangeRate, currency="USD", date=date(2026, 1, 1), rate=D("0.9"))

    assert price(env, product, price_list=dollars) == D(45)
    assert price(env, product, price_list=dollars, currency="USD") == D(50)
    with pytest.raises(NoRate, match="There is no exchange rate for USD on 31 Dec 2025 or before"):
        price(env, product, price_list=dollars, on=date(2025, 12, 31))


def test_a_price_is_for_the_unit_that_is_sold(env: Env) -> None:
    dozen = a_unit(env, name="Box of twelve", code="BX", factor=D(12))
    product = a_product(env, sale_price=D(2))

    assert prices.prices(env, [Wanted(product, D(1), dozen)]) == [D(24)]


def test_lists_in_a_circle_are_refused(env: Env) -> None:
    first = a_price_list(env, name="First")
    second = a_price_list(env, name="Second", parent_id=first.id)
    first.parent_id = second.id
    env.session.flush()

    with pytest.raises(prices.ListsInACircle, match='Price list "First" is among its own parents'):
        price(env, a_product(env), price_list=first)


def test_many_products_cost_no_more_statements_than_one(
    env: Env, statements: Callable[[], AbstractContextManager[Statements]]
) -> None:
    retail = a_price_list(env, is_default=True)
    products = [a_product(env, name=f"Product {number}") for number in range(20)]
    a_rule(env, retail, discount=D(5))
    assert env.company.currency == "EUR"

    with statements() as sent:
        prices.prices(env, [Wanted(product) for product in products], price_list=retail)

    assert len(sent) == 2
