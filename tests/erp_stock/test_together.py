"""Several people at the same moment: real threads, real transactions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from addons.catalog.models import Product
from addons.erp_stock.models import OperationKind, Shipment, ShipmentState
from addons.erp_stock.queries import soundness
from addons.erp_stock.services import reservation, returns, shipments
from addons.erp_stock.services.quantities import Demand
from core.api import RuleBroken
from tests.erp_stock.factories import a_delivery, a_product, delivered, on_shelf, received

if TYPE_CHECKING:
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("erp_stock")


def test_of_two_deliveries_of_six_from_ten_at_the_same_moment_exactly_one_is_ready(
    workspace: LiveWorkspace,
) -> None:
    with workspace.env() as env:
        lamp = a_product(env)
        received(env, lamp, 10)
        lamp_id = lamp.id
    start = Barrier(2)

    def order() -> ShipmentState:
        with workspace.env() as env:
            product = env.get(Product, lamp_id)
            start.wait()
            return a_delivery(env, (product, 6)).state

    with ThreadPoolExecutor(2) as pool:
        states = [future.result() for future in [pool.submit(order), pool.submit(order)]]

    with workspace.env() as env:
        assert sorted(states) == [ShipmentState.PARTIAL, ShipmentState.READY]
        assert on_shelf(env, env.get(Product, lamp_id)) == (10, 10)
        assert list(soundness.findings(env)) == []


def test_a_double_click_ships_once(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        lamp = a_product(env)
        received(env, lamp, 10)
        delivery_id = a_delivery(env, (lamp, 6)).id
        lamp_id = lamp.id
    start = Barrier(2)

    def click() -> str:
        try:
            with workspace.env() as env:
                delivery = env.get(Shipment, delivery_id)
                start.wait()
                shipments.ship(env, delivery)
        except RuleBroken as refused:
            return str(refused.message)
        return "shipped"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(future.result() for future in [pool.submit(click), pool.submit(click)])

    with workspace.env() as env:
        assert len(answers) == 2
        assert answers[1] == "shipped"
        assert answers[0].endswith("is already Done.")
        assert on_shelf(env, env.get(Product, lamp_id)) == (4, 0)


def test_eight_people_receive_and_ship_the_same_products_and_nothing_is_lost(
    workspace: LiveWorkspace,
) -> None:
    with workspace.env() as env:
        products = [a_product(env).id for _ in range(3)]
    start = Barrier(8)

    def work(number: int) -> None:
        for turn in range(4):
            with workspace.env() as env:
                mine = [env.get(Product, id_) for id_ in (products if number % 2 else reversed(products))]
                if turn == 0:
                    start.wait()
                goods = [Demand(product, Decimal(2), cost=Decimal(10 + number)) for product in mine]
                shipments.ship(env, shipments.plan(env, OperationKind.RECEIPT, goods))
                shipments.ship(env, a_delivery(env, *((product, 1) for product in mine)))

    with ThreadPoolExecutor(8) as pool:
        done = [future.exception() for future in [pool.submit(work, number) for number in range(8)]]

    with workspace.env() as env:
        assert done == [None] * 8
        assert [on_shelf(env, env.get(Product, id_)) for id_ in products] == [(32, 0)] * 3
        assert env.session.scalar(select(func.count()).select_from(env[Shipment])) == 8 * 4 * 2
        assert list(soundness.findings(env)) == []


def test_goods_are_reserved_once_and_come_back_once_whoever_clicks_at_the_same_moment(
    workspace: LiveWorkspace,
) -> None:
    with workspace.env() as env:
        lamp, missing, there = a_product(env), a_product(env), a_product(env)
        received(env, there, 3)
        waiting = a_delivery(env, (lamp, 10), (missing, 1), (there, 1))
        reservation.release(env, waiting)
        received(env, lamp, 14)
        reservation.release(env, waiting)
        gone = delivered(env, there, 2)
        ids = waiting.id, gone.id
    start = Barrier(4)

    def reserve() -> str:
        with workspace.env() as env:
            start.wait()
            reservation.reserve(env, env.get(Shipment, ids[0]))
        return "reserved"

    def give_back() -> str:
        try:
            with workspace.env() as env:
                start.wait()
                returns.plan_return(env, env.get(Shipment, ids[1]))
        except returns.NotReturnable:
            return "refused"
        return "planned"

    with ThreadPoolExecutor(4) as pool:
        answers = [future.result() for future in [pool.submit(f) for f in (reserve, give_back) * 2]]

    with workspace.env() as env:
        assert sorted(answers) == ["planned", "refused", "reserved", "reserved"]
        assert list(soundness.findings(env)) == []
