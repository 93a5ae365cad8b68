from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.catalog.models import Unit
from addons.erp_purchase.models import Order, OrderState
from addons.erp_purchase.services import orders
from addons.erp_purchase.wires.stock.models import PurchasedRequest, StockedOrder
from addons.erp_stock.models import (
    SupplyRequest,
    SupplyState,
)
from addons.erp_stock.services import supply
from core.api import RuleBroken
from tests.erp_purchase.factories import (
    a_price,
    a_vendor,
)
from tests.erp_purchase.test_with_stock import all_sound
from tests.erp_stock.factories import a_product, a_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from addons.catalog.models import Product
    from core.api import Env

pytestmark = pytest.mark.addons("erp_purchase", "erp_stock")


def needs(env: Env, *wanted: tuple[Product, int]) -> list[SupplyRequest]:
    day = env.today() + timedelta(days=14)
    return supply.request(
        env, [supply.Need(product, Decimal(quantity), day, origin="Test") for product, quantity in wanted]
    )


def drafts(env: Env) -> Sequence[StockedOrder]:
    return env.session.scalars(select(env[StockedOrder]).order_by(env[StockedOrder].id)).all()


def test_supply_requests_collect_on_one_draft_for_each_vendor(env: Env) -> None:
    north, south = a_vendor(env), a_vendor(env)
    lamp, shade, cable, unknown = (a_product(env) for _product in range(4))
    for vendor, product, price in (
        (north, lamp, 10),
        (south, lamp, 12),
        (north, shade, 5),
        (south, cable, 1),
    ):
        a_price(env, vendor, product, price)

    first = needs(env, (lamp, 4), (cable, 10), (unknown, 1))
    second = needs(env, (shade, 3), (lamp, 2))

    found = [
        (order.party_id, [(line.product_id, line.quantity, line.unit_price) for line in order.lines])
        for order in drafts(env)
    ]
    assert found == [
        (north.id, [(lamp.id, 6, 10), (shade.id, 3, 5)]),
        (south.id, [(cable.id, 10, 1)]),
    ]
    states = [request.state for request in (*first, *second)]
    assert states == [SupplyState.ORDERED] * 2 + [SupplyState.REQUESTED] + [SupplyState.ORDERED] * 2
    assert all_sound(env)


def test_what_is_wanted_more_is_added_in_the_unit_the_buyer_chose(env: Env) -> None:
    piece = a_unit(env)
    dozen = env.add(Unit, name="Dozen of test", code="DZN", factor=Decimal(12), category=piece.category)
    lamp = a_product(env)
    a_price(env, a_vendor(env), lamp, 1)
    first = needs(env, (lamp, 24))
    line = drafts(env)[0].lines[0]
    line.unit, line.unit_id, line.quantity = dozen, dozen.id, Decimal(2)
    env.session.flush()

    needs(env, (lamp, 12))
    added = line.quantity
    supply.cancel(env, first[0])

    assert (added, line.quantity) == (3, 1)


def test_a_request_offered_twice_is_ordered_once(env: Env) -> None:
    lamp, vendor = a_product(env), a_vendor(env)
    (request,) = needs(env, (lamp, 4))
    a_price(env, vendor, lamp, 10, min_quantity=Decimal(6))

    supply.offer(env, request)
    env.hooks.supply_requested(env=env, requests=[request])

    assert [[line.quantity for line in order.lines] for order in drafts(env)] == [[6]]
    assert all_sound(env)


def test_a_request_follows_its_order(env: Env) -> None:
    lamp = a_product(env)
    a_price(env, a_vendor(env), lamp, 10)
    (request,) = needs(env, (lamp, 4))
    (order,) = drafts(env)

    orders.confirm(env, order)
    env.session.refresh(request)
    planned = (request.state, request.document)
    orders.cancel(env, order)
    env.session.refresh(request)

    assert planned == (SupplyState.PLANNED, order.number)
    assert (request.state, env.get(PurchasedRequest, request.id).purchase_line_id) == (
        SupplyState.REQUESTED,
        None,
    )
    assert all_sound(env)


def _delete(env: Env, order: Order) -> None:
    with env.session.begin_nested():
        env.session.delete(order)
        env.session.flush()


def test_a_withdrawn_request_leaves_its_draft(env: Env) -> None:
    lamp = a_product(env)
    a_price(env, a_vendor(env), lamp, 10)
    first, second = needs(env, (lamp, 4), (lamp, 3))
    (order,) = drafts(env)

    with pytest.raises(RuleBroken, match="answers supply requests, so it cannot be deleted"):
        _delete(env, order)
    env.session.expire_all()
    supply.cancel(env, first)
    env.session.expire_all()
    left = [line.quantity for line in order.lines]
    supply.cancel(env, second)
    env.session.expire_all()

    assert (left, order.state) == ([3], OrderState.CANCELLED)
    assert all_sound(env)
