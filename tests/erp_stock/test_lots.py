from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.catalog.models import Product
from addons.erp_stock.models import Lot, OperationKind, Quant, Removal, Shipment, Tracking
from addons.erp_stock.models.product import InStock
from addons.erp_stock.queries import soundness, tracing
from addons.erp_stock.services import counts, lots, returns, shelves, shipments
from addons.erp_stock.services.quantities import Demand
from core.api import RuleBroken, Who
from core.testing.web import a_person
from tests.erp_stock.factories import a_customer, a_delivery, a_product, a_shelf, on_shelf, received, stock_of

if TYPE_CHECKING:
    from core.api import Env
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("erp_stock")


def received_lot(
    env: Env, product: Any, number: str, quantity: int = 1, expires: date | None = None, **options: Any
) -> Shipment:
    """Goods with a lot or serial number that came in."""
    extra = {"lot_number": number, "lot_expires_on": expires}
    demand = Demand(product, Decimal(quantity), cost=Decimal(10), extra=extra)
    receipt = shipments.plan(env, OperationKind.RECEIPT, [demand], **options)
    shipments.ship(env, receipt)
    return receipt


def proposed(shipment: Shipment) -> list[tuple[str | None, Decimal]]:
    return [(move.lot.name if move.lot else None, move.quantity) for move in shipment.moves]


def lot_named(env: Env, number: str) -> Lot:
    return env.session.scalars(select(env[Lot]).where(env[Lot].name == number)).one()


def test_the_first_to_expire_is_proposed_first(env: Env) -> None:
    milk = a_product(env, tracking=Tracking.LOT)
    received_lot(env, milk, "LATE", 5, env.today() + timedelta(days=60))
    received_lot(env, milk, "SOON", 3, env.today() + timedelta(days=10))

    delivery = a_delivery(env, (milk, 6))

    assert proposed(delivery) == [("SOON", 3), ("LATE", 3)]
    assert list(soundness.findings(env)) == []


def test_or_the_first_that_came(env: Env) -> None:
    milk = a_product(env, tracking=Tracking.LOT, removal=Removal.FIFO)
    received_lot(env, milk, "FIRST", 5, env.today() + timedelta(days=60))
    received_lot(env, milk, "SECOND", 3, env.today() + timedelta(days=10))

    assert proposed(a_delivery(env, (milk, 6))) == [("FIRST", 5), ("SECOND", 1)]


def test_what_has_expired_is_not_proposed_and_does_not_leave_without_a_word(env: Env) -> None:
    milk = a_product(env, name="Milk", tracking=Tracking.LOT)
    received_lot(env, milk, "OLD", 5, env.today() - timedelta(days=1))
    delivery = a_delivery(env, (milk, 2))
    assert [m.state.value for m in delivery.moves] == ["waiting"]
    lots.choose(env, delivery, delivery.moves[0], lot_named(env, "OLD"))

    with pytest.raises(lots.Expired, match='Lot OLD of "Milk" expired on'):
        shipments.ship(env, delivery)
    shipments.ship_expired(env, delivery, "The customer knows and feeds cats")

    assert on_shelf(env, milk) == (3, 0)
    assert list(soundness.findings(env)) == []


