"""Received, returned and billed: always recomputed from the documents, never counted up or down.

Each wire that knows such documents sums them per line and records the sums here; what follows from them (how
far the order is, what is left to bill, whether it is done) is worked out in one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.util import identity_key

from addons.erp_purchase.models import BillPolicy, Line, Order, OrderState, Progress, kept
from core.api import ZERO, round_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from core.api import Env

LOCKED = "erp_purchase.locked"
"""In ``env.cache``: the orders this transaction has locked or made, by id; nobody reads them again."""


def record(
    env: Env, line_ids: Iterable[int], sums: Mapping[int, Mapping[str, Decimal]], names: Iterable[str]
) -> None:
    """Set the columns ``names`` of these lines to their sums (zero where there is none), and tell their
    orders."""
    wanted = sorted(set(line_ids))
    if not wanted:
        return
    for found in orders_of(env, wanted):
        changed = False
        for item in found.products:
            if item.id not in wanted:
                continue
            for name in names:
                value = sums.get(item.id, {}).get(name, ZERO)
                if getattr(item, name) != value:
                    setattr(item, name, value)
                    changed = True
        if changed:
            settle(env, found)
            env.session.flush()
            env.hooks.purchase_order_progressed(env=env, order=found)


def orders_of(env: Env, line_ids: Sequence[int]) -> Sequence[Order]:
    """The orders of these lines with their products, locked; what is locked already is not read again."""
    kept.keep(env)
    line, order = env[Line], env[Order]
    locked: dict[int, Order] = env.cache.setdefault(LOCKED, {})
    held = [env.session.identity_map.get(identity_key(line, id_)) for id_ in line_ids]
    ids = {item.__dict__.get("order_id", 0) for item in held if item is not None}
    if None not in held and ids <= locked.keys():
        return [locked[id_] for id_ in sorted(ids)]
    query = (
        select(order)
        .where(order.id.in_(select(line.order_id).where(line.id.in_(line_ids))))
        .order_by(order.id)
        .options(selectinload(order.lines).joinedload(line.product))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = env.session.scalars(query).all()
    locked |= {item.id: item for item in found}
    return found


def settle(env: Env, order: Order) -> None:
    """Work out how far the order is from the quantities of its lines. Nothing is flushed."""
    order.receipt, order.billing, order.to_bill, order.state = standing(env, order)


def standing(env: Env, order: Order) -> tuple[Progress, Progress, Decimal, OrderState]:
    """Received, billed, left to bill, and the state that follows: done when nothing is left."""
    goods = [line for line in order.products if line.is_goods]
    receipt = _far([(line.quantity, line.kept_quantity) for line in goods])
    billing = _far([(max(line.quantity, billable(env, order, line)), line.billed) for line in order.products])
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


def _far(pairs: list[tuple[Decimal, Decimal]]) -> Progress:
    if not any(done for _wanted, done in pairs):
        return Progress.NOTHING
    return Progress.FULLY if all(done >= wanted for wanted, done in pairs) else Progress.PARTLY
