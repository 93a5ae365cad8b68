from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from addons.bridge_crm_erp.models import Effect, Event
from addons.bridge_crm_erp.services import drift
from addons.bridge_crm_erp.wires.orders.models import FulfilledOrder, MirroredOrder
from addons.bridge_crm_erp.wires.stock import promises
from addons.crm_sales.models import OrderStatus
from addons.crm_sales.services import orders as sales_orders
from addons.crm_sales.services import quotes
from addons.erp_orders.models import OrderState, Progress
from addons.erp_orders.services import credit, orders
from addons.erp_orders.services.refusals import AgreedElsewhere
from addons.erp_orders.wires.stock import fulfilment
from addons.erp_stock.models import OperationKind
from addons.erp_stock.services import returns, shipments
from addons.erp_stock.services.quantities import Demand
from core.api import writing_closed
from tests.bridge_crm_erp.factories import (
    a_confirmed_sales_order,
    a_customer,
    a_product,
    a_sales_order,
    a_tax,
    delivery_of,
    erp_order_of,
    received,
    sold,
)

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("crm_sales", "erp_orders", "erp_stock", "bridge_crm_erp")


def test_a_confirmed_crm_order_is_an_erp_order_with_the_same_reference_lines_and_total(env: Env) -> None:
    tax = a_tax(env, 20)
    lamp, cable = a_product(env), a_product(env)

    sale = a_confirmed_sales_order(
        env, sold(lamp, 7, "1.13", taxes=[tax]), sold(cable, 2, 40, discount=Decimal(25), taxes=[tax])
    )

    order = erp_order_of(env, sale)
    assert (order.number, order.party_id, order.order_date) == (sale.number, sale.party_id, sale.order_date)
    assert (order.net, order.tax, order.total) == (sale.net, sale.tax, sale.total)
    assert [
        (ln.product_id, ln.quantity, ln.unit_price, ln.discount, [t.id for t in ln.taxes])
        for ln in order.lines
    ] == [
        (lamp.id, 7, Decimal("1.13"), 0, [tax.id]),
        (cable.id, 2, 40, 25, [tax.id]),
    ]
    assert order.state is OrderState.CONFIRMED
    assert list(drift.findings(env)) == []


def test_a_refusal_of_the_erp_refuses_the_crm_order_and_nothing_is_written(env: Env) -> None:
    customer = a_customer(env, name="Maison Verdier", credit_limit=Decimal(10))
    sale = a_sales_order(env, party=customer)
    savepoint = env.session.begin_nested()

    with pytest.raises(credit.OverCreditLimit, match=r"Maison Verdier may owe 10\.00 EUR"):
        sales_orders.confirm(env, sale)
    savepoint.rollback()
    env.session.expire_all()

    assert sale.status is OrderStatus.DRAFT
    assert env.session.scalar(select(func.count()).select_from(env[MirroredOrder])) == 0
    assert env.session.scalar(select(func.count()).select_from(env[Effect])) == 0


