from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.erp_stock.models import Shipment, SupplyRequest, SupplyRoute, SupplyState
from addons.erp_stock.services import supply
from core.api import hookimpl
from tests.erp_stock.factories import a_product, a_shelf, received, stock_of

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_stock")


def a_need(env: Env, product: Any, quantity: int = 5, **values: Any) -> supply.Need:
    return supply.Need(product, Decimal(quantity), env.today() + timedelta(days=3), **values)


def test_a_need_is_asked_for_once_whoever_asks_again(env: Env) -> None:
    lamp = a_product(env)

    first = supply.request(env, [a_need(env, lamp, key="order_line:7", origin="C-2026-0001")])
    again = supply.request(env, [a_need(env, lamp, 9, key="order_line:7")])
    other = supply.request(env, [a_need(env, lamp, key="order_line:8"), a_need(env, lamp)])

    assert (len(first), again, len(other)) == (1, [], 2)
    assert (first[0].state, first[0].location_id) == (SupplyState.REQUESTED, stock_of(env).id)
    assert first[0].number.startswith("N-")


def test_a_cancelled_need_can_be_asked_for_anew(env: Env) -> None:
    lamp = a_product(env)
    [first] = supply.request(env, [a_need(env, lamp, key="order_line:7")])

    supply.cancel(env, first)

    assert len(supply.request(env, [a_need(env, lamp, key="order_line:7")])) == 1
    with pytest.raises(supply.AlreadyOnItsWay, match=f"{first.number} is already Cancelled"):
        supply.cancel(env, first)


def test_a_request_follows_the_document_that_answers_it(env: Env) -> None:
    [asked] = supply.request(env, [a_need(env, a_product(env))])

    supply.order(env, asked, "P-0001")
    ordered = (asked.state, asked.document)
    supply.reopen(env, asked)
    reopened = (asked.state, asked.document)
    supply.plan(env, asked, "P-0002")

    assert ordered == (SupplyState.ORDERED, "P-0001")
    assert reopened == (SupplyState.REQUESTED, None)
    assert (asked.state, asked.document) == (SupplyState.PLANNED, "P-0002")
    with pytest.raises(supply.AlreadyOnItsWay, match="On its way") as refused:
        supply.cancel(env, asked)
    assert refused.value.hint == "Cancel P-0002 instead."


def test_a_transfer_is_planned_at_once(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    shop = a_shelf(env, "Shop")

    [asked] = supply.request(
        env,
        [
            a_need(
                env,
                lamp,
                route=SupplyRoute.TRANSFER,
                location_id=shop.id,
                source_location_id=stock_of(env).id,
            )
        ],
    )

    shipment = env.session.scalars(select(env[Shipment]).where(env[Shipment].number == asked.document)).one()
    assert asked.state is SupplyState.PLANNED
    assert [(m.quantity, m.state.value, m.target_location_id) for m in shipment.moves] == [
        (5, "ready", shop.id)
    ]


def test_requests_are_offered_to_the_addons_and_taken_back(env: Env) -> None:
    class Buyer:
        def __init__(self) -> None:
            self.told: list[Any] = []

        @hookimpl
        def supply_requested(self, env: Env, requests: list[SupplyRequest]) -> None:
            for one in requests:
                supply.order(env, one, "P-0001")
            self.told.append([one.quantity for one in requests])

        @hookimpl
        def supply_withdrawn(self, request: SupplyRequest) -> None:
            self.told.append(request.number)

    buyer = Buyer()
    env.registry.manager.register(buyer, name="buyer of test")
    try:
        [asked] = supply.request(env, [a_need(env, a_product(env))])
        supply.cancel(env, asked)
    finally:
        env.registry.manager.unregister(buyer)

    assert buyer.told == [[Decimal(5)], asked.number]
    assert asked.document == "P-0001"
