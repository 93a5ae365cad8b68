"""What should be here by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, true
from sqlalchemy.orm import selectinload

from addons.erp_purchase.models import Line, Order, OrderState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from core.api import Env


def late_lines(env: Env, order: Order, *, on: date | None = None) -> list[Line]:
    """The goods of a confirmed order whose expected day has passed and that are not all here."""
    day = on or env.today()
    if order.state is not OrderState.CONFIRMED or not _followed(env):
        return []
    return [
        line
        for line in order.products
        if line.is_goods
        and arrived(env, line) < line.quantity
        and (due := line.expected_on or order.expected_on) is not None
        and due < day
    ]


def late_orders(env: Env, *, on: date | None = None) -> Sequence[Order]:
    """Confirmed orders of the company with something late, the oldest first."""
    day = on or env.today()
    order, line = env[Order], env[Line]
    due = func.coalesce(line.expected_on, order.expected_on)
    late = (
        select(line.order_id)
        .join(order, order.id == line.order_id)
        .where(
            order.state == OrderState.CONFIRMED,
            order.company_id == env.company_id,
            line.product_id.is_not(None),
            line.received - line.returned < line.quantity,
            line.billed < line.quantity if not env.enabled("erp_stock") else true(),
            due < day,
        )
    )
    query = (
        select(order)
        .where(order.id.in_(late))
        .order_by(order.id)
        .options(selectinload(order.lines).joinedload(line.product))
    )
    return [found for found in env.session.scalars(query) if late_lines(env, found, on=day)]


def arrived(env: Env, line: Line) -> Decimal:
    """How much of a line is here; where no stock is kept, a bill says so."""
    return line.kept_quantity if env.enabled("erp_stock") else line.billed


def _followed(env: Env) -> bool:
    """Whether anything tells that goods arrived; without it nothing can be called late."""
    return env.enabled("erp_stock") or env.enabled("erp_accounting")
