"""Received, returned and billed: always recomputed from the documents, never counted up or down.

Each wire that knows such documents sums them per line and records the sums here; what follows from them (how
far the order is, what is left to bill, whether it is done) is worked out in one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.catalog.models import Progress
from addons.catalog.services.progress import Recorder, far
from addons.erp_purchase.models import BillPolicy, Line, Order, OrderState
from core.api import ZERO, round_money

if TYPE_CHECKING:
    from decimal import Decimal

    from core.api import Env


def settle(env: Env, order: Order) -> None:
    """Work out how far the order is from the quantities of its lines. Nothing is flushed."""
    order.receipt, order.billing, order.to_bill, order.state = standing(env, order)


def standing(env: Env, order: Order) -> tuple[Progress, Progress, Decimal, OrderState]:
    """Received, billed, left to bill, and the state that follows: done when nothing is left."""
    goods = [line for line in order.products if line.is_goods]
    receipt = far([(line.quantity, line.kept_quantity) for line in goods])
    billing = far([(max(line.quantity, billable(env, order, line)), line.billed) for line in order.products])
    fulfilled = billing is Progress.FULLY and (receipt is Progress.FULLY or not moves_goods(env, order))
    state = order.state
    if fulfilled and state is OrderState.CONFIRMED:
        state = OrderState.DONE
    elif not fulfilled and state is OrderState.DONE:
        state = OrderState.CONFIRMED
    return receipt, billing, open_amount(env, order), state


def moves_goods(env: Env, order: Order) -> bool:
    """Whether receipts are kept track of: stock is enabled and there is something to receive."""
    return env.enabled("erp_stock") and any(line.is_goods for line in order.products)


def open_amount(env: Env, order: Order) -> Decimal:
    """The part of the total, taxes included, that is not billed: by value of the lines.

    What arrived beyond the order counts too, since it will be billed.
    """
    if not order.net:
        return ZERO
    left = sum(
        (
            line.net * (max(line.quantity, billable(env, order, line)) - line.billed) / line.quantity
            for line in order.products
            if line.quantity
        ),
        ZERO,
    )
    return max(round_money(order.total * left / order.net, order.currency), ZERO)


def billable(env: Env, order: Order, line: Line) -> Decimal:
    """The quantity of a line that may stand on posted bills by now, by the order's policy."""
    by_receipt = order.policy is BillPolicy.RECEIVED and env.enabled("erp_stock")
    if by_receipt and line.is_goods:
        return line.kept_quantity
    return line.quantity


def _tell(env: Env, order: Order) -> None:
    env.hooks.purchase_order_progressed(env=env, order=order)


RECORDER = Recorder(Order, Line, settle=settle, tell=_tell)
record = RECORDER.record
orders_of = RECORDER.orders_of
hold = RECORDER.hold
locked = RECORDER.locked
