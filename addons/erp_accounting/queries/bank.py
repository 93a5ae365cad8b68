"""What the bank screens show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.erp_accounting.models import (
    Account,
    BankAccount,
    BankLine,
    BankStatement,
    EntryLine,
    EntryState,
    Journal,
    LineState,
)
from addons.erp_accounting.models.entry import Entry
from core.api import ZERO, NotFound, _, format_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from core.api import Env

WINDOW = 200
"""Lines of a statement that one page shows."""
MOST_STATEMENTS = 12


@dataclass(frozen=True, slots=True)
class Overview:
    """A bank account, what the books and the bank say of it, and its last statements."""

    account: BankAccount
    in_books: Decimal
    """In the account's currency."""
    last: BankStatement | None
    left: int
    statements: Sequence[BankStatement]


def accounts(env: Env) -> list[BankAccount]:
    """The company's bank accounts that are in use."""
    model = env[BankAccount]
    return list(
        env.session.scalars(
            select(model).where(model.company_id == env.company_id, model.active).order_by(model.id)
        )
    )


def overview(env: Env) -> list[Overview]:
    """Every account with its balance in the books and at the bank."""
    found = []
    statement, line = env[BankStatement], env[BankLine]
    for account in accounts(env):
        last = env.session.scalars(
            select(statement)
            .where(statement.bank_account_id == account.id)
            .order_by(statement.date.desc(), statement.id.desc())
            .limit(MOST_STATEMENTS)
        ).all()
        left = env.session.scalars(
            select(func.count(line.id)).where(
                line.company_id == env.company_id,
                line.bank_account_id == account.id,
                line.state == LineState.OPEN,
            )
        ).one()
        found.append(Overview(account, in_books(env, account), last[0] if last else None, left, last))
    return found


def in_books(env: Env, account: BankAccount, until: date | None = None) -> Decimal:
    """What the books say is on a bank account at the end of a day, in its own currency."""
    line, entry, journal = env[EntryLine], env[Entry], env[Journal]
    statement = (
        select(func.coalesce(func.sum(line.amount_currency), ZERO))
        .join(entry, (entry.id == line.entry_id) & (entry.state == EntryState.POSTED))
        .join(journal, journal.account_id == line.account_id)
        .where(journal.id == account.journal_id, line.currency == account.currency)
    )
    if until is not None:
        statement = statement.where(line.date <= until)
    return env.session.scalars(statement).one()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list on the left, with the balance after it."""

    line: BankLine
    balance: Decimal

    @property
    def day(self) -> str:
        """Day and month: the year stands in the title."""
        return re.sub(rf"[\s,]*\b{self.line.date.year}\b", "", format_date(self.line.date))


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a statement around one line."""

    rows: Sequence[Row]
    current: BankLine | None
    before: int | None
    """The last line of the part before, and the first of the part after."""
    after: int | None
    next_open: int | None


def window(env: Env, statement: BankStatement, line_id: int | None) -> Window:
    """The lines around the one that was asked for, else around the first that is open."""
    line = env[BankLine]
    of = line.statement_id == statement.id
    current = None
    if line_id is not None:
        current = env.session.scalars(select(line).where(of, line.id == line_id)).one_or_none()
        if current is None:
            raise NotFound(_("This line is not on the statement."), hint=_("Choose one of the list."))
    if current is None:
        current = env.session.scalars(
            select(line).where(of).order_by(line.state != LineState.OPEN, line.position).limit(1)
        ).first()
    part = (current.position - 1) // WINDOW if current is not None else 0
    first, last = part * WINDOW + 1, (part + 1) * WINDOW
    earlier = env.session.scalars(
        select(func.coalesce(func.sum(line.amount), ZERO)).where(of, line.position < first)
    ).one()
    balance = statement.opening + earlier
    rows = []
    for one in env.session.scalars(
        select(line).where(of, line.position.between(first, last)).order_by(line.position)
    ):
        balance += one.amount
        rows.append(Row(one, balance))
    position = current.position if current is not None else 0
    return Window(
        rows,
        current,
        _at(env, statement, first - 1),
        _at(env, statement, last + 1),
        next_open(env, statement, position),
    )


def _at(env: Env, statement: BankStatement, position: int) -> int | None:
    line = env[BankLine]
    return env.session.scalars(
        select(line.id).where(line.statement_id == statement.id, line.position == position)
    ).one_or_none()


def next_open(env: Env, statement: BankStatement, position: int) -> int | None:
    """The next open line after a position, else the first of the statement; None when all are matched."""
    line = env[BankLine]
    return env.session.scalars(
        select(line.id)
        .where(line.statement_id == statement.id, line.state == LineState.OPEN, line.position != position)
        .order_by(line.position < position, line.position)
        .limit(1)
    ).first()


def titles(env: Env, ids: Sequence[int]) -> dict[int, str]:
    """Accounts by id, as an accountant reads them."""
    model = env[Account]
    return {row.id: row.title for row in env.session.scalars(select(model).where(model.id.in_(set(ids))))}


def newest(env: Env) -> BankStatement | None:
    """The statement that was imported last and has something left to match."""
    model = env[BankStatement]
    return env.session.scalars(
        select(model)
        .where(model.company_id == env.company_id, model.matched_count < model.line_count)
        .order_by(model.date.desc(), model.id.desc())
        .limit(1)
    ).first()
