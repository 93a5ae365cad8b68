"""Post, credit and cancel invoices; what an invoice is once it is final."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.models import Address, AddressKind
from addons.base.models import Party as PartyModel
from addons.catalog.services.taxed import lines_of
from addons.erp_accounting.models import (
    Invoice,
    InvoiceKind,
    InvoiceState,
    JournalKind,
    LineKind,
    PaymentStatus,
)
from addons.erp_accounting.services import (
    analytic,
    deposits,
    discounts,
    drafting,
    entries,
    ledgers,
    settlement,
    telling,
    terms,
)
from addons.erp_accounting.services.booking import Booking, postings, taxes_without_account
from addons.erp_accounting.services.drafting import LineDraft, NotADraft, draft, written
from addons.erp_accounting.services.rates import rate_on
from core.api import ZERO, RuleBroken, _, copied, copied_values, writing_closed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from addons.base.models import Party
    from addons.erp_accounting.models import InvoiceLine
    from core.api import Env

__all__ = ["LineDraft", "NotADraft", "cancel", "credit", "draft", "post"]


class EmptyInvoice(RuleBroken):
    def __init__(self, invoice: Invoice) -> None:
        super().__init__(
            _("{invoice} for {party} has no amounts.", invoice=invoice.title, party=invoice.party.name),
            hint=_("Add at least one line with a quantity and a price."),
        )


class NegativeTotal(RuleBroken):
    def __init__(self, invoice: Invoice) -> None:
        super().__init__(
            _("The total of {invoice} is below zero.", invoice=invoice.title),
            hint=_("Create a credit note for this amount instead."),
        )


class TaxWithoutAccount(RuleBroken):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("The tax {name} has no account.", name=name),
            hint=_("Choose its account under Accounting, Taxes."),
        )


class NotPosted(RuleBroken):
    def __init__(self, invoice: Invoice) -> None:
        super().__init__(_("{invoice} is not posted yet.", invoice=invoice.title), hint=_("Post it first."))


class NothingToCredit(RuleBroken):
    def __init__(self, invoice: Invoice) -> None:
        super().__init__(
            _("{invoice} is itself a credit note.", invoice=invoice.title),
            hint=_("Create a new invoice to charge again."),
        )


class AlreadyEntered(RuleBroken):
    def __init__(self, reference: str, party: str, twin: Invoice) -> None:
        super().__init__(
            _(
                "{reference} of {party} was already entered: {twin}.",
                reference=reference,
                party=party,
                twin=twin.title,
            ),
            hint=_("Cancel this draft, or correct the supplier's reference."),
        )


def entered_before(env: Env, invoice: Invoice, *, posted: bool = False) -> Invoice | None:
    """Another document of the supplier with this kind and reference, neither cancelled nor credited."""
    if invoice.kind.is_sale or not invoice.their_reference:
        return None
    model = env[Invoice]
    statement = select(model).where(
        model.company_id == (invoice.company_id or env.company_id),
        model.party_id == invoice.party_id,
        model.kind == invoice.kind,
        model.their_reference == invoice.their_reference,
        model.state == InvoiceState.POSTED if posted else model.state != InvoiceState.CANCELLED,
        model.payment_status != PaymentStatus.CREDITED,
    )
    if invoice.id is not None:
        statement = statement.where(model.id != invoice.id)
    return env.session.scalars(statement.order_by(model.id).limit(1)).first()


def post(env: Env, invoice: Invoice) -> None:
    """Number, seal and book a draft, and tell the other enabled addons.

    Its date is today when it was left empty. A customer invoice dated before the last posted one is refused
    with the earliest date allowed.
    """
    env.lock(invoice, *filter(None, (invoice.credit_of,)))
    if not invoice.is_draft:
        raise NotADraft(invoice)
    kind = invoice.kind
    day = invoice.date or env.today()
    journal_kind = JournalKind.SALE if kind.is_sale else JournalKind.PURCHASE
    journal = entries.journal_of(env, journal_kind, credit_notes=kind.is_credit_note)
    ledgers.refuse_locked(env, day, journal_kind)
    lines_of(env, invoice)
    if twin := entered_before(env, invoice, posted=True):
        raise AlreadyEntered(invoice.their_reference, invoice.party.name, twin)
    result = drafting.recompute(env, invoice)
    if result.total < 0:
        raise NegativeTotal(invoice)
    if not any(line.net for line in result.lines):
        raise EmptyInvoice(invoice)
    book = _booking(env, invoice, day, rounded=bool(result.rounding))
    if missing := taxes_without_account(book, result):
        raise TaxWithoutAccount(missing[0].name)
    due = _due(invoice, result.total, day)
    lines = [line for line in invoice.lines if line.kind is LineKind.PRODUCT]
    accounts = [line.account_id or drafting.default_account(env, kind, line.product) for line in lines]
    distributions = [line.distribution_id for line in lines]
    booked, total_company, net_company = postings(book, result, accounts, due, distributions)
    names = names_of(env, invoice)
    entry = entries.post_new(
        env,
        journal=journal,
        date=day,
        lines=booked,
        label=str(kind.label),
        origin=invoice.origin or invoice.their_reference,
    )
    final = names | {  # set together, so that the invoice is written once
        "date": day,
        "rate": book.rate,
        "account_id": book.party_account,
        "total_company": total_company,
        "net_company": net_company,
        "entry_id": entry.id,
        "number": entry.number,
        "due_date": max((instalment.due for instalment in due), default=day),
        "open_amount": result.total,
        "open_amount_company": total_company,
        "state": InvoiceState.POSTED,
    }
    final |= discounts.terms_on(invoice, day)
    if not result.total:
        final |= {"payment_status": PaymentStatus.PAID, "paid_on": day}
    with writing_closed(invoice):
        for name, value in final.items():
            setattr(invoice, name, value)
    telling.posted(env, invoice)
    deposits.settle_deducted(env, invoice)
    if kind.is_credit_note:
        env.hooks.credit_note_posted(env=env, invoice=invoice)
        settle_with_credited(env, invoice)
    else:
        env.hooks.invoice_posted(env=env, invoice=invoice)


def _due(invoice: Invoice, total: Decimal, day: date) -> list[terms.Instalment]:
    """By the payment terms; without any, on the day that the document itself names."""
    if invoice.payment_term is None and invoice.due_date is not None and invoice.due_date > day:
        return [terms.Instalment(invoice.due_date, total)] if total else []
    return terms.instalments(total, invoice.currency, day, rules_of(invoice))


def _booking(env: Env, invoice: Invoice, day: date, *, rounded: bool) -> Booking:
    kind, home = invoice.kind, env.company.currency
    purpose = "receivable" if kind.is_sale else "payable"
    ledger = ledgers.of(env)
    return Booking(
        sign=kind.party_sign,
        currency=invoice.currency,
        home=home,
        rate=Decimal(1) if invoice.currency == home else rate_on(env, invoice.currency, day),
        party=invoice.party_id,
        party_account=invoice.account_id or ledgers.account_id(env, purpose),
        rounding_account=ledgers.account_id(env, "rounding") if rounded else None,
        tax_account=ledger.tax_collected_id if kind.is_sale else ledger.tax_deductible_id,
        label=invoice.their_reference or invoice.origin,
    )


def rules_of(invoice: Invoice) -> tuple[terms.Rule, ...]:
    """The instalments of the invoice's payment terms; at once when it has none."""
    term = invoice.payment_term
    if term is None or not term.lines:
        return terms.IMMEDIATE
    return tuple(
        terms.Rule(line.share, line.value, line.delay, line.months, line.days, line.day)
        for line in term.lines
    )


