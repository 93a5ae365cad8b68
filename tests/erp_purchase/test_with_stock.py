from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.base.models import ExchangeRate
from addons.erp_purchase.models import Order, OrderState, Progress
from addons.erp_purchase.queries import soundness
from addons.erp_purchase.services import approval, orders
from addons.erp_purchase.wires.stock import proof, receiving
from addons.erp_purchase.wires.stock.models import PurchasedShipment
from addons.erp_stock.models import (
    Layer,
    Location,
    Quant,
    ReceiptSteps,
    Shipment,
    ShipmentState,
)
from addons.erp_stock.queries import promises
from addons.erp_stock.queries import soundness as stock_soundness
from addons.erp_stock.services import returns, shipments
from core.api import writing_closed
from tests.erp_purchase.factories import (
    a_confirmed_order,
    a_line,
    a_price,
    a_purchase_tax,
    a_vendor,
    acting,
    rules,
)
from tests.erp_stock.factories import a_product, a_unit, on_shelf, worth
from tests.erp_stock.test_steps import works_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env

pytestmark = pytest.mark.addons("erp_purchase", "erp_stock")


def shipments_of(env: Env, order: Order) -> Sequence[PurchasedShipment]:
    shipment = env[PurchasedShipment]
    return env.session.scalars(
        select(shipment).where(shipment.purchase_order_id == order.id).order_by(shipment.id)
    ).all()


def receive(env: Env, order: Order, *quantities: str | int) -> PurchasedShipment:
    """Take in the open receipt of an order, all of it or so much of each line."""
    receipt = next(one for one in shipments_of(env, order) if one.is_open)
    wanted = {
        move.id: Decimal(quantity)
        for move, quantity in zip(receipt.moves, quantities, strict=bool(quantities))
    }
    shipments.ship(env, receipt, wanted or None)
    return receipt


def all_sound(env: Env) -> bool:
    found = [*soundness.findings(env), *proof.findings(env), *stock_soundness.findings(env)]
    assert found == []
    return True


def test_confirming_plans_the_receipt_of_the_goods(env: Env) -> None:
    day = env.today() + timedelta(days=9)
    order = a_confirmed_order(
        env, a_line(a_product(env), 6), a_line(a_product(env, kind="service"), 1), expected_on=day
    )

    (receipt,) = shipments_of(env, order)

    assert (receipt.state, receipt.origin, receipt.party_id, receipt.planned_on) == (
        ShipmentState.READY,
        order.number,
        order.party_id,
        day,
    )
    assert [move.quantity for move in receipt.moves] == [6]
    assert order.receipt is Progress.NOTHING
    assert all_sound(env)


def test_goods_come_in_part_by_part_at_the_price_of_the_order(env: Env) -> None:
    lamp = a_product(env)
    tax = a_purchase_tax(env)
    order = a_confirmed_order(env, a_line(lamp, 10, 20, discount=Decimal(10), taxes=[tax]))

    receive(env, order, 4)
    after_part = (order.lines[0].received, order.receipt, worth(env, lamp))
    receive(env, order)

    assert after_part == (4, Progress.PARTLY, 72)
    assert (order.lines[0].received, order.receipt, worth(env, lamp)) == (10, Progress.FULLY, 180)
    assert all_sound(env)


def test_dollars_for_dozens_become_euros_for_pieces(env: Env) -> None:
    env.add(ExchangeRate, company_id=env.company_id, currency="USD", date=env.today(), rate=Decimal("0.9"))
    dozen = a_unit(env, name="Dozen of test", factor=Decimal(12))
    lamp = a_product(env)
    order = a_confirmed_order(
        env, a_line(lamp, 2, 120, unit=dozen), party=a_vendor(env, purchase_currency="USD")
    )

    receive(env, order)

    assert (on_shelf(env, lamp)[0], worth(env, lamp), order.lines[0].received) == (24, 216, 2)
    assert all_sound(env)


def test_more_than_ordered_comes_in_within_the_tolerance_only(env: Env) -> None:
    rules(env, receipt_over=5)
    lamp = a_product(env, name="Orla 40")
    order = a_confirmed_order(env, a_line(lamp, 100, 1))

    with (
        pytest.raises(
            receiving.TooMuchReceived,
            match='"Orla 40": 106 would be here, 100 are ordered, at most 105 are accepted',
        ),
        env.session.begin_nested(),
    ):
        receive(env, order, 106)
    env.session.expire_all()
    receive(env, order, 105)

    assert (order.lines[0].received, order.receipt, on_shelf(env, lamp)[0]) == (105, Progress.FULLY, 105)
    assert all_sound(env)


def test_all_that_comes_beyond_the_order_is_put_away(env: Env) -> None:
    works_in(env, receipt=ReceiptSteps.CHECK)
    rules(env, receipt_over=5)
    lamp = a_product(env)
    order = a_confirmed_order(env, a_line(lamp, 100, 1))
    receive(env, order, 60)
    receive(env, order, 45)

    for _step in range(2):
        for shipment in list(
            env.session.scalars(select(env[Shipment]).where(env[Shipment].state == "ready"))
        ):
            shipments.ship(env, shipment)

    quant, place = env[Quant], env[Location]
    there = select(place.full_name, quant.quantity).join(quant).where(quant.quantity > 0)
    assert env.session.execute(there).all() == [("MAIN/Stock", 105)]
    assert all_sound(env)


