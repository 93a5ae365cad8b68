"""The figures of the purchasing dashboard, each for a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from addons.erp_purchase.models import LIVE, Order, OrderState
from addons.erp_purchase.services import lateness
from core.api import ZERO

if TYPE_CHECKING:
    from decimal import Decimal

    from core.api import Env, Period


def ordered(env: Env, period: Period) -> Decimal:
    """Confirmed orders of the period before tax, in company currency at the rate of their confirmation."""
    order = env[Order]
    return _sum(
        env,
        order.net_company,
        order.state.in_(LIVE),
        order.order_date.between(period.start, period.end),
    )


def ordered_link(_env: Env, period: Period) -> str:
    """The list behind the figure."""
    return (
        f"/app/erp_purchase/order/?f=state:confirmed,changing,done&f=order_date:{period.start}..{period.end}"
    )


def not_billed(env: Env, _period: Period) -> Decimal:
    """What confirmed orders will still cost, taxes included, in company currency."""
    order = env[Order]
    return _sum(env, order.to_bill * order.rate, order.state.in_(LIVE))


def to_approve(env: Env, _period: Period) -> int:
    """Orders that wait for somebody's yes."""
    order = env[Order]
    query = select(func.count()).select_from(order).where(order.state == OrderState.TO_APPROVE)
    return env.session.scalar(query) or 0


def late(env: Env, _period: Period) -> int:
    """Confirmed orders with goods that should be here."""
    return len(lateness.late_orders(env))


def late_link(env: Env, _period: Period) -> str:
    """Confirmed orders whose day has passed."""
    return "/app/erp_purchase/order/?f=state:confirmed&f=expected_on:..yesterday"


def to_approve_link(_env: Env, _period: Period) -> str:
    """The list behind the figure."""
    return "/app/erp_purchase/order/?f=state:to_approve"


def _sum(env: Env, measure: Any, *where: Any) -> Decimal:
    return env.session.scalar(select(func.coalesce(func.sum(measure), ZERO)).where(*where)) or ZERO