def test_only_who_may_lets_expired_goods_leave(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        milk = a_product(env, name="Milk", tracking=Tracking.LOT)
        received_lot(env, milk, "OLD", 5, env.today() - timedelta(days=1))
        delivery = a_delivery(env, (milk, 2))
        lots.choose(env, delivery, delivery.moves[0], lot_named(env, "OLD"))
        delivery_id = delivery.id

    def let_leave(role: str) -> str:
        person = a_person(workspace.platform, workspace.entry, name=role, roles=[role])
        user = Who(id=person.id, name=role, roles=frozenset({role, "base.user"}))
        try:
            with workspace.env(user=user) as env:
                shipments.ship_expired(env, env.get(Shipment, delivery_id), "The customer knows")
        except shipments.MayNotExpire as refused:
            return str(refused.hint)
        return "left"

    assert let_leave("erp_stock.user") == "Ask a stock manager."
    assert let_leave("erp_stock.manager") == "left"


def test_tracked_goods_need_their_number(env: Env) -> None:
    milk = a_product(env, name="Milk", tracking=Tracking.LOT)
    saw = a_product(env, name="Saw", tracking=Tracking.SERIAL)

    with pytest.raises(lots.NoLot, match='"Milk" needs a lot number'), env.session.begin_nested():
        received(env, milk, 2)
    with pytest.raises(lots.NoLot, match='"Saw" needs a serial number for each piece'):
        received_lot(env, saw, "S-1", 2)


def test_an_expiry_follows_from_the_shelf_life(env: Env) -> None:
    milk = a_product(env, tracking=Tracking.LOT, shelf_days=30)

    received_lot(env, milk, "L-1", 5)

    assert lot_named(env, "L-1").expires_on == env.today() + timedelta(days=30)


def test_serial_numbers_are_entered_by_range_and_each_is_a_move(env: Env) -> None:
    saw = a_product(env, name="Saw", tracking=Tracking.SERIAL)
    receipt = shipments.plan(env, OperationKind.RECEIPT, [Demand(saw, Decimal(4), cost=Decimal(50))])

    with pytest.raises(lots.NotSoMany, match='3 numbers for 4 of "Saw"'):
        lots.enter_serials(env, receipt, receipt.moves[0], "A-098..A-100")
    lots.enter_serials(env, receipt, receipt.moves[0], "A-098..A-100\nB7")
    shipments.ship(env, receipt)

    assert sorted(proposed(receipt)) == [("A-098", 1), ("A-099", 1), ("A-100", 1), ("B7", 1)]
    assert list(soundness.findings(env)) == []


def test_a_serial_number_is_in_one_place(env: Env) -> None:
    saw = a_product(env, name="Saw", tracking=Tracking.SERIAL)
    received_lot(env, saw, "S-1")

    with pytest.raises(shelves.SerialElsewhere, match='S-1 of "Saw" is already in MAIN/Stock'):
        received_lot(env, saw, "S-1")


def test_a_serial_number_moves_leaves_and_comes_back(env: Env) -> None:
    saw = a_product(env, tracking=Tracking.SERIAL)
    receipt = received_lot(env, saw, "S-1", party_id=a_customer(env, name="Atelier Sud").id)
    shelf = a_shelf(env, "Shelf 12")
    shipments.ship(
        env, shipments.plan(env, OperationKind.INTERNAL, [Demand(saw, Decimal(1))], target_id=shelf.id)
    )
    delivery = a_delivery(env, (saw, 1), party_id=a_customer(env, name="Garage Nord").id)
    shipments.ship(env, delivery)
    back = returns.plan_return(env, delivery)
    shipments.ship(env, back)

    history = tracing.history(env, lot_named(env, "S-1"))

    assert [(step.way, step.shipment, step.party) for step in history] == [
        ("in", receipt.number, "Atelier Sud"),
        ("move", history[1].shipment, ""),
        ("out", delivery.number, "Garage Nord"),
        ("in", back.number, "Garage Nord"),
    ]
    quant = env[Quant]
    there = env.session.scalars(select(quant).where(quant.product_id == saw.id, quant.quantity > 0)).all()
    assert len(there) == 1
    assert list(soundness.findings(env)) == []


def test_of_two_receipts_of_one_serial_at_the_same_moment_one_is_refused(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        saw_id = a_product(env, tracking=Tracking.SERIAL).id
    start = Barrier(2)

    def receive() -> str:
        try:
            with workspace.env() as env:
                saw = env.get(Product, saw_id)
                start.wait()
                received_lot(env, saw, "S-1")
        except (RuleBroken, Exception) as refused:
            return type(refused).__name__
        return "received"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(future.result() for future in [pool.submit(receive), pool.submit(receive)])

    with workspace.env() as env:
        assert answers[1] == "received"
        assert on_shelf(env, env.get(Product, saw_id)) == (1, 0)
        assert list(soundness.findings(env)) == []


def test_lots_are_counted_one_by_one(env: Env) -> None:
    from addons.erp_stock.models import Count

    milk = a_product(env, name="Milk", tracking=Tracking.LOT)
    received_lot(env, milk, "A", 5)
    received_lot(env, milk, "B", 5)
    count = env.add(Count, location_id=stock_of(env).id, reason="Year end")
    counts.start(env, count)
    lines = {line.lot.name: line for line in count.lines if line.lot}
    lines["A"].counted = Decimal(4)

    counts.apply(env, count)

    quant = env[Quant]
    rows = env.session.execute(select(quant.lot_id, quant.quantity).where(quant.product_id == milk.id)).all()
    assert {lot: quantity for lot, quantity in rows} == {  # noqa: C416 - a Row is no pair for dict()
        lot_named(env, "A").id: 4,
        lot_named(env, "B").id: 5,
    }
    with pytest.raises(lots.NoLot):
        counts.adjust(env, milk, stock_of(env), Decimal(2), "Found")
    assert list(soundness.findings(env)) == []


def test_a_release_forgets_the_lot_that_was_proposed_and_keeps_the_chosen_one(env: Env) -> None:
    from addons.erp_stock.services import reservation

    milk = a_product(env, tracking=Tracking.LOT)
    received_lot(env, milk, "A", 5, env.today() + timedelta(days=10))
    received_lot(env, milk, "B", 5, env.today() + timedelta(days=20))
    mixed, chosen = a_delivery(env, (milk, 6)), a_delivery(env, (milk, 2))
    lots.choose(env, chosen, chosen.moves[0], lot_named(env, "B"))

    reservation.release(env, mixed)
    reservation.release(env, chosen)

    assert (proposed(mixed), proposed(chosen)) == ([(None, 6)], [("B", 2)])


def test_tracking_stays_while_there_is_stock(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 1)
    lamp.tracking = Tracking.LOT

    with pytest.raises(InStock, match="tracking cannot change"):
        env.session.flush()
