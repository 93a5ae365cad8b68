"""Split a total into instalments with due dates. Pure: no database, no clock."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from addons.erp_accounting.models import Delay, Share
from core.api import ZERO, round_money

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a payment term: how much (`share`, `value`) and when (`delay`, `months`, `days`, `day`)."""

    share: Share = Share.REST
    value: Decimal = ZERO
    """Percent of the total, or an amount in the document's currency; unused for the rest."""
    delay: Delay = Delay.AFTER
    months: int = 0
    days: int = 0
    day: int = 0
    """The day of the month, for ``Delay.DAY_OF_MONTH`` and ``Delay.MONTH_END_DAY``."""


@dataclass(frozen=True, slots=True)
class Instalment:
    due: date
    amount: Decimal


IMMEDIATE = (Rule(),)


def add_months(start: date, months: int) -> date:
    """The same day some months later, or the month's last day when it is shorter (31 January + 1 = 28
    February)."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def due_date(start: date, rule: Rule) -> date:
    """When an instalment of a document dated `start` is due."""
    if rule.delay is Delay.AFTER_MONTH_END:
        return month_end(add_months(start, rule.months)) + timedelta(days=rule.days)
    reached = add_months(start, rule.months) + timedelta(days=rule.days)
    if rule.delay is Delay.MONTH_END:
        return month_end(reached)
    if rule.delay is Delay.MONTH_END_DAY:
        return _next_day_of_month(month_end(reached) + timedelta(days=1), rule.day)
    if rule.delay is Delay.DAY_OF_MONTH:
        return _next_day_of_month(reached, rule.day)
    return reached


def instalments(total: Decimal, currency: str, start: date, rules: tuple[Rule, ...]) -> list[Instalment]:
    """Instalments that add up to `total` exactly: the last one carries the cent.

    A fixed amount larger than what is left takes what is left; instalments of zero are left out.
    A negative total (a credit note) gives negative instalments. Zero gives none.
    """
    sign = -1 if total < 0 else 1
    left = whole = abs(total)
    found: list[Instalment] = []
    last = len(rules) - 1
    for position, rule in enumerate(rules):
        amount = left if position == last else min(left, _amount(whole, left, currency, rule))
        if amount:
            found.append(Instalment(due_date(start, rule), sign * amount))
            left -= amount
    return found


def _amount(whole: Decimal, left: Decimal, currency: str, rule: Rule) -> Decimal:
    if rule.share is Share.PERCENT:
        return round_money(whole * rule.value / HUNDRED, currency)
    if rule.share is Share.FIXED:
        return round_money(rule.value, currency)
    return left


def _next_day_of_month(reached: date, day: int) -> date:
    """The first such day on or after `reached`; the month's last day where the month is shorter."""
    month = reached
    for _ in range(2):
        wanted = month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))
        if wanted >= reached:
            return wanted
        month = add_months(month.replace(day=1), 1)
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))
