"""Close and reopen a fiscal year.

Generic: one entry moves income and expenses to retained earnings. Where the ledger carries balances forward
(PCG art. 932-1 and the practice of its accounts 120 and 129): the result goes to its own account, the balance
sheet is closed on the last day and opened again on the next one, both in journals of their own. What is
open on customers and suppliers stays open on its own lines.
"""

from __future__ import annotations

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
    FiscalYear,
    JournalKind,
    Ledger,
    LockException,
    LockScope,
    YearState,
    locks,
)
from addons.erp_accounting.services import closing_totals, entries, fiscal_years, ledgers
from core.api import ZERO, RuleBroken, _, copied_values

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from core.api import Env


class YearAlreadyClosed(RuleBroken):
    def __init__(self, year: FiscalYear) -> None:
        super().__init__(
            _("Fiscal year {year} is already closed.", year=year.name),
            hint=_("Reopen it first if it has to be closed anew."),
        )


class YearNotClosed(RuleBroken):
    def __init__(self, year: FiscalYear) -> None:
        super().__init__(
            _("Fiscal year {year} is open.", year=year.name), hint=_("Only a closed year can be reopened.")
        )


class EarlierYearOpen(RuleBroken):
    def __init__(self, name: str, earlier: date) -> None:
        super().__init__(
            _(
                "Fiscal year {year} cannot be closed before the one that ends on {day}.",
                year=name,
                day=earlier,
            ),
            hint=_("Close the earlier year first."),
        )


class LaterYearClosed(RuleBroken):
    def __init__(self, name: str, later: str) -> None:
        super().__init__(
            _("Fiscal year {later} was closed after {year}.", later=later, year=name),
            hint=_("Reopen {later} first.", later=later),
        )


class DraftsLeft(RuleBroken):
    def __init__(self, name: str, count: int) -> None:
        super().__init__(
            _("{count} draft entries are dated in fiscal year {year}.", count=count, year=name),
            hint=_("Post them or delete them first."),
        )


class LockedForGood(RuleBroken):
    def __init__(self, name: str, until: date) -> None:
        super().__init__(
            _("The books are closed for good until {until}: {year} stays as it is.", until=until, year=name),
            hint=_("Correct in the year that is open."),
        )


@dataclass(frozen=True, slots=True)
class Carried:
    """The balance of an account, a party and a currency at the end of a year."""

    account: int
    party: int | None
    currency: str
    balance: Decimal
    in_currency: Decimal


def close(env: Env, year: FiscalYear) -> FiscalYear:
    """Transfer the result, carry forward what the ledger's practice says, lock the year, keep its totals."""
    books = env.get(Ledger, ledgers.of(env).id, lock=True)  # waits for postings under way
    if not year.is_open:
        raise YearAlreadyClosed(year)
    if books.lock_hard and books.lock_hard >= year.end:
        raise LockedForGood(year.name, books.lock_hard)
    _refuse_open_before(env, year)
    if drafts := _drafts(env, year):
        raise DraftsLeft(year.name, drafts)
    exception = _pass_soft_locks(env, books, year)
    year.result_entry_id = _id(_transfer_result(env, year))
    if books.carries_forward:
        closing, opening = _carry_forward(env, year)
        year.closing_entry_id, year.opening_entry_id = _id(closing), _id(opening)
    if exception:
        exception.ended_at, exception.ended_by_id = env.now(), env.user.id
    if books.lock_all is None or books.lock_all < year.end:
        books.lock_all = year.end
    env.session.flush()
    year.state, year.closed_at, year.closed_by_id = YearState.CLOSED, env.now(), env.user.id
    env.session.flush()
    closing_totals.keep(env, year.end)
    closing_totals.keep_year(env, year.start, year.end)
    return year


def reopen(env: Env, year: FiscalYear) -> FiscalYear:
    """Reverse the closing entries and unlock the year; refused behind a hard lock or a later closed year."""
    books = env.get(Ledger, ledgers.of(env).id, lock=True)
    if year.is_open:
        raise YearNotClosed(year)
    if books.lock_hard and books.lock_hard >= year.end:
        raise LockedForGood(year.name, books.lock_hard)
    model = env[FiscalYear]
    later = env.session.scalars(
        select(model.name)
        .where(model.company_id == year.company_id, model.state == YearState.CLOSED, model.start > year.end)
        .order_by(model.start.desc())
    ).first()
    if later:
        raise LaterYearClosed(year.name, later)
    written = [year.opening_entry_id, year.closing_entry_id, year.result_entry_id]
    year.state, year.closed_at, year.closed_by_id = YearState.OPEN, None, None
    year.opening_entry_id = year.closing_entry_id = year.result_entry_id = None
    env.session.flush()
    before = year.start - timedelta(days=1)
    books.lock_all = before if books.lock_hard is None else max(before, books.lock_hard)
    env.session.flush()
    for entry_id in written:
        if entry_id is not None:
            entry = env.get(Entry, entry_id)
            entries.post_new(
                env,
                journal=entry.journal,
                date=entry.date,
                lines=entries.mirrored(env, entry),
                label=str(_("Reopening of fiscal year {year}", year=year.name)),
                origin=entry.number or "",
                reversal_of=entry,
                values=copied_values(entry),
                kind=entry.kind,
            )
    return year


