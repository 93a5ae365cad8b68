from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.catalog.models import Product, Unit
from addons.erp_stock.models import (
    Location,
    Move,
    MoveState,
    OperationKind,
    Shipment,
    ShipmentState,
    Valuation,
)
from addons.erp_stock.queries import soundness
from addons.erp_stock.services import moving, reservation, shelves, shipments
from addons.erp_stock.services.quantities import Demand
from core.api import Company, Env, RuleBroken, in_company
from core.views import saving
from tests.erp_stock.factories import a_delivery, a_product, a_shelf, delivered, on_shelf, received

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("erp_stock")
D = Decimal


def test_two_deliveries_of_six_from_ten_reserve_exactly_one(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)

    first, second = a_delivery(env, (lamp, 6)), a_delivery(env, (lamp, 6))

    assert first.state is ShipmentState.READY
    assert second.state is ShipmentState.PARTIAL
    assert sorted((m.state.value, m.quantity) for m in second.moves) == [("ready", 4), ("waiting", 2)]
    assert on_shelf(env, lamp) == (10, 10)
    assert list(soundness.findings(env)) == []


def test_what_is_not_there_stays_on_a_back_order_that_keeps_the_order(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 4)
    delivery = a_delivery(env, (lamp, 6), origin="C-2026-0001")

    rest = shipments.ship(env, delivery)

    assert rest is not None
    assert (delivery.state, [m.quantity for m in delivery.moves]) == (ShipmentState.DONE, [4])
    assert (rest.state, [m.quantity for m in rest.moves]) == (ShipmentState.WAITING, [2])
    assert (rest.backorder_of_id, rest.origin) == (delivery.id, "C-2026-0001")
    assert on_shelf(env, lamp) == (0, 0)
    assert list(soundness.findings(env)) == []


