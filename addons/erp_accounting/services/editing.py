"""What the screens need to fill in documents while they are drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import Entry, Invoice, InvoiceKind, LineKind, Payment
from addons.erp_accounting.services import analytic, drafting
from core.api import ZERO

if TYPE_CHECKING:
    from addons.erp_accounting.models import EntryLine, InvoiceLine
    from core.api import Env


def create(env: Env, values: dict[str, Any]) -> Invoice:
    """A draft in the company's currency and the user's name, with its totals."""
    given = {"currency": env.company.currency, "owner_id": env.user.id} | {
        name: value for name, value in values.items() if value is not None
    }
    lines = given.pop("lines", [])
    invoice = env[Invoice](company_id=env.company_id, **given)
    for position, line in enumerate(lines, start=1):
        line.position = line.position or position
        invoice.lines.append(line)
    for line in invoice.lines:
        _complete(env, invoice, line)
    drafting.recompute(env, invoice)
    env.session.add(invoice)
    env.session.flush()
    return invoice


def refresh(env: Env, invoice: Invoice, names: frozenset[str]) -> None:
    """Totals follow the lines, the currency and the kind of a draft."""
    if invoice.is_draft and names & {"lines", "currency", "kind", "payment_term", "payment_term_id"}:
        for line in invoice.lines:
            _complete(env, invoice, line)
        drafting.recompute(env, invoice)


def take_over_product(env: Env, invoice: Invoice, line: InvoiceLine) -> None:
    """Description, unit, price, taxes and account of the product just chosen."""
    product = line.product
    line.company_id = invoice.company_id or env.company_id or 0
    if product is None:
        return
    sale = _kind(invoice).is_sale
    line.description = product.name
    line.unit_id = product.unit_id
    line.unit_price = product.sale_price if sale else product.cost
    line.taxes = drafting.default_taxes(env, _kind(invoice), product)
    line.account_id = drafting.default_account(env, _kind(invoice), product)
    _distribute(env, invoice, line)
    drafting.recompute(env, invoice)


def _kind(invoice: Invoice) -> InvoiceKind:
    return invoice.kind or InvoiceKind.CUSTOMER_INVOICE


def _complete(env: Env, invoice: Invoice, line: InvoiceLine) -> None:
    line.company_id = line.company_id or invoice.company_id or env.company_id or 0
    line.kind = line.kind or LineKind.PRODUCT
    if line.quantity is None:
        line.quantity = drafting.ONE
    line.unit_price = line.unit_price or ZERO
    line.discount = line.discount or ZERO
    if line.kind is LineKind.PRODUCT and line.account_id is None and line.account is None:
        line.account_id = drafting.default_account(env, _kind(invoice), line.product)
        if line.distribution_id is None and line.distribution is None:
            _distribute(env, invoice, line)


def _distribute(env: Env, invoice: Invoice, line: InvoiceLine) -> None:
    """The analytic accounts that the company's rules give a new line."""
    party = invoice.party_id or (invoice.party.id if invoice.party else None)
    line.distribution_id = analytic.default_for(
        env, account_id=line.account_id, product=line.product, party_id=party
    )


def create_payment(env: Env, values: dict[str, Any]) -> Payment:
    """A draft payment in the company's currency."""
    given = {name: value for name, value in values.items() if value is not None}
    return env.add(Payment, **{"currency": env.company.currency, "date": env.today()} | given)


def create_entry(env: Env, values: dict[str, Any]) -> Entry:
    """A draft entry, today unless said otherwise."""
    given = {name: value for name, value in values.items() if value is not None}
    entry = env[Entry](**{"company_id": env.company_id, "date": env.today()} | given)
    for line in entry.lines:
        begin_entry_line(env, entry, line)
    env.session.add(entry)
    env.session.flush()
    return entry


def begin_entry_line(env: Env, entry: Entry, line: EntryLine) -> None:
    """A new line repeats the entry's date and journal, and takes over what does not balance yet."""
    line.company_id = entry.company_id or env.company_id or 0
    line.date = entry.date
    if entry.journal_id or entry.journal:
        line.journal_id = entry.journal_id or entry.journal.id
    line.currency = env.company.currency
    line.debit, line.credit = line.debit or ZERO, line.credit or ZERO
    account = line.account_id or (line.account.id if line.account else None)
    if account and line.distribution_id is None and line.distribution is None:
        line.distribution_id = analytic.default_for(env, account_id=account, party_id=line.party_id)
    if not line.debit and not line.credit:
        others = [other for other in entry.lines if other is not line]
        missing = sum((other.debit - other.credit for other in others), ZERO)
        line.debit, line.credit = max(-missing, ZERO), max(missing, ZERO)
    keep_entry_line(env, entry, line)


def keep_entry_line(env: Env, entry: Entry, line: EntryLine) -> None:
    """The amount in currency follows debit and credit of a line in the company's own currency."""
    if line.currency == env.company.currency:
        line.amount_currency = (line.debit or ZERO) - (line.credit or ZERO)
