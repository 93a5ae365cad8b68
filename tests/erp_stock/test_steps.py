from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.erp_stock.models import (
    DeliverySteps,
    MoveState,
    OperationKind,
    ReceiptSteps,
    Shipment,
    ShipmentState,
    Tracking,
    Warehouse,
)
from addons.erp_stock.queries import availability, soundness
from addons.erp_stock.services import returns, shipments, warehouses
from addons.erp_stock.services.quantities import Demand
from tests.erp_stock.factories import a_delivery, a_product, on_shelf, received

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_stock")


def works_in(
    env: Env,
    delivery: DeliverySteps = DeliverySteps.SHIP,
    receipt: ReceiptSteps = ReceiptSteps.RECEIVE,
) -> None:
    warehouses.choose_steps(env, env.session.scalars(select(env[Warehouse])).one(), delivery, receipt)


def before(env: Env, shipment: Shipment) -> Shipment:
    """The open shipment of the step before."""
    ids = [move.id for move in shipment.moves]
    found = {
        move.shipment
        for other in env.session.scalars(select(env[Shipment]))
        for move in other.moves
        if move.next_id in ids and move.is_open
    }
    [one] = [shipment for shipment in found if shipment is not None]
    return one


def states(*found: Shipment) -> list[str]:
    return [shipment.state.value for shipment in found]


def places(shipment: Shipment) -> list[tuple[str, str, Decimal, str]]:
    return sorted(
        (m.source_location.full_name, m.target_location.full_name, m.quantity, m.state.value)
        for m in shipment.moves
    )


def test_a_delivery_in_two_steps_waits_for_its_picking(env: Env) -> None:
    works_in(env, DeliverySteps.PICK)
    lamp = a_product(env)
    received(env, lamp, 10)

    delivery = a_delivery(env, (lamp, 6), origin="C-2026-0001")
    pick = before(env, delivery)
    planned = (states(pick, delivery), pick.origin, on_shelf(env, lamp))
    shipments.ship(env, pick)
    picked = (states(pick, delivery), places(delivery), on_shelf(env, lamp))
    shipments.ship(env, delivery)

    assert planned == (["ready", "waiting"], "C-2026-0001", (10, 6))
    assert picked == (["done", "ready"], [("MAIN/Output", "Customers", 6, "ready")], (10, 6))
    assert on_shelf(env, lamp) == (4, 0)
    assert list(soundness.findings(env)) == []


def test_what_is_not_picked_stays_behind_in_every_step(env: Env) -> None:
    works_in(env, DeliverySteps.PACK)
    lamp = a_product(env)
    received(env, lamp, 4)
    delivery = a_delivery(env, (lamp, 6))
    pack = before(env, delivery)
    pick = before(env, pack)

    rest_of_pick = shipments.ship(env, pick)
    shipments.ship(env, pack)
    rest_of_delivery = shipments.ship(env, delivery)
    received(env, lamp, 2)

    assert rest_of_pick is not None
    assert rest_of_delivery is not None
    assert places(delivery) == [("MAIN/Output", "Customers", 4, "done")]
    assert places(rest_of_pick) == [("MAIN/Stock", "MAIN/Packing", 2, "ready")]
    rest_of_pack = before(env, rest_of_delivery)
    shipments.ship(env, rest_of_pick)
    shipments.ship(env, rest_of_pack)
    shipments.ship(env, rest_of_delivery)
    assert places(rest_of_delivery) == [("MAIN/Output", "Customers", 2, "done")]
    assert on_shelf(env, lamp) == (0, 0)
    assert list(soundness.findings(env)) == []


def test_a_cancelled_delivery_gives_up_its_picking(env: Env) -> None:
    works_in(env, DeliverySteps.PACK)
    lamp = a_product(env)
    received(env, lamp, 10)
    delivery = a_delivery(env, (lamp, 6))
    pack = before(env, delivery)
    pick = before(env, pack)

    shipments.cancel(env, delivery)

    assert states(pick, pack, delivery) == ["cancelled"] * 3
    assert on_shelf(env, lamp) == (10, 0)
    assert list(soundness.findings(env)) == []


def test_a_cancelled_picking_gives_up_its_delivery(env: Env) -> None:
    works_in(env, DeliverySteps.PACK)
    lamp = a_product(env)
    received(env, lamp, 10)
    delivery = a_delivery(env, (lamp, 6))
    pack = before(env, delivery)

    shipments.cancel(env, before(env, pack))

    assert states(pack, delivery) == ["cancelled"] * 2
    assert list(soundness.findings(env)) == []


def test_what_was_picked_for_a_delivery_that_is_given_up_goes_back(env: Env) -> None:
    works_in(env, DeliverySteps.PICK)
    lamp = a_product(env)
    received(env, lamp, 10)
    delivery = a_delivery(env, (lamp, 6))
    shipments.ship(env, before(env, delivery))

    shipments.cancel(env, delivery)

    back = env.session.scalars(
        select(env[Shipment]).where(env[Shipment].origin == delivery.number, env[Shipment].state == "ready")
    ).one()
    assert places(back) == [("MAIN/Output", "MAIN/Stock", 6, "ready")]
    assert list(soundness.findings(env)) == []


