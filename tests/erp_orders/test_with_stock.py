from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.catalog.models import Unit
from addons.erp_orders.models import OrderState, Progress
from addons.erp_orders.queries import soundness
from addons.erp_orders.services import orders
from addons.erp_orders.wires.stock import fulfilment, proof
from addons.erp_orders.wires.stock.models import OrderedShipment
from addons.erp_stock.models import DeliverySteps, ShipmentState
from addons.erp_stock.queries import soundness as stock_soundness
from addons.erp_stock.services import returns, shipments
from core.api import writing_closed
from tests.erp_orders.factories import a_confirmed_order, a_line
from tests.erp_stock.factories import a_product, a_unit, on_shelf, received
from tests.erp_stock.test_steps import before, works_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from addons.erp_orders.models import Order
    from core.api import Env

pytestmark = pytest.mark.addons("erp_orders", "erp_stock")


def shipments_of(env: Env, order: Order) -> Sequence[OrderedShipment]:
    shipment = env[OrderedShipment]
    return env.session.scalars(
        select(shipment).where(shipment.order_id == order.id).order_by(shipment.id)
    ).all()


def all_sound(env: Env) -> bool:
    found = [*soundness.findings(env), *proof.findings(env), *stock_soundness.findings(env)]
    assert found == []
    return True


def test_confirming_plans_and_reserves_the_delivery(env: Env) -> None:
    lamp, cable = a_product(env), a_product(env)
    received(env, lamp, 10)
    received(env, cable, 1)

    order = a_confirmed_order(
        env, a_line(lamp, 6), a_line(cable, 3), a_line(a_product(env, kind="service"), 1)
    )

    (delivery,) = shipments_of(env, order)
    assert (delivery.state, delivery.origin, delivery.party_id) == (
        ShipmentState.PARTIAL,
        order.number,
        order.party_id,
    )
    assert [line.reserved for line in order.lines] == [6, 1, 0]
    assert order.delivery is Progress.NOTHING
    assert all_sound(env)