def test_shipping_less_than_is_ready_keeps_the_rest_reserved_on_the_back_order(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    delivery = a_delivery(env, (lamp, 6))

    rest = shipments.ship(env, delivery, {delivery.moves[0].id: Decimal(2)})

    assert rest is not None
    assert (rest.state, [m.quantity for m in rest.moves]) == (ShipmentState.READY, [4])
    assert on_shelf(env, lamp) == (8, 4)
    assert list(soundness.findings(env)) == []


def test_a_delivery_without_back_order_gives_up_the_rest(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    delivery = a_delivery(env, (lamp, 6))

    rest = shipments.ship(env, delivery, {delivery.moves[0].id: Decimal(2)}, backorder=False)

    assert rest is None
    assert sorted((m.state.value, m.quantity) for m in delivery.moves) == [("cancelled", 4), ("done", 2)]
    assert on_shelf(env, lamp) == (8, 0)
    assert list(soundness.findings(env)) == []


def test_giving_up_the_rest_of_a_part_touches_no_other_shipment(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 20)
    other, delivery = a_delivery(env, (lamp, 5)), a_delivery(env, (lamp, 6))

    shipments.ship(env, delivery, {delivery.moves[0].id: D(4)}, backorder=False)

    assert (other.state, other.moves[0].state) == (ShipmentState.READY, MoveState.READY)
    assert on_shelf(env, lamp) == (16, 5)
    assert list(soundness.findings(env)) == []


def test_more_than_planned_cannot_leave(env: Env) -> None:
    lamp = a_product(env, name="Orla 40")
    received(env, lamp, 10)
    delivery = a_delivery(env, (lamp, 6))

    with pytest.raises(shipments.TooMuch, match='"Orla 40": 7 is more than the 6 that are planned'):
        shipments.ship(env, delivery, {delivery.moves[0].id: Decimal(7)})


def test_a_delivery_with_nothing_ready_says_what_it_waits_for(env: Env) -> None:
    lamp = a_product(env, name="Orla 40")
    delivery = a_delivery(env, (lamp, 6))

    with pytest.raises(shipments.NothingReady, match="Waiting for Orla 40"):
        shipments.ship(env, delivery)


def test_a_delivery_leaves_once(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    delivery = delivered(env, lamp, 6)

    with pytest.raises(reservation.NotOpen, match=f"{delivery.number} is already Done"):
        shipments.ship(env, delivery)

    assert on_shelf(env, lamp) == (4, 0)


def test_a_cancelled_delivery_releases_what_it_held(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    delivery = a_delivery(env, (lamp, 6))

    shipments.cancel(env, delivery)

    assert delivery.state is ShipmentState.CANCELLED
    assert on_shelf(env, lamp) == (10, 0)
    assert list(soundness.findings(env)) == []


def test_a_released_delivery_waits_again_as_it_was_planned(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    delivery = a_delivery(env, (lamp, 12))

    reservation.release(env, delivery)

    assert [(m.state, m.quantity) for m in delivery.moves] == [(MoveState.WAITING, 12)]
    assert on_shelf(env, lamp) == (10, 0)


def test_a_delivery_takes_from_several_shelves(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    shelf = a_shelf(env, "Shelf 2")
    move_to(env, lamp, 4, shelf.id)

    delivery = a_delivery(env, (lamp, 9))

    assert delivery.state is ShipmentState.READY
    assert sorted((m.source_location.full_name, m.quantity) for m in delivery.moves) == [
        ("MAIN/Stock", 6),
        ("MAIN/Stock/Shelf 2", 3),
    ]
    assert list(soundness.findings(env)) == []


def test_goods_do_not_move_tomorrow(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)

    with pytest.raises(moving.InTheFuture):
        shipments.ship(env, a_delivery(env, (lamp, 1)), on=env.today() + timedelta(days=1))


def test_stock_and_states_cannot_be_written_by_hand(env: Env) -> None:
    lamp = a_product(env)
    shipment = a_delivery(env, (lamp, 6))

    shipment.state = ShipmentState.DONE

    with pytest.raises(RuleBroken, match="nobody writes it by hand"):
        env.session.flush()


def test_a_dozen_is_twelve_pieces(env: Env) -> None:
    from addons.erp_stock.models import OperationKind
    from addons.erp_stock.services.quantities import Demand, OtherKindOfUnit
    from tests.erp_stock.factories import a_unit

    lamp = a_product(env)
    dozen = a_unit(env, name="Dozen of test", factor=Decimal(12))
    kilo = a_unit(env, name="Kilo of test", category="weight")
    received(env, lamp, 30)

    delivery = shipments.plan(env, OperationKind.DELIVERY, [Demand(lamp, Decimal(2), dozen)])

    assert [(m.quantity, m.unit_quantity) for m in delivery.moves] == [(24, 2)]
    with pytest.raises(OtherKindOfUnit, match="cannot be counted in Kilo of test"):
        shipments.plan(env, OperationKind.DELIVERY, [Demand(lamp, Decimal(2), kilo)])


def test_scrap_and_internal_moves_cannot_take_what_is_reserved(env: Env) -> None:
    lamp = a_product(env, name="Orla 40")
    received(env, lamp, 10)
    a_delivery(env, (lamp, 8))

    shipment = move_to(env, lamp, 5, a_shelf(env, "Shelf 3").id, ship=False)

    assert shipment.state is ShipmentState.PARTIAL
    assert sorted((m.state.value, m.quantity) for m in shipment.moves) == [("ready", 2), ("waiting", 3)]


def move_to(env: Env, product, quantity: int, target_id: int, *, ship: bool = True):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - any composed record
    from addons.erp_stock.models import OperationKind
    from addons.erp_stock.services.quantities import Demand

    shipment = shipments.plan(
        env, OperationKind.INTERNAL, [Demand(product, Decimal(quantity))], target_id=target_id
    )
    if ship:
        shipments.ship(env, shipment)
    return shipment


def test_a_shortage_is_said_in_numbers() -> None:
    assert shelves.plain(Decimal("6.000000")) == "6"
    assert shelves.plain(Decimal("0.250000")) == "0.25"
    assert shelves.plain(Decimal(100)) == "100"


def test_what_lies_where_a_move_goes_is_not_taken_for_it(env: Env) -> None:
    lamp = a_product(env)
    shelf = a_shelf(env, "Shelf 1")
    received(env, lamp, 10)
    demand = Demand(lamp, Decimal(6))
    for _time in range(2):
        move = shipments.plan(env, OperationKind.INTERNAL, [demand], target_id=shelf.id)
        shipments.ship(env, move)

    assert [m.quantity for m in move.moves] == [4]
    assert on_shelf(env, lamp) == (10, 0)


def test_what_is_planned_or_done_is_not_written_by_hand(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        lamp, other = a_product(env), a_product(env)
        received(env, lamp, 10)
        delivery = a_delivery(env, (lamp, 6))
        shelf = a_shelf(env, "Shelf 1")
        shipments.ship(
            env, shipments.plan(env, OperationKind.INTERNAL, [Demand(lamp, D(1))], target_id=shelf.id)
        )
        dozen = env.add(Unit, name="Dozen of test", code="DZN", factor=D(12), category=lamp.unit.category)
        ids = (delivery.id, delivery.moves[0].id, lamp.id, other.id, shelf.id, dozen.id)

    def write(change: Callable[[Env], object]) -> object:
        with workspace.env() as env:
            held = env.get(Shipment, delivery_id)  # else its lines are forgotten
            change(env)
            env.session.flush()
            return held

    def by_hand(change: Callable[[Env], object]) -> str:
        with pytest.raises(RuleBroken) as refused:
            write(change)
        return type(refused.value).__name__

    delivery_id, move_id, lamp_id, other_id, shelf_id, dozen_id = ids
    changes: list[Callable[[Env], object]] = [
        lambda env: setattr(env.get(Move, move_id), "quantity", D(3)),
        lambda env: setattr(env.get(Move, move_id), "product_id", other_id),
        lambda env: env.get(Shipment, delivery_id).moves.clear(),
        lambda env: env.session.delete(env.get(Move, move_id)),
        lambda env: env.session.delete(env.get(Shipment, delivery_id)),
        lambda env: env.get(Shipment, delivery_id).moves.append(
            env[Move](product=env.get(Product, other_id), quantity=D(1))
        ),
    ]
    assert [by_hand(change) for change in changes] == [*["Agreed"] * 4, "Closed", "Agreed"]
    assert by_hand(lambda env: setattr(env.get(Location, shelf_id), "kind", "customer")) == "PlaceInUse"
    assert by_hand(lambda env: setattr(env.get(Product, lamp_id), "unit_id", dozen_id)) == "HasMoved"
    assert by_hand(lambda env: setattr(env.get(Product, lamp_id), "kind", "service")) == "HasMoved"
    with workspace.env() as env:
        assert list(soundness.findings(env)) == []


def test_a_document_of_another_company_is_worked_on_in_its_company(env: Env) -> None:
    there = in_company(env, env.add(Company, name="Lumen Wien", currency="EUR", country="AT").id)
    received(there, a_product(there), 10, 50)
    lamp = there.session.scalars(select(there[Product])).one()
    delivery = a_delivery(there, (lamp, 4))
    both = Env(replace(env.scope, company_ids=(*env.company_ids, *there.company_ids)), env.access)

    record = both.get(Shipment, delivery.id)
    saving.update(both, record, {"carrier": "Post"})
    saving.act(both, record, "ship", {})

    valuation = both[Valuation]
    kept = select(valuation.company_id, valuation.quantity, valuation.value)
    assert both.session.execute(kept).all() == [(there.company_id, 6, 300)]
    assert both.company_id == env.company_id
    assert list(soundness.findings(both)) == []
