"""Sheets and invoices on paper."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import AMOUNTS, Invoice, Ledger, LineKind
from addons.erp_accounting.queries.documents import amount
from addons.erp_accounting.reports import ledgers as ledger_sheets
from addons.erp_accounting.reports import payment_details
from addons.erp_accounting.reports.account_statement import ACCOUNT_STATEMENT
from addons.erp_accounting.services import invoices, ledgers, terms
from addons.erp_accounting.services.einvoice import writing
from core.api import (
    NotAllowed,
    Report,
    _,
    format_date,
    format_money,
    format_price,
    format_quantity,
    print_sheet,
    printed_heading,
    section_sums,
    sheet_report,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from addons.erp_accounting.reports.sheet import Asked, FinancialSheet
    from core.api import Env

WHOLE = 20_000
"""Lines of a ledger in one file."""
STATEMENT = "erp_accounting.statement"


class AmountsHidden(NotAllowed):
    def __init__(self, invoice: Invoice) -> None:
        super().__init__(
            _("{invoice} has amounts that your role does not show.", invoice=invoice.title),
            hint=_("Ask someone in accounting to print it."),
        )


def whole(
    env: Env, name: str, build: Callable[[Env, Asked], FinancialSheet], wanted: Asked
) -> FinancialSheet:
    """The report from its first line on, all pages of the screen in one."""
    first = replace(wanted, after="")
    if name == "general-ledger":
        return ledger_sheets.general_ledger_sheet(env, first, limit=WHOLE)
    if name == "partner-ledger":
        return ledger_sheets.partner_ledger_sheet(env, first, limit=WHOLE)
    return build(env, first)


def pdf(env: Env, sheet: FinancialSheet) -> bytes:
    """The sheet printed with the company's name."""
    return print_sheet(env, STATEMENT, ledgers.of(env), sheet)


def _invoice(env: Env, invoice: Invoice) -> dict[str, Any]:
    """What the customer reads. A draft shows today's names, a posted one its own copy."""
    if not env.access.shows(AMOUNTS):
        raise AmountsHidden(invoice)
    money = invoice.currency
    names = (
        {key: getattr(invoice, key) for key in invoices.names_of(env, invoice)}
        if invoice.is_posted
        else invoices.names_of(env, invoice)
    )
    bank = payment_details.bank_of(env, invoice)
    agreed = {tax["tax_id"]: tax["name"] for tax in invoice.taxes} if invoice.is_posted else {}
    return {
        "title": str(_("Deposit invoice") if invoice.is_deposit else invoice.kind.label),
        "number": invoice.number or str(_("Draft")),
        "draft": "" if invoice.is_posted else str(_("Draft, not an invoice")),
        "sender": [names["company_name"], *names["company_address"].splitlines()],
        "receiver": [names["party_name"], *names["party_address"].splitlines()],
        "facts": _facts(invoice, names),
        "heads": [
            str(_("Description")),
            str(_("Quantity")),
            str(_("Unit price")),
            str(_("Disc. %")),
            str(_("Tax")),
            str(_("Before tax")),
        ],
        "lines": [
            _line(line, money, total, agreed)
            for line, total in zip(invoice.lines, section_sums(invoice.lines), strict=True)
        ],
        "totals": _totals(invoice),
        "due": _due(invoice),
        "reasons": [tax["reason"] for tax in invoice.taxes if tax["reason"] and not amount(tax["amount"])],
        "mentions": payment_details.sentences(env, invoice),
        "bank": payment_details.bank_facts(bank, invoice),
        "code": payment_details.epc_code(bank, invoice, names["company_name"]),
        "scan": payment_details.instruction(bank, invoice),
        "note": invoice.note,
        "term": invoice.payment_term.note if invoice.payment_term else "",
        "footer": ", ".join(
            part
            for part in (
                names["company_name"],
                names["company_registration"],
                names["company_vat"],
                ledgers.of(env).legal_note,
            )
            if part
        ),
    }


def _facts(invoice: Invoice, names: dict[str, str]) -> list[list[str]]:
    facts = [
        [str(_("Invoice date")), format_date(invoice.date) if invoice.date else ""],
        [str(_("Due date")), format_date(invoice.due_date) if invoice.due_date else ""],
        [str(_("Your reference")), invoice.their_reference],
        [str(_("Order")), invoice.origin],
        [str(_("Your VAT number")), names["party_vat"]],
        [str(_("Your registration number")), names["party_registration"]],
    ]
    return [fact for fact in facts if fact[1]]


def _line(
    line: Any, currency: str, total: Decimal | None, agreed: Mapping[int, str]
) -> list[str] | dict[str, str]:
    if line.kind is not LineKind.PRODUCT:
        return printed_heading(line, format_money(total, currency) if total is not None else "")
    return [
        line.description,
        format_quantity(line.quantity),
        format_price(line.unit_price, currency),
        format_quantity(line.discount) if line.discount else "",
        ", ".join(agreed.get(tax.id, tax.name) for tax in line.taxes),
        format_money(line.net, currency),
    ]


def _totals(invoice: Invoice) -> list[list[str]]:
    money = invoice.currency
    rows = [[str(_("Before tax")), format_money(invoice.net, money)]]
    for tax in invoice.taxes:
        base = format_money(amount(tax["base"]), money)
        label = str(_("{tax} on {base}", tax=tax["name"], base=base))
        rows.append([label, format_money(amount(tax["amount"]), money)])
    if invoice.rounding:
        rows.append([str(_("Rounding")), format_money(invoice.rounding, money)])
    rows.append([str(_("Total")), format_money(invoice.total, money)])
    return rows


def _due(invoice: Invoice) -> list[list[str]]:
    """Instalments, when there are several."""
    if not invoice.date:
        return []
    found = terms.instalments(invoice.total, invoice.currency, invoice.date, invoices.rules_of(invoice))
    if len(found) < 2:
        return []
    return [[format_date(one.due), format_money(one.amount, invoice.currency)] for one in found]


REPORTS = (
    ACCOUNT_STATEMENT,
    Report(
        name="erp_accounting.invoice",
        model=Invoice,
        title=_("Invoice"),
        template="erp_accounting/invoice.typ",
        data=_invoice,
        filename=lambda _env, invoice: f"{invoice.number or 'draft'}.pdf",
        finish=writing.marked,
        locale=lambda env, invoice: invoice.party.locale or env.locale,
    ),
    sheet_report(STATEMENT, Ledger, _("Statement")),
)
