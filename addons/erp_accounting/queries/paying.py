"""What the payment screen shows: who has open amounts, which they are, and what is proposed for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import selectinload

from addons.base.models import Party
from addons.erp_accounting.models import Account, AccountType, Direction, Invoice, OpenItem, Payment
from addons.erp_accounting.services import discounts
from core.api import ZERO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from core.api import Env

PAGE = 50


@dataclass(frozen=True, slots=True)
class Debtor:
    """Someone with open amounts, positive when they are owed in the direction asked for."""

    id: int
    name: str
    open: Decimal
    late: Decimal
    documents: int


def _type(direction: Direction) -> AccountType:
    return AccountType.RECEIVABLE if direction is Direction.IN else AccountType.PAYABLE


def side_of(direction: Direction) -> int:
    """1 where debits are settled (what customers owe), -1 where credits are."""
    return 1 if direction is Direction.IN else -1


def debtors(env: Env, direction: Direction, words: str = "") -> list[Debtor]:
    """Customers (IN) or suppliers (OUT) with open amounts, the latest and largest first, at most a page."""
    item, account, party = env[OpenItem], env[Account], env[Party]
    side = side_of(direction)
    late = func.sum(case((item.due_date < env.today(), side * item.residual), else_=ZERO))
    total = func.sum(side * item.residual)
    statement = (
        select(party.id, party.name, total, late, func.count())
        .join(party, party.id == item.party_id)
        .join(account, account.id == item.account_id)
        .where(
            item.company_id == env.company_id,
            account.type == _type(direction),
            or_(item.residual != 0, item.residual_currency != 0),
        )
        .group_by(party.id, party.name)
        .order_by(late.desc(), total.desc(), party.name)
        .limit(PAGE)
    )
    for word in words.split():
        statement = statement.where(party.name.ilike(f"%{word.replace('%', '')}%"))
    return [Debtor(*row) for row in env.session.execute(statement)]


@dataclass(slots=True)
class Line:
    """One open amount on the screen. Amounts are positive, in its currency."""

    item: int
    entry: int
    account: int
    number: str
    url: str
    reference: str
    due: date
    currency: str
    total: Decimal
    open: Decimal
    credit: bool
    """It settles others: a payment or credit note."""
    discount: Decimal = ZERO
    """What may be deducted when it is wholly paid."""
    discount_until: date | None = None
    amount: Decimal = ZERO
    take_discount: bool = False
    write_off: bool = False

    @property
    def left(self) -> Decimal:
        """What stays open after this."""
        rest = self.open - self.amount - (self.discount if self.take_discount else ZERO)
        return ZERO if self.write_off else rest

    @property
    def given_up(self) -> Decimal:
        """What is written off."""
        rest = self.open - self.amount - (self.discount if self.take_discount else ZERO)
        return rest if self.write_off else ZERO


def open_lines(env: Env, party: Party, direction: Direction) -> list[Line]:
    """Every open amount of a party that such a payment can settle or use, oldest due first."""
    item, account = env[OpenItem], env[Account]
    rows = env.session.scalars(
        select(item)
        .join(account, account.id == item.account_id)
        .where(
            item.company_id == env.company_id,
            item.party_id == party.id,
            account.type == _type(direction),
            or_(item.residual != 0, item.residual_currency != 0),
        )
        .options(selectinload(item.entry))
        .order_by(item.due_date, item.id)
    ).all()
    entries = {row.entry_id for row in rows}
    invoices, payments = _invoices(env, entries), _payments(env, entries)
    side = side_of(direction)
    found = []
    for row in rows:
        invoice, payment = invoices.get(row.entry_id), payments.get(row.entry_id)
        line = Line(
            item=row.id,
            entry=row.entry_id,
            account=row.account_id,
            number=row.entry.number or "",
            url=_url(row, invoice, payment),
            reference=_reference(row, invoice, payment),
            due=row.due_date,
            currency=row.currency,
            total=abs(row.amount_currency),
            open=abs(row.residual_currency),
            credit=(row.amount or row.amount_currency) * side < 0,
        )
        if invoice is not None and row.residual_currency == row.amount_currency:
            line.discount = discounts.of_instalment(invoice, line.total).total
            line.discount_until = invoice.discount_until
        found.append(line)
    return found


def _invoices(env: Env, entries: set[int]) -> dict[int | None, Invoice]:
    model = env[Invoice]
    rows = env.session.scalars(select(model).where(model.entry_id.in_(entries)))
    return {row.entry_id: row for row in rows}


def _payments(env: Env, entries: set[int]) -> dict[int | None, Payment]:
    model = env[Payment]
    rows = env.session.scalars(select(model).where(model.entry_id.in_(entries)))
    return {row.entry_id: row for row in rows}


def _url(row: OpenItem, invoice: Invoice | None, payment: Payment | None) -> str:
    if invoice is not None:
        return f"/app/erp_accounting/invoice/{invoice.id}"
    if payment is not None:
        return f"/app/erp_accounting/payment/{payment.id}"
    return f"/app/erp_accounting/entry/{row.entry_id}"


def _reference(row: OpenItem, invoice: Invoice | None, payment: Payment | None) -> str:
    if invoice is not None:
        return invoice.their_reference or invoice.origin
    return payment.memo if payment is not None else row.entry.label


def groups_of(lines: Sequence[Line]) -> list[tuple[int, str]]:
    """The accounts and currencies that are paid apart, that of the oldest amount first."""
    return list(dict.fromkeys((line.account, line.currency) for line in lines))


def propose(lines: Sequence[Line], amount: Decimal, day: date) -> None:
    """Share an amount out, oldest due first, with a discount where it is early enough and closes the line."""
    left = amount
    for line in lines:
        line.amount, line.take_discount, line.write_off = ZERO, False, False
        if line.credit or left <= 0:
            continue
        early = bool(line.discount and line.discount_until and day <= line.discount_until)
        if early and left >= line.open - line.discount:
            line.take_discount = True
            line.amount = line.open - line.discount
        else:
            line.amount = min(left, line.open)
        left -= line.amount


def take_over(lines: Sequence[Line], amounts: Mapping[int, Decimal], ticked: set[str]) -> None:
    """Show what was typed: amounts by item, ``d<item>`` for a discount, ``w<item>`` for a write-off."""
    for line in lines:
        line.amount = amounts.get(line.item, ZERO)
        line.take_discount = f"d{line.item}" in ticked
        line.write_off = f"w{line.item}" in ticked


@dataclass(frozen=True, slots=True)
class Sums:
    """What the screen says below the lines."""

    allocated: Decimal
    credit: Decimal
    discount: Decimal
    written_off: Decimal
    rest: Decimal
    """Of the payment: stays as credit; below zero: too much is allocated."""


def sums(lines: Sequence[Line], amount: Decimal) -> Sums:
    """The totals of what is proposed or typed."""
    allocated = sum((line.amount for line in lines if not line.credit), ZERO)
    credit = sum((line.amount for line in lines if line.credit), ZERO)
    taken = sum((line.discount for line in lines if line.take_discount), ZERO)
    return Sums(
        allocated, credit, taken, sum((line.given_up for line in lines), ZERO), amount + credit - allocated
    )
