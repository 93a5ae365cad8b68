"""What the screens of invoices, payments and parties show beside their own fields."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from addons.erp_accounting.models import (
    AMOUNTS,
    Account,
    Allocation,
    Entry,
    EntryLine,
    Invoice,
    InvoiceKind,
    InvoiceState,
    OpenItem,
    Payment,
    PeriodTotal,
)
from addons.erp_accounting.queries.partners import open_receivable
from addons.erp_accounting.services import deposits, identifiers, invoices
from core.api import ZERO, _, format_date

if TYPE_CHECKING:
    from datetime import date

    from core.api import Env


def amount(text: str) -> Decimal:
    """An amount kept as text in a document's own copy of its taxes."""
    return Decimal(text)


def warnings(env: Env, invoice: Any) -> list[str]:
    """Sentences above a draft: entered twice, or dated too early to be posted."""
    if invoice.state is not InvoiceState.DRAFT or invoice.id is None:
        return []
    found = []
    model = env[Invoice]
    if twin := invoices.entered_before(env, invoice):
        reference = invoice.their_reference
        found.append(str(_("{reference} was already entered: {twin}.", reference=reference, twin=twin.title)))
    party = invoice.party
    if party is not None:
        found += identifiers.problems(party.name, party.vat_number, party.registration_number)
    if invoice.kind is InvoiceKind.CUSTOMER_INVOICE and not invoice.is_deposit:
        waiting = deposits.not_deducted(env, invoice)
        if waiting:
            numbers = ", ".join(one.title for one in waiting)
            found.append(str(_("Deposits that are not deducted yet: {numbers}.", numbers=numbers)))
    if invoice.date and invoice.kind.is_sale:
        last = env.session.scalars(
            select(func.max(model.date)).where(
                model.company_id == invoice.company_id,
                model.kind == invoice.kind,
                model.state == InvoiceState.POSTED,
            )
        ).one()
        if last and invoice.date < last:
            found.append(
                str(
                    _(
                        "An invoice of {day} is already posted: choose that day or later.",
                        day=format_date(last),
                    )
                )
            )
    return found


class Settlement:
    """One allocation as seen from a document: the other side's number, link, date and what it settled."""

    def __init__(self, number: str, url: str, day: date, settled: Decimal, currency: str) -> None:
        self.number, self.url, self.day = number, url, day
        self.settled, self.currency = settled, currency


def _settlements(env: Env, entry_id: int | None) -> list[Settlement]:
    if entry_id is None:
        return []
    allocation, item = env[Allocation], env[OpenItem]
    own = select(item.id).where(item.entry_id == entry_id)
    rows = env.session.scalars(
        select(allocation)
        .where(or_(allocation.debit_item_id.in_(own), allocation.credit_item_id.in_(own)))
        .options(
            selectinload(allocation.debit_item).selectinload(item.entry),
            selectinload(allocation.credit_item).selectinload(item.entry),
        )
        .order_by(allocation.date, allocation.id)
    ).all()
    found = []
    for row in rows:
        mine, other = row.debit_item, row.credit_item
        settled = row.debit_amount_currency
        if mine.entry_id != entry_id:
            mine, other = other, mine
            settled = row.credit_amount_currency
        if settled:
            url = f"/app/erp_accounting/entry/{other.entry_id}"
            found.append(Settlement(other.entry.number or "", url, row.date, settled, mine.currency))
    return _with_documents(env, found, {row.url: row for row in found})


def _with_documents(env: Env, found: list[Settlement], by_url: dict[str, Settlement]) -> list[Settlement]:
    """Lead to the invoice or payment behind an entry rather than to the entry."""
    ids = [int(url.rpartition("/")[2]) for url in by_url]
    for model, path in ((env[Invoice], "invoice"), (env[Payment], "payment")):
        for entry_id, record_id in env.session.execute(
            select(model.entry_id, model.id).where(model.entry_id.in_(ids))
        ):
            for one in found:
                if one.url == f"/app/erp_accounting/entry/{entry_id}":
                    one.url = f"/app/erp_accounting/{path}/{record_id}"
    return found


def may_follow(env: Env) -> bool:
    """Whether the reader may look behind a document: at what settled it and at its entry."""
    return env.access.allows(Allocation, "r") and env.access.allows(EntryLine, "r")


def payments_context(env: Env, invoice: Any) -> dict[str, Any]:
    """What settled an invoice, and the instalments that are open."""
    if not may_follow(env):
        return {"allowed": False}
    items: list[OpenItem] = []
    if invoice.entry_id:
        item = env[OpenItem]
        items = list(
            env.session.scalars(
                select(item)
                .where(item.entry_id == invoice.entry_id, item.account_id == invoice.account_id)
                .order_by(item.due_date, item.id)
            )
        )
    return {
        "allowed": True,
        "settlements": _settlements(env, invoice.entry_id),
        "instalments": items,
        "sign": invoice.kind.party_sign,
        "today": env.today(),
        "shown": env.access.shows(AMOUNTS),
    }


