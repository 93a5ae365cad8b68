"""Invoices: posted once, numbered in order, booked to the cent, final."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.erp_accounting.models import (
    Entry,
    InvoiceKind,
    InvoiceState,
    OpenItem,
    PaymentStatus,
)
from addons.erp_accounting.services import drafting, entries, invoices, ledgers, verification
from addons.erp_accounting.services.terms import Rule
from tests.erp_accounting.factories import (
    DAY,
    a_draft,
    a_line,
    a_party,
    a_payment,
    a_tax,
    a_term,
    amounts,
    an_account,
    an_invoice,
)

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


def test_the_first_example_is_booked_and_paid_in_three_payments_and_a_write_off(env: Env) -> None:
    tax = a_tax(env, "10")
    invoice = an_invoice(env, a_line("5", "40", [tax]), a_line("1", "20"))
    receivable, sales = an_account(env, "receivable"), an_account(env, "services")
    vat = an_account(env, "deposits")

    assert amounts(env, invoice.entry_id) == sorted(
        [
            (receivable.code, D(240), D(0)),
            (sales.code, D(0), D(200)),
            (sales.code, D(0), D(20)),
            (vat.code, D(0), D(20)),
        ]
    )
    assert (invoice.net, invoice.tax, invoice.total) == (D(220), D(20), D(240))

    a_payment(env, invoice, "120")
    a_payment(env, invoice, "20")
    assert (invoice.payment_status, invoice.open_amount) == (PaymentStatus.PARTIAL, D(100))
    a_payment(env, invoice, "99", write_off=True)

    assert (invoice.payment_status, invoice.open_amount, invoice.paid_on) == (PaymentStatus.PAID, D(0), DAY)
    assert not list(verification.findings(env))


def test_tax_is_computed_on_the_summed_base(env: Env) -> None:
    tax = a_tax(env, "20")

    invoice = an_invoice(env, *[a_line("1", "1.13", [tax]) for _ in range(7)])

    assert (invoice.net, invoice.tax) == (D("7.91"), D("1.58"))


def test_two_included_taxes_leave_a_rounding_line_that_balances(env: Env) -> None:
    first, second = a_tax(env, "14", included=True), a_tax(env, "14", included=True)

    invoice = an_invoice(env, a_line("1", "24900", [first, second]))

    assert (invoice.net, invoice.tax, invoice.rounding, invoice.total) == (
        D("19453.13"),
        D("5446.88"),
        D("-0.01"),
        D(24900),
    )
    rounding = an_account(env, "rounding")
    assert (rounding.code, D("0.01"), D(0)) in amounts(env, invoice.entry_id)


def test_posting_numbers_without_a_gap_in_each_journal_and_year(env: Env) -> None:
    numbers = [
        an_invoice(env, date=day).number for day in (date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1))
    ]

    bill = an_invoice(env, kind=InvoiceKind.SUPPLIER_INVOICE)

    assert numbers == ["INV-2026-0001", "INV-2026-0002", "INV-2027-0001"]
    assert bill.number == "BILL-2026-0001"


def test_an_invoice_before_the_last_one_is_refused_with_the_earliest_date(env: Env) -> None:
    an_invoice(env, date=DAY)
    late = a_draft(env, date=DAY - timedelta(days=1))

    with pytest.raises(entries.BeforeLastInvoice) as refused:
        invoices.post(env, late)

    assert refused.value.earliest == DAY
    late.date = refused.value.earliest
    env.session.refresh(late)
    assert (late.state, late.number) == (InvoiceState.DRAFT, None)
    late.date = DAY
    invoices.post(env, late)
    assert late.number == "INV-2026-0002"


def test_a_supplier_invoice_may_be_older_than_the_last_one(env: Env) -> None:
    an_invoice(env, kind=InvoiceKind.SUPPLIER_INVOICE)

    older = an_invoice(env, kind=InvoiceKind.SUPPLIER_INVOICE, date=DAY - timedelta(days=20))

    assert older.number == "BILL-2026-0002"


@pytest.mark.parametrize(
    ("lock", "kind", "refused"),
    [
        ("lock_sales", InvoiceKind.CUSTOMER_INVOICE, True),
        ("lock_sales", InvoiceKind.SUPPLIER_INVOICE, False),
        ("lock_purchases", InvoiceKind.SUPPLIER_INVOICE, True),
        ("lock_purchases", InvoiceKind.CUSTOMER_INVOICE, False),
        ("lock_all", InvoiceKind.CUSTOMER_INVOICE, True),
        ("lock_hard", InvoiceKind.SUPPLIER_INVOICE, True),
    ],
)
def test_a_lock_date_refuses_what_it_covers(env: Env, lock: str, kind: InvoiceKind, refused: bool) -> None:
    setattr(ledgers.of(env), lock, DAY)
    draft = a_draft(env, kind=kind)

    if refused:
        with pytest.raises(ledgers.PeriodLocked) as error:
            invoices.post(env, draft)
        assert error.value.earliest == DAY + timedelta(days=1)
    else:
        invoices.post(env, draft)

    assert draft.is_posted is not refused


def test_an_empty_and_a_negative_invoice_are_refused(env: Env) -> None:
    with pytest.raises(invoices.EmptyInvoice):
        invoices.post(env, a_draft(env, a_line("0")))
    with pytest.raises(invoices.NegativeTotal):
        invoices.post(env, a_draft(env, a_line("-1")))


def test_an_exchange_that_costs_nothing_is_posted_and_the_books_show_both_ways(env: Env) -> None:
    vat = a_tax(env)

    invoice = an_invoice(env, a_line("2", "33.33", [vat]), a_line("-1", "66.66", [vat]))

    assert (invoice.total, invoice.payment_status) == (D(0), PaymentStatus.PAID)
    assert [pair[1:] for pair in amounts(env, invoice.entry_id)] == [(D(0), D("66.66")), (D("66.66"), D(0))]
    assert not list(verification.findings(env))


def test_tax_of_one_rate_is_computed_together_for_goods_and_services(env: Env) -> None:
    goods, services, included = a_tax(env), a_tax(env), a_tax(env, included=True)

    lines = (a_line("1", "10.03", [goods]), a_line("1", "10.03", [services]), a_line("1", "12", [included]))
    invoice = an_invoice(env, *lines)

    assert [(one["base"], one["amount"]) for one in invoice.taxes] == [
        ("10.03", "2.01"),
        ("10.03", "2.00"),
        ("10.00", "2.00"),
    ]
    assert (invoice.tax, invoice.rounding, invoice.total) == (D("6.01"), D(0), D("36.07"))


def test_an_invoice_is_posted_once(env: Env) -> None:
    invoice = an_invoice(env)

    with pytest.raises(drafting.NotADraft):
        invoices.post(env, invoice)


def test_a_deposit_is_taken_back_by_a_negative_line(env: Env) -> None:
    tax = a_tax(env, "20")
    deposits = an_account(env, "deposits").id
    an_invoice(env, a_line("1", "300", [tax], account=deposits))

    final = an_invoice(env, a_line("1", "1000", [tax]), a_line("-1", "300", [tax], account=deposits))

    assert (final.net, final.tax, final.total) == (D(700), D(140), D(840))
    assert not list(verification.findings(env))


def test_each_instalment_is_an_open_item_with_its_due_date(env: Env) -> None:
    from addons.erp_accounting.models import Share

    term = a_term(env, Rule(Share.PERCENT, D(30)), Rule(days=30))

    invoice = an_invoice(env, a_line("1", "100.01"), payment_term=term)

    items = env.session.scalars(select(env[OpenItem]).where(env[OpenItem].entry_id == invoice.entry_id))
    assert sorted((item.due_date, item.amount) for item in items) == [
        (DAY, D("30.00")),
        (DAY + timedelta(days=30), D("70.01")),
    ]
    assert invoice.due_date == DAY + timedelta(days=30)


def test_a_posted_invoice_keeps_its_names_when_the_customer_is_renamed(env: Env) -> None:
    party = a_party(env, name="Hôtel des Tilleuls")
    invoice = an_invoice(env, party=party)

    party.name = "Hôtel du Lac"
    env.session.flush()

    assert invoice.party_name == "Hôtel des Tilleuls"


def test_a_full_credit_note_settles_its_invoice_and_mirrors_its_entry(env: Env) -> None:
    tax = a_tax(env, "20")
    invoice = an_invoice(env, a_line("3", "33.33", [tax]), a_line("1", "12.5", [tax], discount=D(10)))
    note = invoices.credit(env, invoice, date=DAY)

    invoices.post(env, note)

    mirrored = sorted((code, credit, debit) for code, debit, credit in amounts(env, note.entry_id))
    assert mirrored == amounts(env, invoice.entry_id)
    assert note.number == "CN-2026-0001"
    assert (invoice.payment_status, invoice.open_amount) == (PaymentStatus.CREDITED, D(0))
    assert note.open_amount == D(0)
    assert not list(verification.findings(env))


def test_a_partial_credit_note_leaves_the_rest_open(env: Env) -> None:
    invoice = an_invoice(env, a_line("4", "25"))

    note = invoices.credit(env, invoice, date=DAY, quantities={invoice.lines[0].id: D(1)})
    invoices.post(env, note)

    assert (note.total, invoice.open_amount, invoice.payment_status) == (D(25), D(75), PaymentStatus.PARTIAL)


def test_a_credit_note_of_a_paid_invoice_stays_as_credit(env: Env) -> None:
    invoice = an_invoice(env)
    a_payment(env, invoice)

    note = invoices.credit(env, invoice, date=DAY)
    invoices.post(env, note)

    assert (invoice.payment_status, note.open_amount) == (PaymentStatus.PAID, D(100))


def test_a_reverse_charge_is_booked_on_both_sides_and_not_paid(env: Env) -> None:
    from addons.catalog.models import TaxKind

    tax = a_tax(
        env,
        "0",
        kind=TaxKind.PURCHASE,
        reverse_rate=D(20),
        reverse_account_id=an_account(env, "result").id,
    )

    bill = an_invoice(env, a_line("1", "1000", [tax]), kind=InvoiceKind.SUPPLIER_INVOICE)

    owed, deductible = an_account(env, "result").code, an_account(env, "inventory").code
    assert bill.total == D(1000)
    assert {(deductible, D(200), D(0)), (owed, D(0), D(200))} <= set(amounts(env, bill.entry_id))


def test_a_tax_without_an_account_is_named(env: Env) -> None:
    tax = a_tax(env, "7", name="Local tax", account_id=None)
    an_invoice(env, a_line("1", "10", [tax]))
    ledgers.of(env).tax_collected_id = None

    with pytest.raises(invoices.TaxWithoutAccount, match="Local tax"):
        invoices.post(env, a_draft(env, a_line("1", "10", [tax])))


def test_cancelled_drafts_never_get_a_number(env: Env) -> None:
    draft = a_draft(env)

    invoices.cancel(env, draft)

    with pytest.raises(drafting.NotADraft):
        invoices.post(env, draft)
    assert env.session.scalars(select(env[Entry].id)).all() == []
