"""What a currency was worth on a day."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.models import Currency, ExchangeRate
from core.api import RuleBroken, _, round_money

if TYPE_CHECKING:
    from datetime import date

    from core.api import Env

ONE = Decimal(1)


class NoRate(RuleBroken):
    """Nobody said what the currency was worth."""

    def __init__(self, currency: str, on: date) -> None:
        super().__init__(
            _("There is no exchange rate for {currency} on {day} or before.", currency=currency, day=on),
            hint=_("Add it under Settings, Exchange rates."),
        )


class UnknownCurrency(RuleBroken):
    """The code is not in ISO 4217, or not in use here."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("{code} is not one of your currencies.", code=code),
            hint=_("Choose one under Settings, Currencies, or activate it there."),
        )


def rate_on(env: Env, currency: str, on: date | None = None) -> Decimal:
    """Units of the company's currency for one unit of ``currency``: the last rate known on that day."""
    if currency == env.company.currency:
        return ONE
    day = on or env.today()
    key = ("rate", currency, day)
    if key not in env.cache:
        rate = env[ExchangeRate]
        env.cache[key] = env.session.scalar(
            select(rate.rate)
            .where(rate.currency == currency, rate.date <= day, rate.company_id == env.company_id)
            .order_by(rate.date.desc())
            .limit(1)
        )
    found: Decimal | None = env.cache[key]
    if found is None:
        raise NoRate(currency, day)
    return found


def to_company(env: Env, amount: Decimal, currency: str, on: date | None = None) -> Decimal:
    """An amount in the company's currency, rounded to its precision."""
    return round_money(amount * rate_on(env, currency, on), env.company.currency)


def check(env: Env, code: str) -> str:
    """The code in capitals, or UnknownCurrency."""
    wanted = code.strip().upper()
    if wanted == env.company.currency:
        return wanted
    currency = env[Currency]
    known = env.session.scalar(select(currency.active).where(currency.code == wanted))
    if not known:
        raise UnknownCurrency(wanted)
    return wanted
