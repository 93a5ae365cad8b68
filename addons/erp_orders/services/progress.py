"""Reserved, delivered, returned and invoiced: always recomputed from the documents, never counted up or down.

Each wire that knows such documents sums them per line and records the sums here; what follows from them (how
far
the order is, what is left to invoice, whether it is done) is worked out in one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.catalog.models import Progress
from addons.catalog.services.progress import Recorder, far
from addons.erp_orders.models import InvoicePolicy, Line, Order, OrderState
from core.api import HUNDRED, ZERO, round_half_up, round_money

if TYPE_CHECKING:
    from decimal import Decimal

    from core.api import Env

BY_DELIVERY = (InvoicePolicy.DELIVERED, InvoicePolicy.DEPOSIT)
Sums = dict[str, "Decimal"]
"""The columns a wire knows, with their sums."""


def settle(env: Env, order: Order) -> None:
    """Work out how far the order is from the quantities of its lines. Nothing is flushed."""
    order.delivery, order.invoicing, order.to_invoice, order.state = standing(env, order)


def standing(env: Env, order: Order) -> tuple[Progress, Progress, Decimal, OrderState]:
    """Delivered, invoiced, left to invoice, and the state that follows: done when nothing is left."""
    goods = [line for line in order.products if line.is_goods]
    delivery = far([(wanted(order, line), line.kept_quantity) for line in goods])
    invoicing = far([(to_be_invoiced(env, order, line), line.invoiced) for line in order.products])
    fulfilled = invoicing is Progress.FULLY and (delivery is Progress.FULLY or not moves_goods(env, order))
    state = order.state
    if fulfilled and state is OrderState.CONFIRMED:
        state = OrderState.DONE
    elif not fulfilled and state is OrderState.DONE:
        state = OrderState.CONFIRMED
    left = ZERO if fulfilled else open_amount(order)
    return delivery, invoicing, left, state


def wanted(order: Order, line: Line) -> Decimal:
    """The least quantity with which a line counts as delivered, by the tolerance of its order."""
    return line.quantity * (HUNDRED - order.under_delivery) / HUNDRED


def to_be_invoiced(env: Env, order: Order, line: Line) -> Decimal:
    """The quantity with which a line counts as invoiced: what is delivered, when the rest is not missed."""
    by_delivery = line.is_goods and order.policy in BY_DELIVERY and env.enabled("erp_stock")
    if by_delivery and order.under_delivery and line.kept_quantity >= wanted(order, line):
        return line.kept_quantity
    return due(order, line)


def due(order: Order, line: Line) -> Decimal:
    """The quantity that is to be paid in the end: what was ordered, or what the customer got beyond it; by
    milestones the price of the order is fixed."""
    if order.policy is InvoicePolicy.MILESTONE or not line.is_goods:
        return line.quantity
    return max(line.quantity, line.kept_quantity)


def moves_goods(env: Env, order: Order) -> bool:
    """Whether deliveries are kept track of: stock is enabled and there is something to deliver."""
    return env.enabled("erp_stock") and any(line.is_goods for line in order.products)


def open_amount(order: Order) -> Decimal:
    """The part of the total, taxes included, that is not invoiced: by value of the lines."""
    if not order.net:
        return ZERO
    left = sum(
        (
            line.net * max(due(order, line) - line.invoiced, ZERO) / line.quantity
            for line in order.products
            if line.quantity
        ),
        ZERO,
    )
    return max(round_money(order.total * left / order.net, order.currency), ZERO)


def invoiceable(env: Env, order: Order, line: Line) -> Decimal:
    """The quantity of a line that should stand on posted invoices by now, by the order's policy."""
    if order.policy is InvoicePolicy.MILESTONE:
        return reached(order, line.quantity)
    if order.policy in BY_DELIVERY and env.enabled("erp_stock") and line.is_goods:
        return line.kept_quantity
    return due(order, line)


def reached(order: Order, quantity: Decimal) -> Decimal:
    """The part of a quantity that the milestones reached so far free; all of it when all are reached."""
    total = sum((one.share for one in order.milestones), ZERO)
    share = sum((one.share for one in order.milestones if one.reached_on), ZERO)
    if not share:
        return ZERO
    return quantity if share == total else round_half_up(quantity * share / total, 6)


def _tell(env: Env, order: Order) -> None:
    env.hooks.customer_order_progressed(env=env, order=order)


RECORDER = Recorder(Order, Line, settle=settle, tell=_tell)
record = RECORDER.record
orders_of = RECORDER.orders_of
hold = RECORDER.hold
locked = RECORDER.locked
