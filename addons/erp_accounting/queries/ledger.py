"""The lines behind a balance: general ledger and partner ledger, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import contains_eager, selectinload

from addons.erp_accounting.models import Account, Entry, EntryKind, EntryLine, EntryState
from addons.erp_accounting.queries.balances import (
    RESULT_TYPES,
    STANDING,
    Movement,
    fiscal_year,
    movements,
)
from core.api import ZERO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from sqlalchemy import Select

    from core.api import Env

PAGE = 100


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Lines in order with the balance after each; `after` starts the next page, None when this is the
    last."""

    opening: Decimal
    """Balance before the first day."""
    carried: Decimal
    """Balance before the first line of this page."""
    lines: list[tuple[EntryLine, Decimal]]
    after: str | None
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        """Balance after the last day, all pages."""
        return self.opening + self.debit - self.credit


def general_ledger(
    env: Env,
    account: Account,
    start: date,
    end: date,
    *,
    after: str = "",
    limit: int = PAGE,
    kinds: Sequence[EntryKind] = STANDING,
) -> LedgerPage:
    """The posted lines of an account from `start` to `end`, as the trial balance counts them.

    Income and expenses begin each fiscal year at zero. kinds: of entries; those of a statement of income
    leave out the transfer of the result.
    """
    none = Movement()
    since = fiscal_year(env, start)[0] if account.type in RESULT_TYPES else None
    opening = ZERO
    if since is None or since < start:
        before = movements(env, since, start - timedelta(days=1), kinds=kinds)
        opening = before.get(account.id, none).balance
    during = movements(env, start, end, kinds=kinds).get(account.id, none)
    wanted = (env[EntryLine].account_id == account.id) & env[Entry].kind.in_(kinds)
    return _page(env, wanted, start, end, opening, during, after, limit)


def partner_ledger(
    env: Env,
    party_id: int,
    account_ids: Sequence[int],
    start: date,
    end: date,
    *,
    after: str = "",
    limit: int = PAGE,
) -> LedgerPage:
    """The posted lines of a customer or supplier on their accounts."""
    line = env[EntryLine]
    wanted = (line.party_id == party_id) & line.account_id.in_(account_ids)
    before = _sums(env, wanted, None, start - timedelta(days=1))
    during = _sums(env, wanted, start, end)
    return _page(env, wanted, start, end, before.balance, during, after, limit)


def _page(
    env: Env,
    wanted: Any,
    start: date,
    end: date,
    opening: Decimal,
    during: Movement,
    after: str,
    limit: int,
) -> LedgerPage:
    line = env[EntryLine]
    statement = _posted(env, wanted, start, end)
    carried = opening
    if after:
        day, line_id = _cursor(after)
        statement = statement.where(tuple_(line.date, line.id) > (day, line_id))
        passed = _sums(env, wanted & (tuple_(line.date, line.id) <= (day, line_id)), start, end)
        carried += passed.balance
    found = list(env.session.scalars(statement.order_by(line.date, line.id).limit(limit + 1)))
    balance, rows = carried, []
    for row in found[:limit]:
        balance += row.debit - row.credit
        rows.append((row, balance))
    last = rows[-1][0] if len(found) > limit else None
    return LedgerPage(
        opening,
        carried,
        rows,
        f"{last.date.isoformat()}_{last.id}" if last else None,
        during.debit,
        during.credit,
    )


def _posted(env: Env, wanted: Any, start: date | None, end: date) -> Select[Any]:
    line, entry = env[EntryLine], env[Entry]
    statement = (
        select(line)
        .join(entry, entry.id == line.entry_id)
        .options(contains_eager(line.entry), selectinload(line.party), selectinload(line.account))
        .where(
            wanted,
            line.company_id == env.company_id,
            entry.state == EntryState.POSTED,
            entry.kind != EntryKind.CARRIED,
            line.date <= end,
        )
    )
    return statement.where(line.date >= start) if start else statement


def _sums(env: Env, wanted: Any, start: date | None, end: date) -> Movement:
    line, entry = env[EntryLine], env[Entry]
    statement = (
        select(func.coalesce(func.sum(line.debit), ZERO), func.coalesce(func.sum(line.credit), ZERO))
        .join(entry, entry.id == line.entry_id)
        .where(
            wanted,
            line.company_id == env.company_id,
            entry.state == EntryState.POSTED,
            entry.kind != EntryKind.CARRIED,
            line.date <= end,
        )
    )
    if start:
        statement = statement.where(line.date >= start)
    debit, credit = env.session.execute(statement).one()
    return Movement(debit, credit)


def _cursor(after: str) -> tuple[date, int]:
    day, _sep, number = after.partition("_")
    return date.fromisoformat(day), int(number)
