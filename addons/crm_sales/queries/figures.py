"""The figures of the sales dashboard, each for a period."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, case, cast, func, select

from addons.crm_sales.models import Opportunity, OpportunityState, Order, OrderStatus
from core.api import HUNDRED, ZERO, round_half_up

if TYPE_CHECKING:
    from core.api import Env, Period


def won(env: Env, period: Period) -> Decimal:
    """Expected amounts of what was won in the period, in the company's currency."""
    model = env[Opportunity]
    return _sum(
        env, model.expected * model.rate, model.state == OpportunityState.WON, _closed_in(env, model, period)
    )


def ordered(env: Env, period: Period) -> Decimal:
    """Confirmed orders of the period before tax, in the company's currency where orders are in it."""
    model = env[Order]
    return _sum(
        env,
        model.net,
        model.status == OrderStatus.CONFIRMED,
        model.currency == env.company.currency,
        model.order_date.between(period.start, period.end),
    )


def weighted(env: Env, period: Period) -> Decimal:
    """What the open deals that close in the period weigh."""
    model = env[Opportunity]
    return _sum(env, model.weighted, model.close_on.between(period.start, period.end))


def win_rate(env: Env, period: Period) -> Decimal | None:
    """Won deals per hundred closed ones; None when none was closed."""
    model = env[Opportunity]
    closed, successes = env.session.execute(
        select(func.count(), func.count(case((model.state == OpportunityState.WON, 1))))
        .select_from(model)
        .where(model.state != OpportunityState.OPEN, _closed_in(env, model, period))
    ).one()
    return round_half_up(Decimal(successes) * HUNDRED / Decimal(closed), 1) if closed else None


def cycle_days(env: Env, period: Period) -> Decimal | None:
    """Median days from opening to winning; None when nothing was won."""
    model = env[Opportunity]
    seconds = func.extract("epoch", model.closed_at - model.created_at)
    median = env.session.scalar(
        select(func.percentile_cont(0.5).within_group(seconds)).where(
            model.state == OpportunityState.WON, _closed_in(env, model, period)
        )
    )
    return None if median is None else round_half_up(Decimal(str(median)) / Decimal(86400), 1)


def won_link(env: Env, period: Period) -> str:
    """The list behind the figure."""
    return f"/app/crm_sales/opportunity/?f=state:won&f=closed_at:{period.start}..{period.end}"


def ordered_link(env: Env, period: Period) -> str:
    """The list behind the figure."""
    return f"/app/crm_sales/order/?f=status:confirmed&f=order_date:{period.start}..{period.end}"


def _closed_in(env: Env, model: Any, period: Period) -> Any:
    day = cast(func.timezone(str(env.tz), model.closed_at), Date)
    return day.between(period.start, period.end)


def _sum(env: Env, amount: Any, *where: Any) -> Decimal:
    found = env.session.scalar(select(func.coalesce(func.sum(amount), 0)).where(*where))
    return Decimal(found or ZERO)
