"""Settle open items against each other, with their exchange difference, and open them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm.attributes import set_committed_value

from addons.erp_accounting.models import (
    Allocation,
    Entry,
    Invoice,
    InvoiceState,
    JournalKind,
    OpenItem,
    PaymentStatus,
)
from addons.erp_accounting.services import entries, ledgers, telling
from addons.erp_accounting.services.matching import Match, Open, match
from core.api import ZERO, RuleBroken, _, copied_values, writing_closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from core.api import Env


class NothingOpen(RuleBroken):
    def __init__(self) -> None:
        super().__init__(
            _("Nothing is left to settle."), hint=_("Look at the document's payments: it is settled already.")
        )


class DifferentAccounts(RuleBroken):
    def __init__(self) -> None:
        super().__init__(
            _("Only amounts of the same account and the same customer or supplier settle each other."),
            hint=_("Post an entry that moves one of them first."),
        )


@dataclass(frozen=True, slots=True)
class Settled:
    """What one pass wrote."""

    allocations: tuple[Allocation, ...]
    amount: Decimal


def hold(env: Env, entry_ids: Iterable[int | None]) -> None:
    """Lock the invoices of entries before their open items, with what comes before invoices in the order of
    locks: what is settled shows on them."""
    model, ids = env[Invoice], {one for one in entry_ids if one}
    if ids:
        env.lock(*env.session.scalars(select(model).where(model.entry_id.in_(ids))))


def hold_settled(env: Env, allocations: Iterable[Allocation]) -> set[int]:
    """The same for the invoices that some allocations settled; gives their open items."""
    items = env[OpenItem]
    ids = {item for row in allocations for item in (row.debit_item_id, row.credit_item_id)}
    hold(env, env.session.scalars(select(items.entry_id).where(items.id.in_(ids))))
    return ids


def items_of(env: Env, entry_ids: Sequence[int], account_id: int | None = None) -> list[OpenItem]:
    """Open items of entries, locked until the transaction ends, oldest due first."""
    model = env[OpenItem]
    statement = select(model).where(model.entry_id.in_(entry_ids))
    if account_id is not None:
        statement = statement.where(model.account_id == account_id)
    statement = statement.order_by(model.due_date, model.id).with_for_update(of=model)
    return list(env.session.scalars(statement.execution_options(populate_existing=True)))


def settle(
    env: Env,
    items: Iterable[OpenItem],
    *,
    rate: Decimal | None = None,
    limit: Decimal | None = None,
    because: Entry | None = None,
) -> Settled:
    """Let the debits and credits among locked items settle each other, oldest due first.

    rate: company money for one foreign unit, when an item in the company's currency settles a foreign one.
    limit: at most this much, in the debit's currency. An exchange difference is posted with the last of the
    two dates. because: an entry made only for this settlement (a discount, a write-off): undoing reverses it.
    """
    found = [item for item in items if item.is_open]
    if len({(item.account_id, item.party_id) for item in found}) > 1:
        raise DifferentAccounts
    home = env.company.currency
    debits = [_Side(item) for item in found if _is_debit(item)]
    credit_sides = [_Side(item) for item in found if not _is_debit(item)]
    written: list[Allocation] = []
    total, left = ZERO, limit
    converted = (ZERO, ZERO)
    for debit in debits:
        for credit in credit_sides:
            if not (debit.open and credit.open) or (left is not None and left <= 0):
                continue
            taken = match(debit.rest(), credit.rest(), home, rate=rate, limit=left, before=converted)
            if debit.item.currency != credit.item.currency:
                parts = (taken.debit_foreign, taken.credit_foreign)
                foreign, own = parts if credit.item.currency == home else parts[::-1]
                converted = (converted[0] + foreign, converted[1] + own)
            written += _write(env, debit, credit, taken, because)
            total += taken.settled
            if left is not None:
                left -= taken.debit_foreign
    if not written:
        raise NothingOpen
    with writing_closed(*written):
        env.session.add_all(written)
    for side in (*debits, *credit_sides):
        side.note()
    return Settled(tuple(written), total)


class _Side:
    """An item and what is left of it while a pass runs; positive on both sides."""

    def __init__(self, item: OpenItem) -> None:
        self.item = item
        self.company = abs(item.residual)
        self.foreign = abs(item.residual_currency)

    @property
    def open(self) -> bool:
        return bool(self.company or self.foreign)

    def rest(self) -> Open:
        return Open(self.company, self.item.currency, self.foreign)

    def take(self, company: Decimal, foreign: Decimal) -> None:
        self.company -= company
        self.foreign -= foreign

    def note(self) -> None:
        """Show on the item what the database has just taken from it."""
        sign = 1 if _is_debit(self.item) else -1
        set_committed_value(self.item, "residual", sign * self.company)
        set_committed_value(self.item, "residual_currency", sign * self.foreign)


def _is_debit(item: OpenItem) -> bool:
    return (item.amount or item.amount_currency) > 0


def _write(env: Env, debit: _Side, credit: _Side, taken: Match, because: Entry | None) -> list[Allocation]:
    """The allocation of a match and, when the company amounts differ, the exchange difference with its
    own."""
    home = env.company.currency
    day = max(debit.item.date, credit.item.date)
    exchange = _exchange_entry(env, debit.item, taken.gain, day) if taken.gain else None
    made = exchange or because
    settled = taken.settled
    main = env[Allocation](
        company_id=debit.item.company_id,
        debit_item_id=debit.item.id,
        credit_item_id=credit.item.id,
        date=day,
        amount=settled,
        debit_amount_currency=settled if debit.item.currency == home else taken.debit_foreign,
        credit_amount_currency=settled if credit.item.currency == home else taken.credit_foreign,
        exchange_entry_id=made.id if made else None,
    )
    debit.take(taken.debit, taken.debit_foreign)
    credit.take(taken.credit, taken.credit_foreign)
    if exchange is None:
        return [main]
    (extra,) = items_of(env, [exchange.id], debit.item.account_id)
    gain = taken.gain > 0
    other = credit.item if gain else debit.item
    amount = abs(taken.gain)
    foreign = amount if other.currency == home else ZERO
    rest = env[Allocation](
        company_id=debit.item.company_id,
        debit_item_id=extra.id if gain else debit.item.id,
        credit_item_id=credit.item.id if gain else extra.id,
        date=exchange.date,  # later than the day itself, where that was locked meanwhile
        amount=amount,
        debit_amount_currency=ZERO if gain else foreign,
        credit_amount_currency=foreign if gain else ZERO,
        exchange_entry_id=exchange.id,
    )
    return [main, rest]


def _exchange_entry(env: Env, item: OpenItem, gain: Decimal, day: date) -> Entry:
    """A gain adds to the party's account what the settlement takes too much; a loss the reverse.

    The party's line is in the foreign currency with no foreign amount, so that the account ends at zero in
    both.
    """
    home = env.company.currency
    foreign = item.currency if item.currency != home else home
    result = ledgers.account_id(env, "exchange_gain" if gain > 0 else "exchange_loss")
    party = entries.signed(
        item.account_id,
        gain,
        party=item.party_id,
        currency=foreign,
        amount_currency=ZERO if foreign != home else None,
    )
    return entries.post_new(
        env,
        journal=JournalKind.GENERAL,
        date=_open_day(env, day),
        lines=[party, entries.signed(result, -gain)],
        label=str(_("Exchange difference")),
    )


def _open_day(env: Env, day: date, kind: JournalKind = JournalKind.GENERAL) -> date:
    """The day itself, or the first open one when its period was locked in the meantime."""
    until = ledgers.locked_until(ledgers.of(env), kind)
    return day if until is None or day > until else until + timedelta(days=1)


def mirror(env: Env, entry: Entry, *, date: date | None = None, label: str = "") -> Entry:
    """Post the opposite of an entry, for whoever has checked its rules, and settle what both leave open.

    Without a date today, or the first open day after it."""
    reversal = entries.post_new(
        env,
        journal=entry.journal,
        date=date or _open_day(env, max(entry.date, env.today()), entry.journal.kind),
        lines=entries.mirrored(env, entry),
        label=label or str(_("Reversal of {number}", number=entry.number or "")),
        origin=entry.number or "",
        reversal_of=entry,
        values=copied_values(entry),
    )
    settle_reversal(env, entry, reversal)
    return reversal


def settle_reversal(env: Env, entry: Entry, reversal: Entry) -> None:
    """Whatever an entry and its reversal leave open settles each other, line by line account."""
    by_account: dict[tuple[int, int | None], list[OpenItem]] = {}
    for item in items_of(env, [entry.id, reversal.id]):
        if item.is_open:
            by_account.setdefault((item.account_id, item.party_id), []).append(item)
    for items in by_account.values():
        if {True, False} <= {_is_debit(item) for item in items}:
            settle(env, items)


def undo(env: Env, allocations: Iterable[Allocation], *, date: date | None = None) -> None:
    """Open both sides again; an exchange difference they caused is reversed (posted entries are never
    deleted)."""
    rows = list(allocations)
    exchange_ids = {row.exchange_entry_id for row in rows if row.exchange_entry_id}
    model = env[Allocation]
    if exchange_ids:
        rows = list(
            env.session.scalars(
                select(model).where(
                    or_(model.id.in_([row.id for row in rows]), model.exchange_entry_id.in_(exchange_ids))
                )
            )
        )
    item_ids = hold_settled(env, rows)
    items = env[OpenItem]
    with writing_closed(*rows):
        for row in rows:
            env.session.delete(row)
    touched = list(
        env.session.scalars(
            select(items).where(items.id.in_(item_ids)).execution_options(populate_existing=True)
        )
    )
    for exchange_id in sorted(exchange_ids):
        mirror(env, env.get(Entry, exchange_id), date=date)
    refresh_invoices(env, {item.entry_id for item in touched})


def allocations_of(env: Env, entry_ids: Sequence[int]) -> list[Allocation]:
    """Every allocation that touches an open item of these entries."""
    model, items = env[Allocation], env[OpenItem]
    ids = select(items.id).where(items.entry_id.in_(entry_ids))
    return list(
        env.session.scalars(
            select(model)
            .where(or_(model.debit_item_id.in_(ids), model.credit_item_id.in_(ids)))
            .order_by(model.id)
        )
    )


def adjustments_of(env: Env, number: str) -> list[Allocation]:
    """The settlements by discounts and write-offs that were made together with a payment."""
    model, entry = env[Allocation], env[Entry]
    made = select(entry.id).where(entry.company_id == env.company_id, entry.origin == number)
    return list(
        env.session.scalars(select(model).where(model.exchange_entry_id.in_(made)).order_by(model.id))
    )


def refresh_invoices(
    env: Env, entry_ids: Iterable[int], *, day: date | None = None, credited: bool = False
) -> list[Invoice]:
    """Recompute open amount and payment status from the open items; tell about those just paid."""
    invoices, items = env[Invoice], env[OpenItem]
    rows = env.session.execute(
        select(
            invoices,
            func.coalesce(func.sum(items.residual_currency), ZERO),
            func.coalesce(func.sum(items.residual), ZERO),
        )
        .join(items, (items.entry_id == invoices.entry_id) & (items.account_id == invoices.account_id))
        .where(invoices.entry_id.in_(set(entry_ids)), invoices.state == InvoiceState.POSTED)
        .group_by(invoices.id)
        .order_by(invoices.id)
    ).all()
    _note_open(env, [(row[0], row[1], row[2]) for row in rows], day=day, credited=credited)
    return [row[0] for row in rows]


def note_settled(env: Env, invoices: Iterable[Invoice], items: Sequence[OpenItem], *, day: date) -> None:
    """The same from items that were just settled: all those of the invoices, none of them read again."""
    found = []
    for invoice in invoices:
        mine = [item for item in items if item.entry_id == invoice.entry_id]
        currency = sum((item.residual_currency for item in mine), ZERO)
        found.append((invoice, currency, sum((item.residual for item in mine), ZERO)))
    _note_open(env, found, day=day, credited=False)


def _note_open(
    env: Env,
    found: Iterable[tuple[Invoice, Decimal, Decimal]],
    *,
    day: date | None,
    credited: bool,
) -> None:
    """Set open amounts and payment status; tell about invoices whose open amount changed or became zero."""
    rows = list(found)
    paid: list[Invoice] = []
    before = [(invoice, invoice.open_amount, invoice.open_amount_company) for invoice, *_rest in rows]
    with writing_closed(*(invoice for invoice, *_rest in rows)):
        for invoice, residual_currency, residual in rows:
            was_settled = invoice.payment_status in {PaymentStatus.PAID, PaymentStatus.CREDITED}
            sign = invoice.kind.party_sign
            invoice.open_amount = sign * residual_currency
            invoice.open_amount_company = sign * residual
            if invoice.open_amount or invoice.open_amount_company:
                whole = invoice.open_amount == invoice.total
                invoice.payment_status = PaymentStatus.OPEN if whole else PaymentStatus.PARTIAL
                invoice.paid_on = None
            elif not was_settled:
                by_credit = credited and invoice.payment_status is PaymentStatus.OPEN
                invoice.payment_status = PaymentStatus.CREDITED if by_credit else PaymentStatus.PAID
                invoice.paid_on = day or env.today()
                if not by_credit:
                    paid.append(invoice)
        telling.settled(env, [(invoice, amount) for invoice, amount, _company in before])
    env.session.flush()
    changed = [
        invoice
        for invoice, amount, company in before
        if (amount, company) != (invoice.open_amount, invoice.open_amount_company)
    ]
    if changed:
        env.hooks.open_amounts_changed(env=env, invoices=changed)
    for invoice in paid:
        env.hooks.invoice_paid(env=env, invoice=invoice)


def open_lines(env: Env, party_id: int, account_id: int) -> list[OpenItem]:
    """What is open of a party on an account, oldest due first; not locked, for screens."""
    model = env[OpenItem]
    return list(
        env.session.scalars(
            select(model)
            .where(
                model.company_id == env.company_id,
                model.party_id == party_id,
                model.account_id == account_id,
                or_(model.residual != 0, model.residual_currency != 0),
            )
            .order_by(model.due_date, model.id)
        )
    )
