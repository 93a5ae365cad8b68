"""What a foreign currency is worth on a day."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.models import ExchangeRate
from core.api import RuleBroken, _

if TYPE_CHECKING:
    from datetime import date

    from core.api import Env


class NoRate(RuleBroken):
    def __init__(self, currency: str, day: date) -> None:
        super().__init__(
            _("There is no exchange rate for {currency} on {day}.", currency=currency, day=day),
            hint=_("Add one under Settings, Exchange rates."),
        )


def rate_on(env: Env, currency: str, day: date) -> Decimal:
    """Units of the company's currency for one unit of `currency`: the last rate known on that day, or
    NoRate."""
    if currency == env.company.currency:
        return Decimal(1)
    model = env[ExchangeRate]
    found = env.session.scalars(
        select(model.rate)
        .where(model.company_id == env.company_id, model.currency == currency, model.date <= day)
        .order_by(model.date.desc())
        .limit(1)
    ).first()
    if found is None:
        raise NoRate(currency, day)
    return found
