"""Deposits, duplicates, coins, corrections and what is printed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import select

from addons.catalog.models import TaxCategory
from addons.erp_accounting.models import BankAccount, InvoiceKind, JournalKind, OpenItem, PaymentStatus, Share
from addons.erp_accounting.queries import documents
from addons.erp_accounting.reports import payment_details
from addons.erp_accounting.services import correcting, deposits, entries, invoices, payments, verification
from addons.erp_accounting.services.coins import coin, in_coins
from addons.erp_accounting.services.terms import Rule
from core.api import Invalid, print_report
from tests.erp_accounting.factories import (
    DAY,
    a_draft,
    a_line,
    a_party,
    a_payment,
    a_rate,
    a_tax,
    a_term,
    amounts,
    an_account,
    an_invoice,
    balance,
)

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


def text_of(env: Env, invoice: Any, locale: str = "en") -> str:
    content = print_report(env, "erp_accounting.invoice", invoice, locale=locale).content
    return " ".join("\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def test_a_deposit_is_invoiced_with_its_tax_and_deducted_with_it(env: Env) -> None:
    own = an_account(env, "tax_collected").id
    vat, low = a_tax(env, "20", account_id=own), a_tax(env, "5.5", account_id=own)
    final = a_draft(env, a_line("10", "100", [vat]), a_line("1", "200", [low]))

    deposit = deposits.invoice_deposit(env, final, percent=D(30), date=DAY)
    invoices.post(env, deposit)

    assert [(line.net, line.account_id) for line in deposit.lines] == [
        (D(300), an_account(env, "deposits").id),
        (D(60), an_account(env, "deposits").id),
    ]
    assert (deposit.total, deposit.is_deposit, deposit.deposit_for_id) == (D("423.30"), True, final.id)
    assert documents.warnings(env, final) == [f"Deposits that are not deducted yet: {deposit.number}."]
    a_payment(env, deposit)

    deposits.deduct(env, final)
    invoices.post(env, final)

    assert (final.net, final.tax, final.total) == (D(840), D("147.70"), D("987.70"))
    assert (balance(env, "2130"), balance(env, "2200")) == (D(0), D(-211))
    left = [item for item in env.session.scalars(select(env[OpenItem])) if item.is_open]
    assert [item.entry_id for item in left] == [final.entry_id]
    assert not list(verification.findings(env))


def test_a_deposit_is_deducted_once_and_one_that_was_credited_not_at_all(env: Env) -> None:
    party = a_party(env)
    first = a_draft(env, a_line("1", "1000"), party=party)
    taken = deposits.invoice_deposit(env, first, percent=D(10), date=DAY)
    gone = deposits.invoice_deposit(env, first, amount=D(50), date=DAY)
    invoices.post(env, taken)
    invoices.post(env, gone)
    invoices.post(env, invoices.credit(env, gone, date=DAY))

    deposits.deduct(env, first)

    assert [line.deposit_id for line in first.lines if line.deposit_id] == [taken.id]
    with pytest.raises(deposits.NothingToDeduct):
        deposits.deduct(env, first)
    with pytest.raises(deposits.NothingToDeduct):
        deposits.deduct(env, a_draft(env, party=party))


def test_deposits_that_make_no_sense_are_refused(env: Env) -> None:
    posted, bill = an_invoice(env), a_draft(env, kind=InvoiceKind.SUPPLIER_INVOICE)
    for percent in (D(0), D(-5), D("100.01")):
        with pytest.raises(Invalid):
            deposits.invoice_deposit(env, a_draft(env), percent=percent)
    with pytest.raises(invoices.NotADraft):
        deposits.invoice_deposit(env, posted)
    with pytest.raises(deposits.NoDepositOnThis):
        deposits.invoice_deposit(env, bill)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.tuples(st.decimals("0.01", 900, places=2), st.integers(0, 2)), min_size=1, max_size=4),
    percent=st.decimals("1", "100", places=2),
)
def test_deposit_and_rest_are_what_was_agreed_whatever_the_prices(
    env: Env, lines: list[tuple[Decimal, int]], percent: Decimal
) -> None:
    taxes = [[a_tax(env, "20")], [a_tax(env, "5.5")], [a_tax(env, "10", included=True)]]
    drafted = [a_line("1", str(price), taxes[which]) for price, which in lines]
    agreed = invoices.draft(env, InvoiceKind.CUSTOMER_INVOICE, a_party(env), drafted, date=DAY)
    whole = agreed.net
    deposit = deposits.invoice_deposit(env, agreed, percent=percent, date=DAY)
    if not deposit.net:
        return
    invoices.post(env, deposit)

    deposits.deduct(env, agreed)

    assert abs(agreed.net + deposit.net - whole) <= D("0.01") * len(lines)
    if agreed.total > 0 and agreed.net > 0:
        invoices.post(env, agreed)
    assert not list(verification.findings(env))


def test_a_suppliers_reference_is_entered_once(env: Env) -> None:
    party = a_party(env, is_supplier=True)
    kind = InvoiceKind.SUPPLIER_INVOICE
    first = an_invoice(env, kind=kind, party=party, their_reference="F-881")
    twin = a_draft(env, kind=kind, party=party, their_reference="F-881")
    elsewhere = a_draft(env, kind=kind, their_reference="F-881")

    assert documents.warnings(env, twin) == [f"F-881 was already entered: {first.number}."]
    with pytest.raises(invoices.AlreadyEntered, match=first.number):
        invoices.post(env, twin)
    invoices.post(env, elsewhere)
    invoices.post(env, invoices.credit(env, first, date=DAY))
    invoices.post(env, twin)

    assert (twin.is_posted, first.payment_status) == (True, PaymentStatus.CREDITED)


@pytest.mark.parametrize(
    ("currency", "total", "paid"),
    [("CHF", "10.02", "10.00"), ("CHF", "10.025", "10.05"), ("DKK", "9.75", "10.00"), ("SEK", "1.49", "1")],
)
def test_a_total_in_coins(currency: str, total: str, paid: str) -> None:
    assert in_coins(D(total), currency) == D(paid)
    assert (coin("EUR"), coin("JPY")) == (D("0.01"), D(1))


def test_an_invoice_paid_in_coins_is_rounded_and_balanced(env: Env) -> None:
    a_rate(env, "CHF", "1.05")
    term = a_term(env, Rule())
    term.cash = True

    invoice = an_invoice(env, a_line("1", "10.03", [a_tax(env, "8.1")]), currency="CHF", payment_term=term)

    assert (invoice.net, invoice.tax, invoice.rounding, invoice.total) == (
        D("10.03"),
        D("0.81"),
        D("0.01"),
        D("10.85"),
    )
    assert ("6610", D(0), D("0.01")) in amounts(env, invoice.entry_id)

    note = invoices.credit(env, invoice, date=DAY)
    invoices.post(env, note)

    assert (note.total, invoice.open_amount, note.open_amount) == (D("10.85"), D(0), D(0))
    assert not list(verification.findings(env))


def test_a_correction_refunds_or_begins_anew(env: Env) -> None:
    wrong, other = an_invoice(env, their_reference="PO 1"), an_invoice(env)

    draft = correcting.correct(env, wrong, how="redo", date=DAY, reason="Wrong price")
    note = correcting.correct(env, other, how="refund", date=DAY, reason="Returned")

    assert (wrong.payment_status, wrong.open_amount) == (PaymentStatus.CREDITED, D(0))
    assert (draft.kind, draft.is_draft, draft.total, draft.their_reference) == (
        InvoiceKind.CUSTOMER_INVOICE,
        True,
        D(100),
        "PO 1",
    )
    assert (note.is_posted, note.note, other.open_amount) == (True, "Returned", D(0))


def test_a_partial_credit_note_leaves_the_rest_open(env: Env) -> None:
    invoice = an_invoice(env, a_line("5", "40", [a_tax(env, "10")]))
    line = invoice.lines[0]

    note = invoices.credit(env, invoice, date=DAY, quantities={line.id: D(2)})
    invoices.post(env, note)

    assert (note.total, invoice.open_amount, invoice.payment_status) == (D(88), D(132), PaymentStatus.PARTIAL)


def test_an_exempt_line_prints_its_reason_and_a_discount_its_terms(env: Env) -> None:
    exempt = a_tax(
        env, "0", category=TaxCategory.EXEMPT, exemption_reason="Exempt, article 132", name="Exempt"
    )
    term = a_term(env, Rule(days=30))
    term.discount_percent, term.discount_days = D(2), 10

    printed = text_of(env, an_invoice(env, a_line("1", "100", [exempt]), payment_term=term))

    assert "Exempt, article 132" in printed
    assert "Discount of 2% for payment until 12 Mar 2026." in printed


def test_several_instalments_and_a_deposit_are_printed(env: Env) -> None:
    term = a_term(env, Rule(Share.PERCENT, D(50), days=10), Rule(days=40))
    final = a_draft(env, a_line("1", "100", [a_tax(env)]), payment_term=term)
    deposit = deposits.invoice_deposit(env, final, percent=D(30), date=DAY)
    invoices.post(env, deposit)
    deposits.deduct(env, final)
    invoices.post(env, final)

    assert "Deposit invoice" in text_of(env, deposit)
    printed = text_of(env, final)
    assert f"Deposit {deposit.number} deducted" in printed
    assert {"12 Mar 2026", "11 Apr 2026", "€42.00"} == {
        part for part in ("12 Mar 2026", "11 Apr 2026", "€42.00") if part in printed
    }


def test_a_paid_deposit_stays_paid_when_the_final_invoice_is_posted(env: Env) -> None:
    final = a_draft(env, a_line("1", "100"))
    deposit = deposits.invoice_deposit(env, final, percent=D(100), date=DAY)
    invoices.post(env, deposit)
    a_payment(env, deposit, date=DAY + timedelta(days=1))

    deposits.deduct(env, final)
    invoices.post(env, final)

    assert (final.total, final.payment_status) == (D(0), PaymentStatus.PAID)
    assert (deposit.payment_status, balance(env, "2130"), balance(env, "1100")) == (
        PaymentStatus.PAID,
        D(0),
        D(0),
    )
    with pytest.raises(payments.NotPayable):
        payments.register(env, [final])


def a_bank(env: Env, **values: Any) -> BankAccount:
    journal = entries.journal_of(env, JournalKind.BANK)
    given = {"name": "Banque", "journal_id": journal.id, "iban": "FR7630006000011234567890189"} | values
    return env.add(BankAccount, company_id=env.company_id, **given)


def test_an_invoice_in_euros_carries_a_code_that_a_bank_app_reads(env: Env) -> None:
    env.company.name = "Atelier Lumen"
    bank = a_bank(env, bic="AGRIFRPP")
    invoice = an_invoice(env, a_line("1", "1234.50"))
    a_payment(env, invoice, "34.50")

    code = payment_details.epc_code(bank, invoice, "Atelier Lumen")
    printed = text_of(env, invoice)

    assert code.startswith("<svg")
    assert payment_details.epc_code(bank, invoice, "Another") != code
    for wanted in ("FR76 3000 6000 0112 3456 7890 189", "AGRIFRPP", "Scan to pay €1,200.00"):
        assert wanted in printed


def test_there_is_no_code_without_an_iban_in_another_currency_or_with_nothing_to_pay(env: Env) -> None:
    a_rate(env, "CHF", "1.05")
    bank = a_bank(env)
    foreign, paid = an_invoice(env, currency="CHF"), an_invoice(env)
    a_payment(env, paid)

    assert [payment_details.epc_code(bank, one, "Lumen") for one in (foreign, paid)] == ["", ""]
    assert payment_details.epc_code(None, an_invoice(env), "Lumen") == ""
    draft = a_draft(env)
    assert payment_details.epc_code(bank, draft, "Lumen") == ""
    assert "Draft, not an invoice" in text_of(env, draft)
    assert payment_details.bank_of(env, an_invoice(env, kind=InvoiceKind.CUSTOMER_CREDIT_NOTE)) is None
