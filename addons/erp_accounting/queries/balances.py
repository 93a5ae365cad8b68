"""Sums of accounts over any days: whole months from the totals kept in posting, the rest from the lines."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.erp_accounting.models import (
    EXPENSES,
    INCOME,
    Account,
    Entry,
    EntryKind,
    EntryLine,
    EntryState,
    PeriodTotal,
)
from addons.erp_accounting.services import fiscal_years
from addons.erp_accounting.services.terms import month_end
from core.api import ZERO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from core.api import Env


RESULT_TYPES = (*INCOME, *EXPENSES)


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


ORDINARY = (EntryKind.ORDINARY,)
"""For income and expenses: their transfer to the result would show them as nothing."""
STANDING = (EntryKind.ORDINARY, EntryKind.RESULT)
"""For balances: closing a balance sheet and opening it again moves nothing."""


def movements(
    env: Env,
    start: date | None,
    end: date | None,
    *,
    scan: bool = False,
    kinds: Sequence[EntryKind] = STANDING,
) -> dict[int, Movement]:
    """Account id -> what was posted from `start` to `end`, both included; None is without limit.

    scan: read every line instead of the monthly totals. Both give the same figures; a test compares them.
    """
    if scan:
        return _lines(env, start, end, kinds)
    first = _first_of_next_month(start) if start and start.day > 1 else start
    last = _last_of_previous_month(end) if end and end != month_end(end) else end
    if first and last and first > last:
        return _lines(env, start, end, kinds)
    found: dict[int, Movement] = defaultdict(Movement)
    parts = [_totals(env, first, last, kinds)]
    if start and first and start < first:
        parts.append(_lines(env, start, first - timedelta(days=1), kinds))
    if end and last and last < end:
        parts.append(_lines(env, last + timedelta(days=1), end, kinds))
    for part in parts:
        for account, movement in part.items():
            found[account] += movement
    return dict(found)


def _totals(
    env: Env, first: date | None, last: date | None, kinds: Sequence[EntryKind]
) -> dict[int, Movement]:
    total = env[PeriodTotal]
    statement = select(total.account_id, func.sum(total.debit), func.sum(total.credit)).where(
        total.company_id == env.company_id, total.kind.in_(kinds)
    )
    if first:
        statement = statement.where(total.period >= first)
    if last:
        statement = statement.where(total.period <= last)
    rows = env.session.execute(statement.group_by(total.account_id))
    return {account: Movement(debit, credit) for account, debit, credit in rows}


def _lines(env: Env, start: date | None, end: date | None, kinds: Sequence[EntryKind]) -> dict[int, Movement]:
    line, entry = env[EntryLine], env[Entry]
    statement = (
        select(line.account_id, func.sum(line.debit), func.sum(line.credit))
        .join(entry, entry.id == line.entry_id)
        .where(line.company_id == env.company_id, entry.state == EntryState.POSTED, entry.kind.in_(kinds))
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
    return fiscal_years.around(env, day)


def accounts(env: Env) -> list[Account]:
    """The company's accounts, by code."""
    model = env[Account]
    return list(
        env.session.scalars(select(model).where(model.company_id == env.company_id).order_by(model.code))
    )


@dataclass(frozen=True, slots=True)
class TrialRow:
    account: Account | None
    """None: the result of earlier years that no closing has transferred yet."""
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.debit - self.credit


def trial_balance(env: Env, start: date | None, end: date | None, *, scan: bool = False) -> list[TrialRow]:
    """Every account that moved: balance before `start`, debit and credit of the days, balance after.

    Income and expenses begin each fiscal year at zero; what earlier years left on them stands in a row of its
    own until it is transferred.
    """
    before = movements(env, None, start - timedelta(days=1), scan=scan) if start else {}
    during = movements(env, start, end, scan=scan)
    chart = accounts(env)
    earlier = ZERO
    if start:
        year = fiscal_year(env, start)[0]
        kept = before if year == start else movements(env, None, year - timedelta(days=1), scan=scan)
        for account in chart:
            if account.type in RESULT_TYPES and (left := kept.get(account.id)):
                earlier += left.balance
                before[account.id] = before[account.id] + Movement(-left.debit, -left.credit)
    none = Movement()
    rows = []
    for account in chart:
        opening, moved = before.get(account.id, none), during.get(account.id, none)
        if opening.balance or moved.debit or moved.credit:
            rows.append(TrialRow(account, opening.balance, moved.debit, moved.credit))
    return [*rows, TrialRow(None, earlier, ZERO, ZERO)] if earlier else rows