def names_of(env: Env, invoice: Invoice) -> dict[str, str]:
    """Names and addresses of this day: later renames, merges or erasures leave the document as it was."""
    company = env.company
    party, address = _party_and_address(env, invoice.party_id)
    key = ("erp_accounting.company_address", company.id)
    if key not in env.cache:
        own: int | None = getattr(company, "party_id", None)
        env.cache[key] = _lines_of(_party_and_address(env, own)[1]) if own else ""
    return {
        "party_name": party.name,
        "party_address": _lines_of(address),
        "party_vat": party.vat_number or "",
        "party_registration": party.registration_number or "",
        "company_name": company.name,
        "company_address": env.cache[key],
        "company_vat": company.vat_number or "",
        "company_registration": company.registration_number or "",
    }


def _party_and_address(env: Env, party_id: int) -> tuple[Party, Address | None]:
    """A party with its invoicing address, else its main one, in one read."""
    party, address = env[PartyModel], env[Address]
    fitting = (address.party_id == party.id) & address.kind.in_([AddressKind.INVOICE, AddressKind.MAIN])
    row = env.session.execute(
        select(party, address)
        .outerjoin(address, fitting)
        .where(party.id == party_id)
        .order_by(address.kind != AddressKind.INVOICE, address.id)
        .limit(1)
    ).one()
    return row[0], row[1]