def test_delivery_and_return_come_back_to_the_crm_order(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    sale = a_confirmed_sales_order(env, sold(lamp, 6))
    delivery = delivery_of(env, erp_order_of(env, sale))

    rest = shipments.ship(env, delivery, {delivery.moves[0].id: Decimal(4)})
    partly = progress_of(env, sale)
    assert rest is not None
    shipments.ship(env, rest)
    fully = progress_of(env, sale)
    shipments.ship(env, returns.plan_return(env, delivery))

    assert (partly, fully, progress_of(env, sale)) == (Progress.PARTLY, Progress.FULLY, Progress.PARTLY)
    assert events(env) == [Event.ORDER_CONFIRMED, Event.DELIVERED, Event.DELIVERED, Event.RETURNED]
    assert list(drift.findings(env)) == []


def progress_of(env: Env, sale):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - any composed record
    return env.session.scalar(select(env[FulfilledOrder].delivery).where(env[FulfilledOrder].id == sale.id))


def events(env: Env) -> list[Event]:
    return list(env.session.scalars(select(env[Effect].event).order_by(env[Effect].id)))


def test_a_quote_and_the_order_that_follows_it_promise_the_same_day(env: Env) -> None:
    lamp, day = a_product(env, name="Orla 40"), env.today() + timedelta(days=12)
    received(env, lamp, 2)
    quote = quotes.create(env, a_customer(env), [sold(lamp, 3), sold(lamp, 2)])
    with pytest.raises(promises.NobodyKnows, match="Orla 40"):
        promises.offer(env, quote)
    shipments.plan(env, OperationKind.RECEIPT, [Demand(lamp, Decimal(3))], planned_on=day)

    [line] = promises.of_document(env, quote)
    offered = promises.offer(env, quote)
    order = erp_order_of(env, a_confirmed_sales_order(env, sold(lamp, 3), sold(lamp, 2)))

    assert (line.wanted, line.free, line.on, line.source) == (5, 2, day, "coming")
    assert (offered, quote.requested_date, fulfilment.promise(env, order)) == (day, day, day)


def test_an_amended_crm_order_amends_the_erp_order_unless_it_contradicts_what_was_delivered(env: Env) -> None:
    lamp = a_product(env, name="Orla 40")
    received(env, lamp, 10)
    sale = a_confirmed_sales_order(env, sold(lamp, 6))
    order = erp_order_of(env, sale)
    shipments.ship(env, delivery_of(env, order), {delivery_of(env, order).moves[0].id: Decimal(4)})

    sales_orders.amend(env, sale, {sale.lines[0].id: {"quantity": Decimal(5)}})
    after = (order.lines[0].quantity, order.lines[0].reserved, order.total, sale.total)
    with pytest.raises(orders.BelowFulfilled, match='"Orla 40" cannot go below 4'):
        sales_orders.amend(env, sale, {sale.lines[0].id: {"quantity": Decimal(3)}})

    assert after == (5, 1, 100, 100)
    assert events(env) == [Event.ORDER_CONFIRMED, Event.DELIVERED, Event.ORDER_AMENDED]


def test_a_cancelled_crm_order_cancels_the_erp_order_unless_the_customer_has_goods(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    free, gone = a_confirmed_sales_order(env, sold(lamp, 4)), a_confirmed_sales_order(env, sold(lamp, 4))
    shipments.ship(env, delivery_of(env, erp_order_of(env, gone)))

    sales_orders.cancel(env, free, "Changed their mind")
    with pytest.raises(orders.AlreadyFulfilled):
        sales_orders.cancel(env, gone, "Changed their mind")

    assert erp_order_of(env, free).state is OrderState.CANCELLED
    assert erp_order_of(env, gone).state is OrderState.CONFIRMED


def test_what_was_agreed_in_the_crm_is_changed_and_cancelled_there_only(env: Env) -> None:
    sale = a_confirmed_sales_order(env, sold(a_product(env), 4))
    order = erp_order_of(env, sale)

    for refused in (orders.change, orders.cancel, orders.close_rest):
        with pytest.raises(AgreedElsewhere, match=f"{sale.number} was agreed in the CRM"):
            refused(env, order)
    before = list(drift.findings(env))
    with writing_closed(order):
        order.state = OrderState.CANCELLED  # as somebody with access to the database would

    assert before == []
    assert [found.record for found in drift.findings(env)] == [sale.number]


def test_the_bridge_adds_nothing_to_orders_that_do_not_come_from_the_crm(env: Env) -> None:
    from tests.erp_orders.factories import a_confirmed_order, a_line

    lamp = a_product(env)
    received(env, lamp, 10)
    order = a_confirmed_order(env, a_line(lamp, 6))

    shipments.ship(env, delivery_of(env, order))  # type: ignore[arg-type]  # composed with the wire's columns

    assert events(env) == []


@pytest.mark.addons("crm_sales", "erp_orders")
def test_without_the_bridge_a_crm_order_stays_in_the_crm(env: Env) -> None:
    from addons.erp_orders.models import Order

    a_confirmed_sales_order(env)

    assert env.session.scalar(select(func.count()).select_from(env[Order])) == 0


def test_progress_that_drifted_is_found_and_recomputed(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    sale = a_confirmed_sales_order(env, sold(lamp, 6))
    shipments.ship(env, delivery_of(env, erp_order_of(env, sale)))
    with writing_closed(sale):
        env.get(FulfilledOrder, sale.id).delivery = Progress.PARTLY

    check = drift.run(env)
    repaired = drift.repair(env, check.differences[0]["kind"], check.differences[0]["record_id"])

    assert [(d["kind"], d["record"]) for d in check.differences] == [("progress", sale.number)]
    assert check.compared["progress"] == 1
    assert repaired.differences == []
