"""The weighted forecast (crm.md, definition 2): open deals only, won apart, overdue in its own month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, case, cast, func, select

from addons.crm_sales.models import Opportunity, OpportunityState
from core.api import ZERO, round_money

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from decimal import Decimal

    from sqlalchemy import ColumnElement

    from core.api import Env


@dataclass(frozen=True, slots=True)
class Row:
    """One month, or no date (``month`` None), of one group (None: all)."""

    month: date | None
    group: Any
    count: int
    weighted: Decimal
    won: Decimal
    overdue: Decimal
    """The part of ``weighted`` whose closing date has passed."""


def by_month(
    env: Env, *, group: str = "", where: Callable[[Any], ColumnElement[bool]] | None = None
) -> Sequence[Row]:
    """Months in order, "no date" last; grouped by "owner", "team", "pipeline" or "stage", or not at all.

    Amounts are in the company's currency. Lost deals bring nothing; won ones stand in the month they were
    to close.
    """
    model = env[Opportunity]
    is_open = model.state == OpportunityState.OPEN
    month = cast(func.date_trunc("month", model.close_on), Date).label("month")
    grouped = getattr(model, f"{group}_id") if group else month
    won = case((model.state == OpportunityState.WON, model.expected * model.rate), else_=0)
    late = is_open & (model.close_on < env.today())
    amounts = (
        case((is_open, model.weighted), else_=0),
        won,
        case((late, model.weighted), else_=0),
    )
    query = (
        select(month, grouped, func.count(), *(func.coalesce(func.sum(amount), 0) for amount in amounts))
        .where(model.state != OpportunityState.LOST)
        .group_by(month, *((grouped,) if group else ()))
        .order_by(month.asc().nulls_last())
    )
    if where is not None:
        query = query.where(where(model))
    currency = env.company.currency
    return [
        Row(
            month=row[0],
            group=row[1] if group else None,
            count=row[2],
            weighted=round_money(row[3] or ZERO, currency),
            won=round_money(row[4] or ZERO, currency),
            overdue=round_money(row[5] or ZERO, currency),
        )
        for row in env.session.execute(query).all()
    ]