def test_without_an_order_more_than_planned_is_refused_as_before(env: Env) -> None:
    from addons.erp_stock.models import OperationKind
    from addons.erp_stock.services.quantities import Demand

    receipt = shipments.plan(env, OperationKind.RECEIPT, [Demand(a_product(env), Decimal(5))])

    with pytest.raises(shipments.TooMuch):
        shipments.ship(env, receipt, {receipt.moves[0].id: Decimal(6)})


def test_returned_goods_can_be_replaced_or_given_up(env: Env) -> None:
    lamp = a_product(env)
    replaced, given_up = (a_confirmed_order(env, a_line(lamp, 6, 10)) for _order in range(2))
    for order in (replaced, given_up):
        receipt = receive(env, order)
        shipments.ship(env, returns.plan_return(env, receipt, {receipt.moves[0].id: Decimal(2)}))
    sent_back = (replaced.lines[0].returned, replaced.receipt)

    receiving.expect_replacement(env, replaced)
    with pytest.raises(receiving.NothingMissing):
        receiving.expect_replacement(env, replaced)
    receive(env, replaced)
    orders.close_rest(env, given_up)

    assert sent_back == (2, Progress.PARTLY)
    assert (replaced.lines[0].received, replaced.lines[0].returned, replaced.receipt) == (
        8,
        2,
        Progress.FULLY,
    )
    assert (given_up.lines[0].quantity, given_up.receipt) == (4, Progress.FULLY)
    assert (on_shelf(env, lamp)[0], worth(env, lamp)) == (10, 100)
    assert all_sound(env)


def test_an_amended_order_plans_what_is_left_at_the_new_price(env: Env) -> None:
    lamp = a_product(env)
    order = a_confirmed_order(env, a_line(lamp, 6, 10))
    receive(env, order, 4)
    orders.change(env, order)
    order.lines[0].quantity, order.lines[0].unit_price = Decimal(10), Decimal(11)

    orders.confirm(env, order)
    receive(env, order)

    done, given_up, second = shipments_of(env, order)
    assert [s.state for s in (done, given_up, second)] == [
        ShipmentState.DONE,
        ShipmentState.CANCELLED,
        ShipmentState.DONE,
    ]
    assert (order.lines[0].received, worth(env, lamp)) == (10, 4 * 10 + 6 * 11)
    assert all_sound(env)


def test_nothing_comes_in_while_an_order_is_being_changed(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 6))
    orders.change(env, order)

    with pytest.raises(receiving.BeingChanged, match="is Being changed, so nothing of it can come in"):
        receive(env, order)


def test_an_order_cannot_go_below_what_was_received_and_is_not_cancelled_with_goods_here(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env, name="Orla 40"), 6))
    receipt = receive(env, order, 4)

    with pytest.raises(orders.AlreadyFulfilled):
        orders.cancel(env, order)
    orders.change(env, order)
    order.lines[0].quantity = Decimal(3)
    with pytest.raises(orders.BelowFulfilled, match='"Orla 40" cannot go below 4'):
        orders.confirm(env, order)
    order.lines[0].quantity = Decimal(6)
    orders.confirm(env, order)
    shipments.ship(env, returns.plan_return(env, receipt))
    orders.cancel(env, order)

    assert [s.state for s in shipments_of(env, order) if s.is_open] == []
    assert order.state is OrderState.CANCELLED
    assert all_sound(env)


def test_giving_up_the_rest_is_no_way_around_the_limit(env: Env) -> None:
    rules(env, buyer_limit=100)
    order = a_confirmed_order(env, a_line(a_product(env), 5, 10))
    receive(env, order, 2)
    buyer = acting(env, "buyer")
    mine = buyer.get(Order, order.id)
    orders.change(buyer, mine)
    mine.lines[0].unit_price = Decimal(1000)

    with pytest.raises(approval.OverLimit):
        orders.close_rest(buyer, mine)


def test_a_new_day_moves_the_receipt(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 6), expected_on=env.today())
    day = env.today() + timedelta(days=20)

    orders.postpone(env, order, expected_on=day)

    assert [s.planned_on for s in shipments_of(env, order) if s.is_open] == [day]


def test_progress_that_was_tampered_with_is_found(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 6))
    with writing_closed(order):
        order.lines[0].received = Decimal(1)

    assert [finding.rule for finding in proof.findings(env)] == ["purchases.moves"]


def test_what_has_to_be_bought_is_promised_by_the_lead_time_of_the_vendor(env: Env) -> None:
    lamp, lens = a_product(env), a_product(env)
    a_price(env, a_vendor(env), lamp, "10", lead_days=9)
    a_price(env, a_vendor(env), lamp, "12", lead_days=2)

    found = promises.of(env, {lamp: Decimal(5), lens: Decimal(5)})

    assert (found[lamp.id].on, found[lens.id].on) == (env.today() + timedelta(days=9), None)


def test_layers_hold_what_the_orders_cost(env: Env) -> None:
    lamp = a_product(env, costing="fifo")
    for quantity, price in ((68, "15"), (140, "15.50")):
        receive(env, a_confirmed_order(env, a_line(lamp, quantity, price)))

    layers = env.session.scalars(
        select(env[Layer]).where(env[Layer].product_id == lamp.id).order_by(env[Layer].id)
    )

    assert [layer.value for layer in layers] == [1020, 2170]