def _lines_of(address: Address | None) -> str:
    if address is None:
        return ""
    town = " ".join(part for part in (address.postcode, address.city) if part)
    parts = (address.street, address.street2, town, address.region, address.country)
    return "\n".join(part for part in parts if part)


def credit(
    env: Env,
    invoice: Invoice,
    *,
    date: date | None = None,
    reason: str = "",
    quantities: Mapping[int, Decimal] | None = None,
) -> Invoice:
    """A draft credit note of a posted invoice: of all of it, or of `quantities` per line id.

    Posting it settles the invoice as far as it is still open.
    """
    if invoice.kind.is_credit_note:
        raise NothingToCredit(invoice)
    if not invoice.is_posted:
        raise NotPosted(invoice)
    wanted = [line for line in invoice.lines if quantities is None or quantities.get(line.id)]
    lines = [credited_line(line, None if quantities is None else quantities[line.id]) for line in wanted]
    now = analytic.credited(env, invoice.entry_id)
    term = invoice.payment_term
    lines = [
        replace(line, distribution=now.get((line.account or 0, line.distribution), line.distribution))
        for line in lines
    ]
    note = copied(
        invoice,
        without=("is_deposit", "payment_term_id"),
        values={
            "kind": invoice.kind.credit_note,
            "party": invoice.party,
            "date": date,
            "payment_term": term if term is not None and term.cash else None,  # to round in coins alike
            "origin": invoice.number or "",
            "credit_of_id": invoice.id,
            "note": reason,
        },
    )
    return written(env, note, lines)


def credited_line(line: InvoiceLine, quantity: Decimal | None = None) -> LineDraft:
    """The same line once more, of all or of `quantity`."""
    return LineDraft(
        product=line.product,
        description=line.description,
        quantity=line.quantity if quantity is None else quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        taxes=list(line.taxes),
        account=line.account_id,
        unit=line.unit,
        kind=line.kind,
        distribution=line.distribution_id,
        values=copied_values(line),
    )


def settle_with_credited(env: Env, note: Invoice) -> None:
    """What is still open of the credited invoice is settled by its credit note; the rest stays as credit."""
    if note.credit_of_id is None or note.entry_id is None:
        return
    credited = env.get(Invoice, note.credit_of_id)
    if credited.entry_id is None or credited.currency != note.currency or not credited.open_amount:
        return
    items = settlement.items_of(env, [credited.entry_id, note.entry_id], note.account_id)
    settlement.settle(env, items)
    settlement.refresh_invoices(env, [credited.entry_id, note.entry_id], day=note.date, credited=True)


def cancel(env: Env, invoice: Invoice) -> None:
    """Give up a draft; it keeps its lines and never gets a number."""
    env.lock(invoice)
    if not invoice.is_draft:
        raise NotADraft(invoice)
    with writing_closed(invoice):
        invoice.state = InvoiceState.CANCELLED


def reopen(env: Env, invoice: Invoice) -> None:
    """Make a cancelled draft a draft again."""
    env.lock(invoice)
    if invoice.state is not InvoiceState.CANCELLED:
        raise NotADraft(invoice)
    with writing_closed(invoice):
        invoice.state = InvoiceState.DRAFT


def late_amount(invoice: Invoice, today: date) -> Decimal:
    """What is open past its due date; zero for credit notes."""
    late = invoice.due_date is not None and invoice.due_date < today and not invoice.kind.is_credit_note
    return invoice.open_amount if late else ZERO


CUSTOMER_KINDS = (InvoiceKind.CUSTOMER_INVOICE, InvoiceKind.CUSTOMER_CREDIT_NOTE)
