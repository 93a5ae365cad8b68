"""Payments: partial, several invoices, credit, write-off, undone; in both currencies."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.erp_accounting.models import (
    Allocation,
    Direction,
    Entry,
    InvoiceKind,
    OpenItem,
    PaymentState,
    PaymentStatus,
)
from addons.erp_accounting.services import invoices, ledgers, payments, settlement, verification
from addons.erp_accounting.services.matching import CurrenciesDiffer
from addons.erp_accounting.services.rates import NoRate
from tests.erp_accounting.factories import (
    DAY,
    a_line,
    a_party,
    a_payment,
    a_rate,
    amounts,
    an_account,
    an_invoice,
    balance,
)

if TYPE_CHECKING:
    from addons.base.models import Party
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal
LATER = DAY + timedelta(days=20)


def open_of(env: Env, entry_id: int | None) -> list[tuple[Decimal, Decimal]]:
    """(open amount, open amount in currency) of an entry's items that are still open."""
    items = env.session.scalars(select(env[OpenItem]).where(env[OpenItem].entry_id == entry_id))
    return [(item.residual, item.residual_currency) for item in items if item.is_open]


def credit_of(env: Env, party: Party) -> list[OpenItem]:
    return settlement.open_lines(env, party.id, an_account(env, "receivable").id)


def test_one_payment_settles_several_invoices_oldest_due_first(env: Env) -> None:
    party = a_party(env)
    first = an_invoice(env, a_line("1", "100"), party=party)
    second = an_invoice(env, a_line("1", "50"), party=party, date=DAY + timedelta(days=1))

    payment = payments.register(env, [second, first], amount=D(120), date=LATER)

    assert (first.payment_status, second.open_amount) == (PaymentStatus.PAID, D(30))
    assert first.paid_on == LATER
    assert payment.number == "BNK-2026-0001"
    assert not list(verification.findings(env))


def test_all_that_is_open_is_paid_when_no_amount_is_given(env: Env) -> None:
    party = a_party(env)
    pair = [an_invoice(env, party=party), an_invoice(env, party=party)]

    payment = payments.register(env, pair, date=DAY)

    assert payment.amount == D(200)
    assert {invoice.payment_status for invoice in pair} == {PaymentStatus.PAID}


def test_a_credit_note_is_netted_with_the_invoices_it_is_paid_with(env: Env) -> None:
    party = a_party(env)
    invoice = an_invoice(env, a_line("1", "100"), party=party)
    note = an_invoice(env, a_line("1", "30"), party=party, kind=InvoiceKind.CUSTOMER_CREDIT_NOTE)

    payment = payments.register(env, [invoice, note], date=DAY)

    assert payment.amount == D(70)
    assert (invoice.open_amount, note.open_amount) == (D(0), D(0))
    assert not list(verification.findings(env))


def test_a_lone_credit_note_is_paid_back(env: Env) -> None:
    note = an_invoice(env, kind=InvoiceKind.CUSTOMER_CREDIT_NOTE)

    payment = payments.register(env, [note], date=DAY)

    assert (payment.direction, note.payment_status) == (Direction.OUT, PaymentStatus.PAID)
    bank = an_account_code(env, "1010")
    assert (bank, D(0), D(100)) in amounts(env, payment.entry_id)


def an_account_code(env: Env, code: str) -> str:
    assert balance(env, code) is not None
    return code


def test_a_supplier_is_paid_out(env: Env) -> None:
    bill = an_invoice(env, kind=InvoiceKind.SUPPLIER_INVOICE)

    payment = a_payment(env, bill)

    assert (payment.direction, bill.payment_status) == (Direction.OUT, PaymentStatus.PAID)
    assert balance(env, "2100") == 0
    assert balance(env, "1010") == D(-100)


def test_an_overpayment_stays_as_credit_and_settles_the_next_invoice(env: Env) -> None:
    party = a_party(env)
    invoice = an_invoice(env, party=party)
    payment = a_payment(env, invoice, "130")
    assert open_of(env, payment.entry_id) == [(D(-30), D(-30))]
    following = an_invoice(env, party=party)
    (credit,) = [item for item in credit_of(env, party) if item.amount < 0]

    payments.apply_credit(env, following, credit)

    assert (following.open_amount, following.payment_status) == (D(70), PaymentStatus.PARTIAL)
    assert open_of(env, payment.entry_id) == []
    assert not list(verification.findings(env))


def test_an_advance_is_applied_in_part(env: Env) -> None:
    party = a_party(env)
    advance = payments.advance(env, party, D(80), date=DAY)
    invoice = an_invoice(env, party=party)
    (credit,) = [item for item in credit_of(env, party) if item.amount < 0]

    payments.apply_credit(env, invoice, credit, amount=D(50))

    assert invoice.open_amount == D(50)
    assert open_of(env, advance.entry_id) == [(D(-30), D(-30))]


