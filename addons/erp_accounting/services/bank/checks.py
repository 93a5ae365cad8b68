"""The invariants of bank statements, read back from the rows themselves. Read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import aliased

from addons.erp_accounting.models import (
    BankConfirmation,
    BankLine,
    BankStatement,
    Entry,
    EntryLine,
    EntryState,
    Journal,
    LineState,
    OpenItem,
)
from addons.erp_accounting.models.bank import BankAccount
from core.api import ZERO, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from core.api import Env


def findings(env: Env) -> Iterable[Finding]:
    """Every broken invariant of statements, lines and matches."""
    yield from statements(env)
    yield from bookings(env)
    yield from suspense(env)
    yield from matches(env)
    yield from balances(env)


def statements(env: Env) -> Iterator[Finding]:
    """Opening + lines = closing, and the counts are those of the lines."""
    statement, line = env[BankStatement], env[BankLine]
    total = func.coalesce(func.sum(line.amount), ZERO)
    matched = func.coalesce(func.sum(case((line.state == LineState.MATCHED, 1), else_=0)), 0)
    rows = env.session.execute(
        select(statement.name, statement.opening, total, statement.closing, func.count(line.id), matched)
        .outerjoin(line, line.statement_id == statement.id)
        .group_by(statement.id)
        .having(
            or_(
                statement.opening + total != statement.closing,
                func.count(line.id) != statement.line_count,
                matched != statement.matched_count,
            )
        )
        .order_by(statement.id)
    )
    for name, opening, lines, closing, count, done in rows:
        detail = f"{opening} + {lines} against {closing}, {done} of {count} lines matched"
        yield Finding("statement: opening + lines = closing", name, detail)


def bookings(env: Env) -> Iterator[Finding]:
    """Each line stands once on the account of its journal, posted, with the amount that the bank told."""
    line, booked, entry = env[BankLine], env[EntryLine], env[Entry]
    account, journal = env[BankAccount], env[Journal]
    rows = env.session.execute(
        select(line.id, line.amount, booked.amount_currency, entry.number)
        .join(account, account.id == line.bank_account_id)
        .join(journal, journal.id == account.journal_id)
        .outerjoin(booked, booked.id == line.bank_line_id)
        .outerjoin(entry, (entry.id == booked.entry_id) & (entry.state == EntryState.POSTED))
        .where(
            or_(
                booked.id.is_(None),
                entry.id.is_(None),
                entry.id != line.entry_id,
                booked.amount_currency != line.amount,
                booked.currency != line.currency,
                booked.journal_id != journal.id,
            )
        )
        .order_by(line.id)
    )
    for line_id, told, found, number in rows:
        yield Finding(
            "statement line is booked", f"line {line_id}", f"{told} told, {found} booked in {number}"
        )


def suspense(env: Env) -> Iterator[Finding]:
    """What is not matched lies whole on the suspense account; of what is matched nothing is left there."""
    line, item = env[BankLine], env[OpenItem]
    expected = case((line.state == LineState.OPEN, -line.amount), else_=ZERO)
    left = func.coalesce(item.residual_currency, ZERO)
    rows = env.session.execute(
        select(line.id, line.state, left)
        .outerjoin(item, item.line_id == line.suspense_line_id)
        .where(or_(left != expected, item.id.is_(None)))
        .order_by(line.id)
    )
    for line_id, state, found in rows:
        detail = f"{state.value}, {found} left on the suspense account"
        yield Finding("suspense holds the unmatched lines", f"line {line_id}", detail)


def matches(env: Env) -> Iterator[Finding]:
    """A matched line has one posted entry of its own, not reversed, which takes exactly the line off the
    suspense account; an entry belongs to one line."""
    line, entry, posted = env[BankLine], env[Entry], env[EntryLine]
    reversal = aliased(entry)
    first = (
        select(posted.entry_id, posted.amount_currency.label("amount")).where(posted.position == 1).subquery()
    )
    rows = env.session.execute(
        select(line.id, entry.number, first.c.amount, line.amount, reversal.number)
        .outerjoin(entry, (entry.id == line.match_entry_id) & (entry.state == EntryState.POSTED))
        .outerjoin(first, first.c.entry_id == entry.id)
        .outerjoin(reversal, reversal.reversal_of_id == entry.id)
        .where(
            line.state == LineState.MATCHED,
            or_(entry.id.is_(None), first.c.amount != line.amount, reversal.id.is_not(None)),
        )
        .order_by(line.id)
    )
    for line_id, number, taken, amount, by in rows:
        detail = f"entry {number} takes {taken} of {amount}" + (f", reversed by {by}" if by else "")
        yield Finding("matched line has its entry", f"line {line_id}", detail)
    twice = env.session.execute(
        select(line.match_entry_id, func.count(line.id))
        .where(line.match_entry_id.is_not(None))
        .group_by(line.match_entry_id)
        .having(func.count(line.id) > 1)
    )
    for entry_id, count in twice:
        yield Finding("no line is matched twice", f"entry {entry_id}", f"{count} lines")


def balances(env: Env) -> Iterator[Finding]:
    """Where every line of an account is matched, its statements moved the bank account by what the bank says:
    bookings, and payments that were there already, which the match took back once."""
    statement, account = env[BankStatement], env[BankAccount]
    rows = env.session.execute(
        select(statement.bank_account_id, func.sum(statement.closing - statement.opening))
        .group_by(statement.bank_account_id)
        .having(func.sum(statement.line_count - statement.matched_count) == 0)
    )
    told: dict[int, Decimal] = {row[0]: row[1] for row in rows}
    moved = _moved(env)
    for account_id, expected in sorted(told.items()):
        found = moved.get(account_id, ZERO)
        if found != expected:
            name = env.session.scalars(select(account.name).where(account.id == account_id)).one()
            yield Finding("bank account follows its statements", name, f"moved {found}, bank says {expected}")


def _moved(env: Env) -> dict[int, Decimal]:
    """Bank account -> what bookings, matches and confirmed payments put on its account in the books."""
    line, posted, seen = env[BankLine], env[EntryLine], env[BankConfirmation]
    account, journal = env[BankAccount], env[Journal]
    on_bank = (
        select(account.id.label("bank"), journal.account_id.label("account"))
        .join(journal, journal.id == account.journal_id)
        .subquery()
    )
    totals: dict[int, Decimal] = {}
    for join in (
        posted.id == line.bank_line_id,
        posted.entry_id == line.match_entry_id,
        posted.id.in_(select(seen.entry_line_id).where(seen.line_id == line.id)),
    ):
        rows = env.session.execute(
            select(line.bank_account_id, func.sum(posted.amount_currency))
            .join(posted, join)
            .join(
                on_bank, (on_bank.c.bank == line.bank_account_id) & (on_bank.c.account == posted.account_id)
            )
            .group_by(line.bank_account_id)
        )
        for bank, amount in rows:
            totals[bank] = totals.get(bank, ZERO) + amount
    return totals