def test_partial_delivery_and_return_stand_on_the_order(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    order = a_confirmed_order(env, a_line(lamp, 6))
    (delivery,) = shipments_of(env, order)

    rest = shipments.ship(env, delivery, {delivery.moves[0].id: Decimal(4)})
    after_part = (order.lines[0].delivered, order.lines[0].reserved, order.delivery)
    assert rest is not None
    shipments.ship(env, rest)
    after_all = (order.lines[0].delivered, order.lines[0].reserved, order.delivery)
    shipments.ship(env, returns.plan_return(env, delivery))

    assert after_part == (4, 2, Progress.PARTLY)
    assert after_all == (6, 0, Progress.FULLY)
    assert (order.lines[0].delivered, order.lines[0].returned, order.delivery) == (6, 4, Progress.PARTLY)
    assert all_sound(env)


def test_an_order_in_dozens_is_delivered_in_pieces(env: Env) -> None:
    lamp = a_product(env)
    dozen = a_unit(env, name="Dozen of test", factor=Decimal(12))
    received(env, lamp, 30)

    order = a_confirmed_order(env, a_line(lamp, 2, unit=dozen))
    (delivery,) = shipments_of(env, order)
    shipments.ship(env, delivery)

    assert (delivery.moves[0].quantity, order.lines[0].delivered, order.delivery) == (24, 2, Progress.FULLY)
    assert all_sound(env)


@pytest.mark.parametrize("pieces", [1, 5, 7])
def test_an_order_in_pieces_is_delivered_whole_out_of_dozens(env: Env, pieces: int) -> None:
    piece = a_unit(env)
    dozen = env.add(Unit, name="Dozen of test", code="DZN", factor=Decimal(12), category=piece.category)
    eggs = a_product(env, unit=dozen)
    received(env, eggs, 3)
    order = a_confirmed_order(env, a_line(eggs, pieces, unit=piece))
    delivery = shipments_of(env, order)[0]

    shipments.ship(env, delivery, {delivery.moves[0].id: Decimal("0.08")})
    part = order.lines[0].delivered
    shipments.ship(env, shipments_of(env, order)[1])

    assert (part, order.lines[0].delivered, order.delivery) == (Decimal("0.96"), pieces, Progress.FULLY)
    assert all_sound(env)


def test_what_is_given_up_of_a_delivery_is_reserved_no_more(env: Env) -> None:
    lamp, shade = a_product(env), a_product(env)
    for product in (lamp, shade):
        received(env, product, 10)
    order = a_confirmed_order(env, a_line(lamp, 6), a_line(shade, 4))
    delivery = shipments_of(env, order)[0]

    shipments.ship(env, delivery, {delivery.moves[0].id: Decimal(6)}, backorder=False)

    assert [(line.reserved, line.delivered) for line in order.lines] == [(0, 6), (0, 0)]
    assert all_sound(env)


def test_an_amended_order_plans_what_is_left(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 20)
    order = a_confirmed_order(env, a_line(lamp, 6))
    (delivery,) = shipments_of(env, order)
    shipments.ship(env, delivery, {delivery.moves[0].id: Decimal(4)})
    orders.change(env, order)
    order.lines[0].quantity = Decimal(10)

    orders.confirm(env, order)

    done, given_up, planned = shipments_of(env, order)
    assert [s.state for s in (done, given_up, planned)] == [
        ShipmentState.DONE,
        ShipmentState.CANCELLED,
        ShipmentState.READY,
    ]
    assert [m.quantity for m in planned.moves] == [6]
    assert (order.lines[0].delivered, order.lines[0].reserved) == (4, 6)
    assert all_sound(env)


def test_an_order_cannot_go_below_what_was_delivered(env: Env) -> None:
    lamp = a_product(env, name="Orla 40")
    received(env, lamp, 20)
    order = a_confirmed_order(env, a_line(lamp, 6))
    shipments.ship(env, shipments_of(env, order)[0])
    orders.change(env, order)
    order.lines[0].quantity = Decimal(5)

    with pytest.raises(orders.BelowFulfilled, match='"Orla 40" cannot go below 6'):
        orders.confirm(env, order)


def test_cancelling_releases_the_stock_but_not_what_the_customer_has(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 20)
    free, gone = a_confirmed_order(env, a_line(lamp, 6)), a_confirmed_order(env, a_line(lamp, 5))
    shipments.ship(env, shipments_of(env, gone)[0])

    orders.cancel(env, free)
    with pytest.raises(orders.AlreadyFulfilled):
        orders.cancel(env, gone)

    assert [s.state for s in shipments_of(env, free)] == [ShipmentState.CANCELLED]
    assert (free.state, free.lines[0].reserved, on_shelf(env, lamp)) == (OrderState.CANCELLED, 0, (15, 0))
    assert all_sound(env)


def test_nothing_of_an_order_on_hold_leaves(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 20)
    order = a_confirmed_order(env, a_line(lamp, 6))
    orders.hold(env, order, reason="Waits for a deposit")

    with pytest.raises(fulfilment.OnHold, match="is On hold"):
        shipments.ship(env, shipments_of(env, order)[0])


def test_progress_that_was_tampered_with_is_found(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 20)
    order = a_confirmed_order(env, a_line(lamp, 6))
    with writing_closed(order):
        order.lines[0].delivered = Decimal(1)

    assert [finding.rule for finding in proof.findings(env)] == ["orders.moves"]


def test_more_than_ordered_is_picked_packed_and_leaves_within_the_tolerance(env: Env) -> None:
    works_in(env, DeliverySteps.PACK)
    cable = a_product(env, over_delivery=Decimal(10))
    received(env, cable, 30)
    order = a_confirmed_order(env, a_line(cable, 20, 3))
    delivery = shipments_of(env, order)[0]
    pack = before(env, delivery)
    pick = before(env, pack)

    with pytest.raises(fulfilment.TooMuchDelivered):
        shipments.ship(env, pick, {pick.moves[0].id: Decimal(23)})
    shipments.ship(env, pick, {pick.moves[0].id: Decimal(15)})
    rest = before(env, pack)
    shipments.ship(env, rest, {rest.moves[0].id: Decimal(7)})
    for step in (pack, delivery):
        shipments.ship(env, step)

    assert (order.lines[0].delivered, order.delivery, on_shelf(env, cable)) == (22, Progress.FULLY, (8, 0))
    assert all_sound(env)