def test_a_payment_above_the_open_amount_written_off_is_a_gain(env: Env) -> None:
    invoice = an_invoice(env)

    payment = a_payment(env, invoice, "100.50", write_off=True)

    assert ("7210", D(0), D("0.50")) in amounts(env, payment.entry_id)
    assert invoice.payment_status is PaymentStatus.PAID
    assert open_of(env, payment.entry_id) == []


def test_a_supplier_short_paid_and_written_off_is_a_gain(env: Env) -> None:
    bill = an_invoice(env, kind=InvoiceKind.SUPPLIER_INVOICE)

    payment = a_payment(env, bill, "99", write_off=True)

    assert ("7210", D(0), D(1)) in amounts(env, payment.entry_id)
    assert bill.open_amount == D(0)


def test_giving_up_the_rest_is_a_loss(env: Env) -> None:
    invoice = an_invoice(env)
    a_payment(env, invoice, "60")

    entry = payments.write_off(env, invoice, date=LATER)

    assert amounts(env, entry.id) == [("1100", D(0), D(40)), ("6600", D(40), D(0))]
    assert (invoice.payment_status, invoice.paid_on) == (PaymentStatus.PAID, LATER)
    with pytest.raises(payments.NotPayable):
        payments.write_off(env, invoice)


def test_undoing_opens_both_sides_and_keeps_the_entries(env: Env) -> None:
    invoice = an_invoice(env)
    payment = a_payment(env, invoice, "60")

    payments.unreconcile(env, invoice)

    assert (invoice.open_amount, invoice.payment_status) == (D(100), PaymentStatus.OPEN)
    assert open_of(env, payment.entry_id) == [(D(-60), D(-60))]
    assert payment.is_posted
    with pytest.raises(settlement.NothingOpen):
        payments.unreconcile(env, invoice)
    assert not list(verification.findings(env))


def test_a_reversed_payment_leaves_the_invoice_open_and_the_bank_empty(env: Env) -> None:
    invoice = an_invoice(env)
    payment = a_payment(env, invoice)

    payments.reverse(env, payment, date=LATER)

    assert (invoice.payment_status, invoice.paid_on) == (PaymentStatus.OPEN, None)
    assert (payment.state, balance(env, "1010")) == (PaymentState.REVERSED, D(0))
    assert open_of(env, payment.entry_id) == []
    with pytest.raises(payments.NotPostedPayment):
        payments.reverse(env, payment)
    assert not list(verification.findings(env))


def test_an_invoice_that_was_unpaid_again_can_be_paid_again(env: Env) -> None:
    invoice = an_invoice(env)
    payments.reverse(env, a_payment(env, invoice), date=DAY)

    a_payment(env, invoice)

    assert invoice.payment_status is PaymentStatus.PAID


def test_what_cannot_be_paid_is_refused(env: Env) -> None:
    paid, other = an_invoice(env), an_invoice(env)
    a_payment(env, paid)

    with pytest.raises(payments.NotPayable, match=paid.number):
        a_payment(env, paid)
    with pytest.raises(payments.PaidTogether):
        payments.register(env, [other, an_invoice(env)])
    with pytest.raises(payments.AmountNotPositive):
        a_payment(env, other, "0")
    with pytest.raises(payments.AmountNotPositive):
        a_payment(env, other, "-5")


def in_dollars(env: Env) -> None:
    """The company keeps its books in dollars; one euro is 1/1.20 of a dollar on the day, 1/1.10 later."""
    env.company.currency = "USD"
    a_rate(env, "EUR", str((D(1) / D("1.20")).quantize(D("1.0000000000"))))
    a_rate(env, "EUR", str((D(1) / D("1.10")).quantize(D("1.0000000000"))), LATER)


def test_the_exchange_example_leaves_a_gain_and_nothing_open_in_either_currency(env: Env) -> None:
    in_dollars(env)
    invoice = an_invoice(env, a_line("1", "400"), currency="EUR")
    assert (invoice.total, invoice.total_company) == (D(400), D("333.33"))

    payment = a_payment(env, invoice, date=LATER)

    assert balance(env, "7110") == D("-30.31")
    assert balance(env, "1010") == D("363.64")
    assert balance(env, "1100") == D(0)
    assert env.session.scalars(select(env[OpenItem])).all()
    assert [item for item in env.session.scalars(select(env[OpenItem])) if item.is_open] == []
    assert (invoice.open_amount, invoice.open_amount_company) == (D(0), D(0))
    assert (payment.amount, payment.currency) == (D(400), "EUR")
    assert not list(verification.findings(env))


def test_the_same_invoice_paid_in_the_companys_currency(env: Env) -> None:
    in_dollars(env)
    invoice = an_invoice(env, a_line("1", "400"), currency="EUR")

    payment = a_payment(env, invoice, date=LATER, currency="USD")

    assert (payment.amount, payment.currency) == (D("363.64"), "USD")
    assert (balance(env, "7110"), balance(env, "1100")) == (D("-30.31"), D(0))
    assert invoice.payment_status is PaymentStatus.PAID
    assert open_of(env, payment.entry_id) == []
    assert not list(verification.findings(env))


