from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.base.models import ExchangeRate
from addons.erp_purchase.services import editing, orders, prices
from tests.erp_purchase.factories import a_price, a_vendor, an_order
from tests.erp_stock.factories import a_product, a_unit

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_purchase")


def test_the_highest_minimum_quantity_that_is_reached_wins(env: Env) -> None:
    vendor, lamp = a_vendor(env), a_product(env)
    for minimum, price in ((0, 12), (10, 11), (100, 9)):
        a_price(env, vendor, lamp, price, min_quantity=Decimal(minimum))

    found = [prices.best(env, lamp, Decimal(n), party_id=vendor.id) for n in (1, 10, 99, 100)]

    assert [one.unit_price if one else None for one in found] == [12, 11, 11, 9]


def test_a_price_holds_between_its_dates(env: Env) -> None:
    vendor, lamp, today = a_vendor(env), a_product(env), env.today()
    a_price(env, vendor, lamp, 12)
    a_price(env, vendor, lamp, 13, start_on=today)
    a_price(env, vendor, lamp, 1, end_on=today - timedelta(days=1))
    a_price(env, vendor, lamp, 2, start_on=today + timedelta(days=1))

    def asked(days: int) -> Decimal | None:
        found = prices.best(env, lamp, Decimal(1), party_id=vendor.id, on=today + timedelta(days=days))
        return found.unit_price if found else None

    assert [asked(days) for days in (-2, 0, 1)] == [1, 13, 2]


def test_a_price_for_a_dozen_in_dollars_is_told_for_a_piece_in_euros(env: Env) -> None:
    dozen = a_unit(env, name="Dozen of test", factor=Decimal(12))
    env.add(ExchangeRate, company_id=env.company_id, currency="USD", date=env.today(), rate=Decimal("0.5"))
    vendor, lamp = a_vendor(env), a_product(env)
    a_price(env, vendor, lamp, 120, unit_id=dozen.id, unit=dozen, min_quantity=Decimal(2), currency="USD")

    too_few = prices.best(env, lamp, Decimal(23), party_id=vendor.id)
    enough = prices.best(env, lamp, Decimal(24), party_id=vendor.id, unit=lamp.unit, currency="EUR")

    assert too_few is None
    assert enough is not None
    assert (enough.unit_price, enough.currency, enough.unit.id) == (5, "EUR", lamp.unit_id)


def test_the_cheapest_vendor_is_preferred_then_the_fastest(env: Env) -> None:
    lamp = a_product(env)
    slow, fast, dear = a_vendor(env), a_vendor(env), a_vendor(env)
    a_price(env, slow, lamp, 20, discount=Decimal(50), lead_days=9)
    a_price(env, fast, lamp, 10, lead_days=3)
    a_price(env, dear, lamp, 11, lead_days=1)

    found = prices.preferred(env, lamp, Decimal(5))

    assert found is not None
    offer, amount = found
    assert (offer.price.party_id, offer.net_price, amount) == (fast.id, 10, 5)


def test_a_product_chosen_on_an_order_brings_what_the_vendor_asks(env: Env) -> None:
    vendor, lamp = a_vendor(env), a_product(env)
    a_price(
        env, vendor, lamp, 8, min_quantity=Decimal(10), lead_days=5, vendor_code="VR-1", vendor_name="Lampe"
    )
    order = an_order(env, party=vendor)
    line = order.lines[0]
    line.product, line.description = lamp, ""

    editing.complete_line(env, order, line)

    assert (line.quantity, line.unit_price, line.vendor_code, line.description) == (10, 8, "VR-1", "Lampe")
    assert line.expected_on == env.today() + timedelta(days=5)


def test_another_quantity_takes_its_price_unless_one_was_typed(env: Env) -> None:
    vendor, lamp = a_vendor(env), a_product(env)
    a_price(env, vendor, lamp, 12)
    a_price(env, vendor, lamp, 9, min_quantity=Decimal(50))
    order = orders.create(env, vendor, [orders.priced(env, vendor, lamp, Decimal(10))])
    line = order.lines[0]
    before = line.unit_price

    line.quantity = Decimal(60)
    editing.reprice(env, order, line)
    by_step = line.unit_price
    line.unit_price, line.quantity = Decimal("8.50"), Decimal(10)
    editing.reprice(env, order, line)

    assert (before, by_step, line.unit_price) == (12, 9, Decimal("8.50"))


steps = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 50)), min_size=1, max_size=6, unique_by=lambda step: step[0]
)


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # new records each time
@given(steps=steps, quantity=st.integers(1, 80))
def test_whatever_the_steps_the_price_is_that_of_the_last_one_reached(
    env: Env, steps: list[tuple[int, int]], quantity: int
) -> None:
    vendor, lamp = a_vendor(env), a_product(env)
    for minimum, price in steps:
        a_price(env, vendor, lamp, price, min_quantity=Decimal(minimum))

    found = prices.best(env, lamp, Decimal(quantity), party_id=vendor.id)

    reached = [step for step in steps if step[0] <= quantity]
    assert (found.unit_price if found else None) == (max(reached)[1] if reached else None)
