"""Hooks erp_accounting offers to other addons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import hookspec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from typing import Any

    from addons.erp_accounting.charting import Chart
    from addons.erp_accounting.checking import Check
    from addons.erp_accounting.models import BankLine, Invoice, Payment
    from addons.erp_accounting.taxforms import TaxForm
    from core.api import Env


@hookspec
def declare_charts() -> Sequence[Chart]:
    """Offer charts of accounts with their journals, taxes and payment terms.

    When: when a company's books are opened and on the page that chooses a chart.
    Return: charts; the one whose country is the company's is proposed.
    Refuse: never.
    Since 0.1. Used by: l10n_fr.
    """


@hookspec
def declare_tax_forms() -> Sequence[TaxForm]:
    """Offer the forms on which a country's companies declare value added tax.

    When: whenever a tax return is computed.
    Return: forms; the one whose country is the company's is used, else one line a tax.
    Refuse: never.
    Since 0.1. Used by: l10n_fr.
    """


@hookspec
def closing_checks(env: Env, start: date, end: date) -> Sequence[Check]:
    """Name what has to be done before the month from `start` to `end` is closed.

    When: whenever somebody opens the page of a month that is to be closed.
    Return: one check a thing, with its number, zero when it is done; they are shown in order.
    Refuse: never.
    Since 0.1. Used by: nobody yet.
    """


@hookspec
def invoice_posted(env: Env, invoice: Invoice) -> None:
    """React to a customer or supplier invoice that has just been posted.

    When: once per invoice, inside the transaction that posted it, after flush. Not for credit notes.
    Return: ignored.
    Refuse: raise RuleBroken; the invoice stays a draft and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_orders, erp_purchase, bridge_crm_erp.
    """


@hookspec
def credit_note_posted(env: Env, invoice: Invoice) -> None:
    """React to a credit note that has just been posted; ``invoice.credit_of_id`` is what it credits, when
    known.

    When: once per credit note, inside the transaction that posted it, after flush, before it settles its
    invoice.
    Return: ignored.
    Refuse: raise RuleBroken; the credit note stays a draft and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: erp_orders, erp_purchase, bridge_crm_erp.
    """


@hookspec
def open_amounts_changed(env: Env, invoices: Sequence[Invoice]) -> None:
    """React to posted invoices of which more or less is open than before: paid in part, credited, reopened.

    When: inside the transaction of the payment, credit note, write-off or unreconciliation, after flush and
    before ``invoice_paid``. Not when an invoice is posted.
    Return: ignored.
    Refuse: raise RuleBroken; nothing is settled or reopened.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec
def invoice_paid(env: Env, invoice: Invoice) -> None:
    """React to an invoice whose open amount has just become zero by a payment or a write-off.

    When: each time that happens, inside the transaction, after flush; again after an unreconciled payment was
    replaced. Not when a credit note settled it alone.
    Return: ignored.
    Refuse: raise RuleBroken; the payment is rolled back.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec
def payment_posted(env: Env, payment: Payment) -> None:
    """React to a payment that has just been posted, before it settles anything.

    When: once per payment, inside the transaction that posted it, after flush.
    Return: ignored.
    Refuse: raise RuleBroken; nothing is posted and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec
def bank_line_matched(env: Env, line: BankLine) -> None:
    """React to a bank statement line that has just been matched; ``line.match_entry`` is what was posted.

    When: each time a line is matched, inside the transaction, after its documents were settled. Not when a
    match is undone.
    Return: ignored.
    Refuse: raise RuleBroken; the match is rolled back and the user reads your message.
    Slow or external work: defer a job, it runs after commit.
    Since 0.1. Used by: nobody yet.
    """


@hookspec
def invoice_mentions(env: Env, invoice: Invoice) -> Sequence[str]:
    """Give sentences that the law of the company's country wants on a customer's invoice.

    When: each time the document is printed or sent as a file, in the language of the document.
    Return: whole sentences, printed below the totals in the order of the addons; none for other countries.
    Refuse: never.
    Since 0.1. Used by: l10n_fr.
    """


@hookspec
def einvoice_terms(env: Env, invoice: Invoice, terms: dict[str, Any]) -> None:
    """Complete an electronic invoice by the rules of the company's country, in place.

    When: each time a posted customer invoice or credit note is written as CII, UBL or Factur-X.
    Return: ignored; change ``terms``, whose keys are the business terms of EN 16931 ("BT-23", "BG-1").
    Refuse: raise RuleBroken; no file is written and the user reads your message.
    Since 0.1. Used by: l10n_fr.
    """