def test_several_foreign_invoices_paid_together_in_the_companys_currency_leave_no_cent(env: Env) -> None:
    a_rate(env, "USD", "0.9")
    party = a_party(env)
    found = [an_invoice(env, a_line("1", "33.33"), party=party, currency="USD") for _ in range(3)]

    payment = payments.register(env, found, date=DAY, currency="EUR")

    assert payment.amount == D("89.99")
    assert {(one.open_amount, one.open_amount_company) for one in found} == {(D(0), D(0))}
    assert not list(verification.findings(env))


def test_half_of_it_paid_carries_half_of_the_gain(env: Env) -> None:
    in_dollars(env)
    invoice = an_invoice(env, a_line("1", "400"), currency="EUR")

    a_payment(env, invoice, "200", date=LATER)

    assert (invoice.open_amount, invoice.open_amount_company) == (D(200), D("166.66"))
    assert balance(env, "7110") == D("-15.15")
    a_payment(env, invoice, "200", date=LATER)
    assert (invoice.open_amount_company, balance(env, "1100")) == (D(0), D(0))
    assert not list(verification.findings(env))


def test_undoing_takes_the_exchange_difference_back(env: Env) -> None:
    in_dollars(env)
    invoice = an_invoice(env, a_line("1", "400"), currency="EUR")
    payment = a_payment(env, invoice, date=LATER)

    payments.unreconcile(env, invoice, date=LATER)

    assert balance(env, "7110") == D(0)
    assert (invoice.open_amount, invoice.open_amount_company) == (D(400), D("333.33"))
    assert open_of(env, payment.entry_id) == [(D("-363.64"), D(-400))]
    others = env.session.scalars(select(env[Entry].id).where(env[Entry].label == "Exchange difference"))
    assert [open_of(env, entry_id) for entry_id in others] == [[]]
    assert not list(verification.findings(env))


def test_what_is_undone_while_today_is_locked_is_dated_on_the_first_open_day(env: Env) -> None:
    in_dollars(env)
    invoice = an_invoice(env, a_line("1", "400"), currency="EUR")
    payment = a_payment(env, invoice, date=LATER)
    books, open_again = ledgers.of(env), env.today() + timedelta(days=6)
    ledgers.set_locks(env, books, everything=open_again - timedelta(days=1))

    payments.reverse(env, payment)

    assert balance(env, "7110") == balance(env, "1010") == balance(env, "1100") - D("333.33") == 0
    late = env.session.scalars(select(env[Entry].date).where(env[Entry].reversal_of_id.is_not(None)))
    assert set(late) == {open_again}
    assert not list(verification.findings(env))


def test_a_supplier_paid_at_a_better_rate_is_a_gain_too(env: Env) -> None:
    in_dollars(env)
    a_rate(env, "GBP", "1.30")
    a_rate(env, "GBP", "1.25", LATER)
    bill = an_invoice(env, a_line("1", "1000"), currency="GBP", kind=InvoiceKind.SUPPLIER_INVOICE)

    a_payment(env, bill, date=LATER)

    assert (balance(env, "7110"), balance(env, "2100")) == (D(-50), D(0))
    assert not list(verification.findings(env))


def test_a_currency_without_a_rate_is_refused(env: Env) -> None:
    with pytest.raises(NoRate, match="CHF"):
        an_invoice(env, currency="CHF")


def test_credit_in_another_foreign_currency_is_refused(env: Env) -> None:
    in_dollars(env)
    a_rate(env, "GBP", "1.30")
    party = a_party(env)
    payments.advance(env, party, D(10), date=DAY, currency="GBP")
    invoice = an_invoice(env, currency="EUR", party=party)
    (credit,) = [item for item in credit_of(env, party) if item.amount < 0]

    with pytest.raises(CurrenciesDiffer):
        payments.apply_credit(env, invoice, credit)


def test_hooks_tell_what_happened_once(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str | None]] = []

    class Told:
        def __getattr__(self, name: str) -> Any:
            if name.startswith(("invoice_", "credit_note_", "payment_")):
                return lambda **facts: told.append((name, (facts.get("invoice") or facts["payment"]).number))
            return getattr(hooks, name)

    hooks = env.scope.registry.hooks
    monkeypatch.setattr(env.scope.registry, "hooks", Told())
    invoice = an_invoice(env)
    a_payment(env, invoice, "40")
    a_payment(env, invoice, "60")
    note = invoices.credit(env, an_invoice(env), date=DAY)
    invoices.post(env, note)

    assert told == [
        ("invoice_posted", "INV-2026-0001"),
        ("payment_posted", "BNK-2026-0001"),
        ("payment_posted", "BNK-2026-0002"),
        ("invoice_paid", "INV-2026-0001"),
        ("invoice_posted", "INV-2026-0002"),
        ("credit_note_posted", "CN-2026-0001"),
    ]


def test_an_allocation_is_dated_when_both_sides_are_there(env: Env) -> None:
    a_payment(env, an_invoice(env), date=LATER)

    assert [found.date for found in env.session.scalars(select(env[Allocation]))] == [LATER]