def carried(env: Env, end: date) -> list[Carried]:
    """What stands on balance sheet accounts at the end of a day, by account, party and currency."""
    line, entry, account = env[EntryLine], env[Entry], env[Account]
    balance = func.sum(line.debit - line.credit)
    foreign = func.sum(line.amount_currency)
    rows = env.session.execute(
        select(line.account_id, line.party_id, line.currency, balance, foreign)
        .join(entry, entry.id == line.entry_id)
        .join(account, account.id == line.account_id)
        .where(
            line.company_id == env.company_id,
            entry.state == EntryState.POSTED,
            entry.kind != EntryKind.CARRIED,
            line.date <= end,
            account.type.not_in([*INCOME, *EXPENSES]),
        )
        .group_by(account.code, line.account_id, line.party_id, line.currency)
        .having((balance != 0) | (foreign != 0))
        .order_by(account.code, line.party_id, line.currency)
    )
    return [Carried(*row) for row in rows]


def result_balances(env: Env, end: date) -> list[tuple[int, Decimal]]:
    """(account, balance) of income and expenses at the end of a day, since they were last transferred."""
    line, entry, account = env[EntryLine], env[Entry], env[Account]
    balance = func.sum(line.debit - line.credit)
    rows = env.session.execute(
        select(line.account_id, balance)
        .join(entry, entry.id == line.entry_id)
        .join(account, account.id == line.account_id)
        .where(
            line.company_id == env.company_id,
            entry.state == EntryState.POSTED,
            line.date <= end,
            account.type.in_([*INCOME, *EXPENSES]),
        )
        .group_by(account.code, line.account_id)
        .having(balance != 0)
        .order_by(account.code)
    )
    return [(account_id, amount) for account_id, amount in rows]


def result_account(env: Env, result: Decimal) -> int:
    """Where the result goes (positive: a profit)."""
    books = ledgers.of(env)
    if not books.carries_forward:
        return ledgers.account_id(env, "retained")
    if result < 0 and books.loss_id:
        return books.loss_id
    return ledgers.account_id(env, "result")


def _transfer_result(env: Env, year: FiscalYear) -> Entry | None:
    balances = result_balances(env, year.end)
    if not balances:
        return None
    profit = -sum((amount for _account, amount in balances), ZERO)
    lines = [entries.signed(account, -amount) for account, amount in balances]
    if profit:
        lines.append(entries.signed(result_account(env, profit), -profit))
    return entries.post_new(
        env,
        journal=JournalKind.CLOSING,
        date=year.end,
        lines=lines,
        label=str(_("Result of fiscal year {year}", year=year.name)),
        kind=EntryKind.RESULT,
    )


def _carry_forward(env: Env, year: FiscalYear) -> tuple[Entry | None, Entry | None]:
    balances = carried(env, year.end)
    if not balances:
        return None, None
    closing = entries.post_new(
        env,
        journal=JournalKind.CLOSING,
        date=year.end,
        lines=_lines(balances, -1),
        label=str(_("Closing of fiscal year {year}", year=year.name)),
        kind=EntryKind.CARRIED,
    )
    opening = entries.post_new(
        env,
        journal=JournalKind.OPENING,
        date=year.end + timedelta(days=1),
        lines=_lines(balances, 1),
        label=str(_("Balances brought forward from {year}", year=year.name)),
        kind=EntryKind.CARRIED,
    )
    return closing, opening


def _lines(balances: Iterable[Carried], sign: int) -> list[entries.Posting]:
    """One line each; two where both currencies stand on opposite sides, after exchange differences."""
    found = []
    for one in balances:
        amount, foreign = sign * one.balance, sign * one.in_currency
        parts = [(amount, foreign)] if amount * foreign >= 0 else [(amount, ZERO), (ZERO, foreign)]
        found += [
            entries.signed(
                one.account, part, party=one.party, currency=one.currency, amount_currency=in_currency
            )
            for part, in_currency in parts
        ]
    return found


def _id(entry: Entry | None) -> int | None:
    return entry.id if entry else None


def _refuse_open_before(env: Env, year: FiscalYear) -> None:
    """Whatever was posted before must lie in closed years."""
    entry = env[Entry]
    first = env.session.scalars(
        select(func.min(entry.date)).where(
            entry.company_id == env.company_id,
            entry.state == EntryState.POSTED,
            entry.date < year.start,
        )
    ).one()
    day = year.start - timedelta(days=1)
    while first is not None and day >= first:
        earlier = fiscal_years.written(env, day)
        if earlier is None or earlier.is_open:
            raise EarlierYearOpen(year.name, day)
        day = earlier.start - timedelta(days=1)


def _drafts(env: Env, year: FiscalYear) -> int:
    entry = env[Entry]
    return env.session.scalars(
        select(func.count(entry.id)).where(
            entry.company_id == env.company_id,
            entry.state == EntryState.DRAFT,
            entry.date.between(year.start, year.end),
        )
    ).one()


def _pass_soft_locks(env: Env, books: Ledger, year: FiscalYear) -> LockException | None:
    """Closing entries are dated on days that are often locked already: they pass by an exception that says
    so."""
    if books.lock_all is None or books.lock_all < year.end:
        return None
    return env.add(
        LockException,
        company_id=env.company_id,
        scope=LockScope.ALL,
        first_day=year.end,
        user_id=env.user.id,
        until=locks.clock() + timedelta(hours=1),
        reason=str(_("Closing of fiscal year {year}", year=year.name)),
    )