def payment_count(env: Env, invoice: Any) -> int:
    """How many settlements the tab holds."""
    return len(_settlements(env, invoice.entry_id)) if may_follow(env) else 0


def settled_context(env: Env, payment: Any) -> dict[str, Any]:
    """What a payment settled, and what of it is still credit."""
    if not may_follow(env):
        return {"allowed": False}
    credit = ZERO
    if payment.entry_id:
        item = env[OpenItem]
        credit = env.session.scalars(
            select(func.coalesce(func.sum(item.residual_currency), ZERO)).where(
                item.entry_id == payment.entry_id, item.account_id == payment.account_id
            )
        ).one()
    return {
        "allowed": True,
        "settlements": _settlements(env, payment.entry_id),
        "credit": abs(credit),
        "currency": payment.currency,
        "shown": env.access.shows(AMOUNTS),
    }


def entry_context(env: Env, record: Any) -> dict[str, Any]:
    """The entry behind a document, with its lines."""
    if not may_follow(env):
        return {"allowed": False}
    entry = env.get(Entry, record.entry_id) if record.entry_id else None
    lines: list[EntryLine] = []
    if entry is not None:
        line = env[EntryLine]
        lines = list(
            env.session.scalars(
                select(line)
                .where(line.entry_id == entry.id)
                .options(selectinload(line.account), selectinload(line.party))
                .order_by(line.position)
            )
        )
    return {
        "allowed": True,
        "entry": entry,
        "lines": lines,
        "debit": sum((line.debit for line in lines), ZERO),
        "credit": sum((line.credit for line in lines), ZERO),
        "currency": env.company.currency,
        "shown": env.access.shows(AMOUNTS),
    }


def line_count(env: Env, account: Any) -> int | None:
    """Months in which an account moved, None when it never did: it has a ledger then."""
    if account.id is None:
        return None
    total = env[PeriodTotal]
    return (
        env.session.scalars(
            select(func.count(func.distinct(total.period))).where(total.account_id == account.id)
        ).one()
        or None
    )


def ledger_url(_env: Env, account: Account) -> str:
    """The account's page of the general ledger."""
    return f"/accounting/general-ledger?account={account.id}"


def party_context(env: Env, party: Any) -> dict[str, Any] | None:
    """What a customer owes, for the side of the contact page; nothing for those who owe nothing."""
    if party.id is None or not env.access.allows(Invoice, "r"):
        return None
    invoice = env[Invoice]
    last = env.session.scalars(
        select(invoice)
        .where(invoice.party_id == party.id, invoice.state == InvoiceState.POSTED)
        .order_by(invoice.date.desc(), invoice.id.desc())
        .limit(4)
    ).all()
    if not last:
        return None
    shown = env.access.shows(AMOUNTS) and env.access.allows(OpenItem, "r")
    total, late = open_receivable(env, [party.id]).get(party.id, (ZERO, ZERO)) if shown else (ZERO, ZERO)
    return {
        "invoices": last,
        "open": total,
        "late": late,
        "currency": env.company.currency,
        "shown": shown,
        "today": env.today(),
    }


def credit_note_count(env: Env, invoice: Any) -> int | None:
    """How many credit notes an invoice has; None hides the button."""
    model = env[Invoice]
    count = select(func.count()).where(model.credit_of_id == invoice.id)
    return (env.session.scalars(count).one() or None) if invoice.id else None


def credit_notes_url(env: Env, invoice: Any) -> str:
    """The only credit note, else the list of them."""
    model = env[Invoice]
    ids = env.session.scalars(select(model.id).where(model.credit_of_id == invoice.id)).all()
    base = "/app/erp_accounting/invoice/"
    return f"{base}{ids[0]}" if len(ids) == 1 else f"{base}?f=credit_of:{invoice.id}"


def reversal_count(env: Env, entry: Any) -> int | None:
    """1 when the entry was reversed; None hides the button."""
    model = env[Entry]
    count = select(func.count()).where(model.reversal_of_id == entry.id)
    return (env.session.scalars(count).one() or None) if entry.id else None


def reversal_url(env: Env, entry: Any) -> str:
    """The entry that reversed this one."""
    model = env[Entry]
    found = env.session.scalars(select(model.id).where(model.reversal_of_id == entry.id)).first()
    return f"/app/erp_accounting/entry/{found or entry.id}"
