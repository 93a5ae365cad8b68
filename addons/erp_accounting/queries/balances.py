"""Sums of accounts over any days: whole months from the totals kept in posting, the rest from the lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select, true

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

    from sqlalchemy import ColumnElement, Select

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
Period = tuple["date | None", "date | None"]
"""First and last day, both included; None is without limit."""


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
    return movements_of(env, [(start, end)], scan=scan, kinds=kinds)[0]


def movements_of(
    env: Env, periods: Sequence[Period], *, scan: bool = False, kinds: Sequence[EntryKind] = STANDING
) -> list[dict[int, Movement]]:
    """The movements of several periods at once: one statement for all whole months, one for all days beside
    them."""
    whole: list[Period | None] = []
    days: list[list[Period]] = []
    for start, end in periods:
        first, last = (None, None) if scan else (_from_month(start), _to_month(end))
        if scan or (first and last and first > last):
            whole.append(None)
            days.append([(start, end)])
            continue
        whole.append((first, last))
        before = [(start, first - timedelta(days=1))] if start and first and start < first else []
        after = [(last + timedelta(days=1), end)] if end and last and last < end else []
        days.append([*before, *after])
    found: list[dict[int, Movement]] = [{} for _period in periods]
    if any(whole):
        total = env[PeriodTotal]
        chosen = [_within(total.period, [one]) if one else None for one in whole]
        statement = select(total.account_id).where(
            total.company_id == env.company_id, _of_kinds(total.kind, kinds)
        )
        _collect(env, found, statement, total, chosen)
    if any(days):
        line, entry = env[EntryLine], env[Entry]
        chosen = [_within(line.date, one) if one else None for one in days]
        statement = (
            select(line.account_id)
            .join(entry, entry.id == line.entry_id)
            .where(
                line.company_id == env.company_id,
                entry.state == EntryState.POSTED,
                _of_kinds(entry.kind, kinds),
            )
        )
        _collect(env, found, statement, line, chosen)
    return found


def _collect(
    env: Env,
    found: list[dict[int, Movement]],
    statement: Select[Any],
    of: Any,
    chosen: Sequence[ColumnElement[bool] | None],
) -> None:
    """Add the sums of each condition to its period; None asks for nothing."""
    wanted = [(place, condition) for place, condition in enumerate(chosen) if condition is not None]
    only = len(wanted) == 1
    for _place, condition in wanted:
        for column in (of.debit, of.credit):
            total = func.sum(column)
            statement = statement.add_columns(total if only else total.filter(condition))
    statement = statement.where(or_(*(condition for _place, condition in wanted)))
    for account, *sums in env.session.execute(statement.group_by(of.account_id)):
        for number, (place, _condition) in enumerate(wanted):
            debit, credit = sums[2 * number], sums[2 * number + 1]
            if debit is not None or credit is not None:
                known = found[place].get(account, Movement())
                found[place][account] = known + Movement(debit or ZERO, credit or ZERO)


def _of_kinds(column: Any, kinds: Sequence[EntryKind]) -> ColumnElement[bool]:
    """One comparison where one is enough: a full scan makes it a million times."""
    left = [kind for kind in EntryKind if kind not in kinds]
    if len(kinds) == 1:
        return column == kinds[0]  # type: ignore[no-any-return]  # a column of the composed class
    return column != left[0] if len(left) == 1 else column.in_(kinds)  # type: ignore[no-any-return]  # the same


def _within(column: Any, periods: Sequence[Period]) -> ColumnElement[bool]:
    return or_(
        *(
            and_(true(), *([column >= start] if start else []), *([column <= end] if end else []))
            for start, end in periods
        )
    )


def _from_month(start: date | None) -> date | None:
    return month_end(start) + timedelta(days=1) if start and start.day > 1 else start


def _to_month(end: date | None) -> date | None:
    return end.replace(day=1) - timedelta(days=1) if end and end != month_end(end) else end


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
    periods: list[Period] = [(start, end)]
    if start:
        year = fiscal_year(env, start)[0]
        periods += [(None, start - timedelta(days=1)), (None, year - timedelta(days=1))]
    during, *rest = movements_of(env, periods, scan=scan)
    before, kept = rest or ({}, {})
    chart = accounts(env)
    earlier = ZERO
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
