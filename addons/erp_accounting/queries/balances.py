"""Sums of accounts over any days: whole months from the totals kept in posting, the rest from the lines."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.erp_accounting.models import Account, Entry, EntryLine, EntryState, PeriodTotal
from addons.erp_accounting.services import ledgers
from addons.erp_accounting.services.terms import month_end
from core.api import ZERO

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from core.api import Env


@dataclass(frozen=True, slots=True)
class Movement:
    """Debit and credit of one account."""

    debit: Decimal = ZERO
    credit: Decimal = ZERO

    @property
    def balance(self) -> Decimal:
        return self.debit - self.credit

    def __add__(self, other: Movement) -> Movement:
        return Movement(self.debit + other.debit, self.credit + other.credit)


def movements(env: Env, start: date | None, end: date | None, *, scan: bool = False) -> dict[int, Movement]:
    """Account id -> what was posted from `start` to `end`, both included; None is without limit.

    scan: read every line instead of the monthly totals. Both give the same figures; a test compares them.
    """
    if scan:
        return _lines(env, start, end)
    first = _first_of_next_month(start) if start and start.day > 1 else start
    last = _last_of_previous_month(end) if end and end != month_end(end) else end
    if first and last and first > last:
        return _lines(env, start, end)
    found: dict[int, Movement] = defaultdict(Movement)
    parts = [_totals(env, first, last)]
    if start and first and start < first:
        parts.append(_lines(env, start, first - timedelta(days=1)))
    if end and last and last < end:
        parts.append(_lines(env, last + timedelta(days=1), end))
    for part in parts:
        for account, movement in part.items():
            found[account] += movement
    return dict(found)


def _totals(env: Env, first: date | None, last: date | None) -> dict[int, Movement]:
    total = env[PeriodTotal]
    statement = select(total.account_id, func.sum(total.debit), func.sum(total.credit)).where(
        total.company_id == env.company_id
    )
    if first:
        statement = statement.where(total.period >= first)
    if last:
        statement = statement.where(total.period <= last)
    rows = env.session.execute(statement.group_by(total.account_id))
    return {account: Movement(debit, credit) for account, debit, credit in rows}


def _lines(env: Env, start: date | None, end: date | None) -> dict[int, Movement]:
    line, entry = env[EntryLine], env[Entry]
    statement = (
        select(line.account_id, func.sum(line.debit), func.sum(line.credit))
        .join(entry, entry.id == line.entry_id)
        .where(line.company_id == env.company_id, entry.state == EntryState.POSTED)
    )
    if start:
        statement = statement.where(line.date >= start)
    if end:
        statement = statement.where(line.date <= end)
    rows = env.session.execute(statement.group_by(line.account_id))
    return {account: Movement(debit, credit) for account, debit, credit in rows}


def _first_of_next_month(day: date) -> date:
    return month_end(day) + timedelta(days=1)


def _last_of_previous_month(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)


def fiscal_year(env: Env, day: date) -> tuple[date, date]:
    """First and last day of the company's fiscal year around `day`."""
    month = ledgers.of(env).fiscal_month
    start = day.replace(year=day.year if day.month >= month else day.year - 1, month=month, day=1)
    return start, start.replace(year=start.year + 1) - timedelta(days=1)


def accounts(env: Env) -> list[Account]:
    """The company's accounts, by code."""
    model = env[Account]
    return list(
        env.session.scalars(select(model).where(model.company_id == env.company_id).order_by(model.code))
    )


@dataclass(frozen=True, slots=True)
class TrialRow:
    account: Account
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.debit - self.credit


def trial_balance(env: Env, start: date | None, end: date | None, *, scan: bool = False) -> list[TrialRow]:
    """Every account that moved: balance before `start`, debit and credit of the days, balance after."""
    before = movements(env, None, start - timedelta(days=1), scan=scan) if start else {}
    during = movements(env, start, end, scan=scan)
    none = Movement()
    return [
        TrialRow(
            account,
            before.get(account.id, none).balance,
            during.get(account.id, none).debit,
            during.get(account.id, none).credit,
        )
        for account in accounts(env)
        if account.id in before or account.id in during
    ]
