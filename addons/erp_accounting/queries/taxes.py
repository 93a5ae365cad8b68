"""What taxes came due in some days: by the date of the entry, or by what was paid of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select, union_all

from addons.catalog.models import TaxKind
from addons.erp_accounting.models import (
    PARTY_TYPES,
    Account,
    AccountedTax,
    Allocation,
    Entry,
    EntryKind,
    EntryLine,
    EntryState,
    OpenItem,
    TaxPoint,
)
from core.api import ZERO, round_money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from core.api import Env


@dataclass(slots=True)
class Figure:
    """One tax: its base, what is owed and what is deducted. Positive as a return shows it."""

    base: Decimal = ZERO
    due: Decimal = ZERO
    deductible: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Part:
    """What one entry gives to a figure. role: "base", "due" or "deductible"."""

    entry_id: int
    code: str
    role: str
    account_id: int
    balance: Decimal
    """Debit minus credit of the lines, the share that is due."""
    amount: Decimal
    """Signed as the return shows it."""


@dataclass(slots=True)
class Taxes:
    figures: dict[str, Figure] = field(default_factory=lambda: defaultdict(Figure))
    accounts: dict[int, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    """What the tax lines left on each account: debit minus credit."""
    parts: list[Part] = field(default_factory=list)


def taxes_of(env: Env) -> dict[str, AccountedTax]:
    """The company's taxes by code, archived ones too."""
    model = env[AccountedTax]
    rows = env.session.scalars(
        select(model).where(model.company_id == env.company_id).order_by(model.position, model.id)
    )
    return {row.code: row for row in rows}


def taxes(env: Env, start: date, end: date) -> Taxes:
    """What came due from `start` to `end`.

    A tax that is due with the invoice counts on the entry's date. One that is due with the payment counts by
    the share of its entry that was settled in these days; the last payment carries the cent. An entry that
    nobody has to pay counts on its date.
    """
    known = taxes_of(env)
    late = {code for code, tax in known.items() if tax.exigible is TaxPoint.PAYMENT}
    found = Taxes()
    for row in _lines(env, late, _dated(env, start, end), paid=False):
        _add(env, found, known, row, row.balance)
    if late:
        settled = _settled(env, start, end)
        if settled:
            for row in _lines(env, late, env[Entry].id.in_(settled), paid=True):
                before, after = settled[row.entry_id]
                money = env.company.currency
                share = round_money(row.balance * after, money) - round_money(row.balance * before, money)
                _add(env, found, known, row, share)
    return found


def _add(env: Env, found: Taxes, known: dict[str, AccountedTax], row: Any, balance: Decimal) -> None:
    """Put one group of lines where its taxes count."""
    if not balance:
        return
    for code in row.tax_code.split():
        tax = known.get(code)
        if tax is None:
            continue
        sale = tax.kind is TaxKind.SALE
        if row.tax_id is None:
            role, amount = "base", -balance if sale else balance
        elif sale or (tax.reverse_account_id and row.account_id == tax.reverse_account_id):
            role, amount = "due", -balance
        else:
            role, amount = "deductible", balance
        figure = found.figures[code]
        setattr(figure, role, getattr(figure, role) + amount)
        if role != "base":
            found.accounts[row.account_id] += balance
        found.parts.append(Part(row.entry_id, code, role, row.account_id, balance, amount))


def _lines(env: Env, late: Iterable[str], condition: Any, *, paid: bool) -> Any:
    """Sums of taxed lines by entry, tax and account; those of taxes due with the payment, or the others."""
    line, entry = env[EntryLine], env[Entry]
    with_payment = [
        func.strpos(func.concat(" ", line.tax_code, " "), f" {code} ") > 0 for code in sorted(late)
    ]
    waits = or_(*with_payment) & line.entry_id.in_(_payable(env)) if with_payment else None
    statement = (
        select(
            line.entry_id,
            line.tax_code,
            line.tax_id,
            line.account_id,
            func.sum(line.debit - line.credit).label("balance"),
        )
        .join(entry, entry.id == line.entry_id)
        .where(
            line.company_id == env.company_id,
            line.tax_code != "",
            entry.state == EntryState.POSTED,
            entry.kind == EntryKind.ORDINARY,
            condition,
        )
        .group_by(line.entry_id, line.tax_code, line.tax_id, line.account_id)
        .order_by(line.entry_id)
    )
    if waits is not None:
        statement = statement.where(waits if paid else ~waits)
    return env.session.execute(statement)


def _dated(env: Env, start: date, end: date) -> Any:
    return env[EntryLine].date.between(start, end)


def _payable(env: Env) -> Any:
    """Entries that a customer or the company has to pay."""
    item, account = env[OpenItem], env[Account]
    return (
        select(item.entry_id)
        .join(account, account.id == item.account_id)
        .where(item.company_id == env.company_id, account.type.in_(PARTY_TYPES))
    )


def _settled(env: Env, start: date, end: date) -> dict[int, tuple[Decimal, Decimal]]:
    """Entry -> the share of it that was settled before `start` and by the end of `end`, where they differ."""
    item, account, allocation = env[OpenItem], env[Account], env[Allocation]
    sides = union_all(
        select(allocation.debit_item_id.label("item_id"), allocation.date, allocation.amount).where(
            allocation.company_id == env.company_id, allocation.date <= end
        ),
        select(allocation.credit_item_id.label("item_id"), allocation.date, allocation.amount).where(
            allocation.company_id == env.company_id, allocation.date <= end
        ),
    ).subquery()
    taken = (
        select(
            sides.c.item_id,
            func.sum(sides.c.amount).label("after"),
            func.coalesce(func.sum(sides.c.amount).filter(sides.c.date < start), ZERO).label("before"),
        )
        .group_by(sides.c.item_id)
        .subquery()
    )
    total = func.sum(func.abs(item.amount))
    before = func.sum(func.coalesce(taken.c.before, ZERO))
    after = func.sum(func.coalesce(taken.c.after, ZERO))
    rows = env.session.execute(
        select(item.entry_id, total, before, after)
        .join(account, account.id == item.account_id)
        .outerjoin(taken, taken.c.item_id == item.id)
        .where(item.company_id == env.company_id, account.type.in_(PARTY_TYPES), item.date <= end)
        .group_by(item.entry_id)
        .having((before != after) & (total != 0))
    )
    return {entry_id: (paid / whole, paid_now / whole) for entry_id, whole, paid, paid_now in rows}
