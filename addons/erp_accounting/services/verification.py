"""The invariants of the books, read back from the rows themselves. Read-only."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import case, cast, func, literal, or_, select, union_all

from addons.erp_accounting.models import (
    Account,
    Allocation,
    Entry,
    EntryKind,
    EntryLine,
    EntryState,
    Invoice,
    InvoiceLine,
    InvoiceState,
    Journal,
    LineKind,
    OpenItem,
    PeriodTotal,
)
from addons.erp_accounting.services import hashing, period_verification
from addons.erp_accounting.services.entries import hashed_kind, hashed_lines
from core.api import ZERO, Finding, Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.api import Env

BATCH = 500


def findings(env: Env) -> Iterable[Finding]:
    """Every broken invariant, named after its rule and its document."""
    yield from unbalanced(env)
    yield from trial_balance(env)
    yield from gaps(env)
    yield from broken_chain(env)
    yield from monthly_totals(env)
    yield from open_items(env)
    yield from invoices(env)
    yield from period_verification.findings(env)


def unbalanced(env: Env) -> Iterator[Finding]:
    """Posted entries without lines, or whose debit and credit differ."""
    entry, line = env[Entry], env[EntryLine]
    balance = func.coalesce(func.sum(line.debit - line.credit), ZERO)
    rows = env.session.execute(
        select(entry.number, balance, func.count(line.id))
        .outerjoin(line, line.entry_id == entry.id)
        .where(entry.state == EntryState.POSTED)
        .group_by(entry.id)
        .having(or_(balance != 0, func.count(line.id) == 0))
        .order_by(entry.id)
    )
    for number, difference, lines in rows:
        yield Finding("entry balances", str(number), f"difference {difference}, {lines} lines")


def trial_balance(env: Env) -> Iterator[Finding]:
    """The whole trial balance of a company is zero."""
    total = env[PeriodTotal]
    balance = func.sum(total.debit - total.credit)
    for company, difference in env.session.execute(
        select(total.company_id, balance).group_by(total.company_id).having(balance != 0)
    ):
        yield Finding("trial balance is zero", f"company {company}", f"difference {difference}")


def gaps(env: Env) -> Iterator[Finding]:
    """Numbers run from 1 without a gap in each journal and year."""
    entry, journal = env[Entry], env[Journal]
    last, count = func.max(entry.sequence), func.count(entry.sequence)
    rows = env.session.execute(
        select(journal.code, entry.year, last, count, func.min(entry.sequence))
        .join(journal, journal.id == entry.journal_id)
        .where(entry.state == EntryState.POSTED)
        .group_by(journal.id, entry.year)
        .having(or_(last != count, func.min(entry.sequence) != 1))
        .order_by(journal.code, entry.year)
    )
    for code, year, highest, found, _lowest in rows:
        yield Finding("numbers are gapless", f"{code} {year}", f"{found} entries up to number {highest}")


def broken_chain(env: Env) -> Iterator[Finding]:
    """Every seal is the one that its content and the seal before it give."""
    account, journal = env[Account], env[Journal]
    accounts = env.session.execute(select(account.id, account.code))
    codes = {row.id: row.code for row in accounts}
    journals = {row.id: row.code for row in env.session.execute(select(journal.id, journal.code))}
    for (journal_id, _year), chain in groupby(_entries(env), key=lambda row: (row.journal_id, row.year)):
        previous = ""
        for found in chain:
            lines = hashed_lines(found.lines, codes)
            expected = hashing.entry_hash(
                previous,
                journals[journal_id],
                found.number or "",
                found.date,
                lines,
                kind=hashed_kind(found.kind),
            )
            if found.hash != expected:
                yield Finding(
                    "hash chain is unbroken", found.number or f"#{found.id}", "content or order was changed"
                )
            previous = found.hash or ""


def _entries(env: Env) -> Iterator[_Sealed]:
    """Posted entries with their lines, chain by chain, a batch in memory at a time."""
    entry, line = env[Entry], env[EntryLine]
    ids = env.session.scalars(
        select(entry.id)
        .where(entry.state == EntryState.POSTED)
        .order_by(entry.journal_id, entry.year, entry.sequence)
    ).all()
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found = {row.id: row for row in env.session.scalars(select(entry).where(entry.id.in_(batch)))}
        lines: dict[int, list[EntryLine]] = {}
        for row in env.session.scalars(select(line).where(line.entry_id.in_(batch))):
            lines.setdefault(row.entry_id, []).append(row)
        for entry_id in batch:
            yield _Sealed(found[entry_id], lines.get(entry_id, []))


class _Sealed:
    """What the chain check reads of an entry; its lines were read with the batch."""

    def __init__(self, entry: Entry, lines: list[EntryLine]) -> None:
        self.id, self.number, self.date, self.hash = entry.id, entry.number, entry.date, entry.hash
        self.journal_id, self.year, self.kind = entry.journal_id, entry.year, entry.kind
        self.lines = lines


def monthly_totals(env: Env) -> Iterator[Finding]:
    """The totals kept in posting equal a full scan, account by account and month by month."""
    total, line, entry = env[PeriodTotal], env[EntryLine], env[Entry]
    month = func.date_trunc("month", line.date)
    kept = select(
        total.account_id,
        total.journal_id,
        total.kind.label("kind"),
        func.date_trunc("month", total.period).label("month"),
        total.debit.label("debit"),
        total.credit.label("credit"),
    )
    scanned = (
        select(
            line.account_id,
            line.journal_id,
            entry.kind.label("kind"),
            month.label("month"),
            (-func.sum(line.debit)).label("debit"),
            (-func.sum(line.credit)).label("credit"),
        )
        .join(entry, entry.id == line.entry_id)
        .where(entry.state == EntryState.POSTED)
        .group_by(line.account_id, line.journal_id, entry.kind, month)
    )
    both = union_all(kept, scanned).subquery()
    debit, credit = func.sum(both.c.debit), func.sum(both.c.credit)
    rows = env.session.execute(
        select(env[Account].code, both.c.month, debit, credit)
        .join(env[Account], env[Account].id == both.c.account_id)
        .group_by(env[Account].code, both.c.journal_id, both.c.kind, both.c.month)
        .having(or_(debit != 0, credit != 0))
        .order_by(env[Account].code, both.c.month)
    )
    for code, when, more_debit, more_credit in rows:
        detail = f"kept minus scanned: debit {more_debit}, credit {more_credit}"
        yield Finding("monthly totals equal the lines", f"{code} {when:%Y-%m}", detail)


def open_items(env: Env) -> Iterator[Finding]:
    """Each matched line has its item, and what is left of it is its amount minus its allocations."""
    item, line, entry, account = env[OpenItem], env[EntryLine], env[Entry], env[Account]
    missing = env.session.execute(
        select(entry.number, line.position)
        .join(entry, entry.id == line.entry_id)
        .join(account, account.id == line.account_id)
        .outerjoin(item, item.line_id == line.id)
        .where(
            entry.state == EntryState.POSTED,
            entry.kind != EntryKind.CARRIED,
            account.type.in_(["receivable", "payable"]),
            or_(line.debit != line.credit, line.amount_currency != 0),
            item.id.is_(None),
        )
        .order_by(entry.id, line.position)
    )
    for number, position in missing:
        yield Finding("open item of each line", str(number), f"line {position} has none")
    used = _allocated(env)
    left = item.amount - func.coalesce(used.c.amount, ZERO)
    left_currency = item.amount_currency - func.coalesce(used.c.currency, ZERO)
    rows = env.session.execute(
        select(entry.number, item.residual, left)
        .join(entry, entry.id == item.entry_id)
        .outerjoin(used, used.c.item_id == item.id)
        .where(or_(item.residual != left, item.residual_currency != left_currency))
        .order_by(item.id)
    )
    for number, kept, expected in rows:
        yield Finding("open item = amount - allocations", str(number), f"{kept} kept, {expected} computed")


def _allocated(env: Env):  # type: ignore[no-untyped-def]  # noqa: ANN202 - SQLAlchemy's Subquery of three columns
    allocation = env[Allocation]
    debit = select(
        allocation.debit_item_id.label("item_id"),
        allocation.amount.label("amount"),
        allocation.debit_amount_currency.label("currency"),
    )
    credit = select(
        allocation.credit_item_id.label("item_id"),
        (-allocation.amount).label("amount"),
        (-allocation.credit_amount_currency).label("currency"),
    )
    both = union_all(debit, credit).subquery()
    return (
        select(
            both.c.item_id,
            func.sum(both.c.amount).label("amount"),
            func.sum(both.c.currency).label("currency"),
        )
        .group_by(both.c.item_id)
        .subquery()
    )


def invoices(env: Env) -> Iterator[Finding]:
    """A posted invoice has its posted entry for its total, and is open for its total minus its
    allocations."""
    invoice, entry, item = env[Invoice], env[Entry], env[OpenItem]
    sign = case(
        (invoice.kind.in_(["customer_invoice", "supplier_credit_note"]), literal(1)), else_=literal(-1)
    )
    of_party = (
        select(
            item.entry_id,
            item.account_id,
            func.sum(item.amount_currency).label("total"),
            func.sum(item.residual_currency).label("open"),
            func.sum(item.residual).label("open_company"),
        )
        .group_by(item.entry_id, item.account_id)
        .subquery()
    )
    total = func.coalesce(of_party.c.total, ZERO)
    left = func.coalesce(of_party.c.open, ZERO)
    left_company = func.coalesce(of_party.c.open_company, ZERO)
    rows = env.session.execute(
        select(invoice.number, entry.number, invoice.total, sign * total, invoice.open_amount, sign * left)
        .outerjoin(entry, (entry.id == invoice.entry_id) & (entry.state == EntryState.POSTED))
        .outerjoin(
            of_party, (of_party.c.entry_id == entry.id) & (of_party.c.account_id == invoice.account_id)
        )
        .where(
            invoice.state == InvoiceState.POSTED,
            or_(
                entry.id.is_(None),
                entry.number != invoice.number,
                invoice.total != sign * total,
                invoice.open_amount != sign * left,
                invoice.open_amount_company != sign * left_company,
            ),
        )
        .order_by(invoice.id)
    )
    for number, entry_number, shown, booked, still, computed in rows:
        detail = f"entry {entry_number}, total {shown} against {booked}, open {still} against {computed}"
        yield Finding("invoice equals its entry and allocations", number, detail)
    yield from _parts(env)


def _parts(env: Env) -> Iterator[Finding]:
    """The lines and the taxes of a posted invoice add up to what it says."""
    invoice, line = env[Invoice], env[InvoiceLine]
    nets = (
        select(line.invoice_id, func.sum(line.net).label("net"))
        .where(line.kind == LineKind.PRODUCT)
        .group_by(line.invoice_id)
        .subquery()
    )
    taxes = func.jsonb_array_elements(invoice.taxes).table_valued("value")
    amount = cast(func.jsonb_extract_path_text(taxes.c.value, "amount"), Money)
    tax = select(func.coalesce(func.sum(amount), ZERO)).select_from(taxes).scalar_subquery()
    rows = env.session.execute(
        select(invoice.number, invoice.net, nets.c.net, invoice.tax, tax)
        .outerjoin(nets, nets.c.invoice_id == invoice.id)
        .where(
            invoice.state == InvoiceState.POSTED,
            or_(invoice.net != func.coalesce(nets.c.net, ZERO), invoice.tax != tax),
        )
        .order_by(invoice.id)
    )
    for number, net, of_lines, charged, of_taxes in rows:
        detail = f"net {net} against {of_lines} of its lines, tax {charged} against {of_taxes}"
        yield Finding("invoice adds up", str(number), detail)