def test_what_a_packing_that_is_given_up_held_goes_back_and_the_rest_of_a_delivery_too(env: Env) -> None:
    works_in(env, DeliverySteps.PACK)
    lamp = a_product(env)
    received(env, lamp, 20)
    first, second = a_delivery(env, (lamp, 6)), a_delivery(env, (lamp, 8))
    packs = before(env, first), before(env, second)
    for pack in packs:
        shipments.ship(env, before(env, pack))
    shipments.ship(env, packs[1])

    shipments.cancel(env, packs[0])
    shipments.ship(env, second, {second.moves[0].id: Decimal(5)}, backorder=False)

    model = env[Shipment]
    backs = [
        env.session.scalars(select(model).where(model.origin == one.number, model.state == "ready")).one()
        for one in (packs[0], second)
    ]
    assert [places(back) for back in backs] == [
        [("MAIN/Packing", "MAIN/Stock", 6, "ready")],
        [("MAIN/Output", "MAIN/Stock", 3, "ready")],
    ]
    assert list(soundness.findings(env)) == []


def test_what_expires_before_it_leaves_is_not_picked(env: Env) -> None:
    works_in(env, DeliverySteps.PICK)
    milk = a_product(env, tracking=Tracking.LOT)
    for number, days in (("OLD", -1), ("NEW", 30)):
        extra = {"lot_number": number, "lot_expires_on": env.today() + timedelta(days=days)}
        demand = Demand(milk, Decimal(5), extra=extra)
        shipments.ship(env, shipments.plan(env, OperationKind.RECEIPT, [demand]))

    pick = before(env, a_delivery(env, (milk, 8)))

    assert [(m.lot.name if m.lot else None, m.quantity) for m in pick.moves] == [("NEW", 5), (None, 3)]


def test_giving_up_the_rest_of_a_picking_gives_up_the_rest_of_the_delivery(env: Env) -> None:
    works_in(env, DeliverySteps.PICK)
    lamp = a_product(env)
    received(env, lamp, 4)
    delivery = a_delivery(env, (lamp, 6))

    shipments.ship(env, before(env, delivery), backorder=False)

    assert [(m.quantity, m.state) for m in sorted(delivery.moves, key=lambda m: m.quantity)] == [
        (2, MoveState.CANCELLED),
        (4, MoveState.READY),
    ]
    assert delivery.state is ShipmentState.READY
    assert list(soundness.findings(env)) == []


def test_a_receipt_in_three_steps_is_checked_and_put_away(env: Env) -> None:
    works_in(env, receipt=ReceiptSteps.CHECK)
    lamp = a_product(env)
    receipt = shipments.plan(env, OperationKind.RECEIPT, [Demand(lamp, Decimal(6), cost=Decimal(5))])
    waiting = a_delivery(env, (lamp, 4))

    shipments.ship(env, receipt)
    at_input = (places(receipt), states(waiting))
    check = next(m.next for m in receipt.moves).shipment
    shipments.ship(env, check)
    put_away = next(m.next for m in check.moves).shipment
    shipments.ship(env, put_away)

    assert at_input == ([("Suppliers", "MAIN/Input", 6, "done")], ["waiting"])
    assert places(check) == [("MAIN/Input", "MAIN/Quality", 6, "done")]
    assert places(put_away) == [("MAIN/Quality", "MAIN/Stock", 6, "done")]
    assert states(waiting) == ["ready"]
    assert list(soundness.findings(env)) == []


def test_returns_go_to_and_come_from_the_stock_whatever_the_steps(env: Env) -> None:
    works_in(env, DeliverySteps.PICK, ReceiptSteps.PUT_AWAY)
    lamp = a_product(env)
    receipt = shipments.plan(env, OperationKind.RECEIPT, [Demand(lamp, Decimal(6), cost=Decimal(5))])
    shipments.ship(env, receipt)
    shipments.ship(env, next(m.next for m in receipt.moves).shipment)
    delivery = a_delivery(env, (lamp, 3))
    shipments.ship(env, before(env, delivery))
    shipments.ship(env, delivery)

    to_us, to_supplier = returns.plan_return(env, delivery), returns.plan_return(env, receipt)

    assert places(to_us) == [("Customers", "MAIN/Stock", 3, "ready")]
    assert places(to_supplier) == [
        ("MAIN/Stock", "Suppliers", 3, "ready"),
        ("MAIN/Stock", "Suppliers", 3, "waiting"),
    ]


def test_goods_under_way_between_steps_are_promised_once(env: Env) -> None:
    works_in(env, DeliverySteps.PICK)
    lamp = a_product(env)
    received(env, lamp, 10)
    a_delivery(env, (lamp, 6))

    found = availability.of(env, [lamp.id])[lamp.id]

    assert (found.on_hand, found.reserved, found.waiting) == (10, 6, 0)


def test_going_back_to_one_step_leaves_what_is_planned(env: Env) -> None:
    works_in(env, DeliverySteps.PICK)
    lamp = a_product(env)
    received(env, lamp, 10)
    planned = a_delivery(env, (lamp, 2))

    works_in(env)
    direct = a_delivery(env, (lamp, 3))
    shipments.ship(env, before(env, planned))
    shipments.ship(env, planned)

    assert places(direct) == [("MAIN/Stock", "Customers", 3, "ready")]
    assert places(planned) == [("MAIN/Output", "Customers", 2, "done")]
    assert list(soundness.findings(env)) == []
