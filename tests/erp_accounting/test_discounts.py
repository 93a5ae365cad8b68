"""Discounts for paying early: in proportion, with their taxes, proposed as long as they are early."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from addons.catalog.models import TaxKind
from addons.erp_accounting.models import Direction, DiscountTax, InvoiceKind, PaymentStatus
from addons.erp_accounting.queries import paying
from addons.erp_accounting.queries.taxes import taxes
from addons.erp_accounting.services import adjusting, allocating, discounts, payments, verification
from addons.erp_accounting.services.allocating import Wish
from tests.erp_accounting.factories import (
    DAY,
    a_line,
    a_party,
    a_rate,
    a_tax,
    an_account,
    an_invoice,
    balance,
)
from tests.erp_accounting.test_allocating import LATER, items, pay, two_ten

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


def test_two_percent_within_ten_days_takes_its_tax_along(env: Env) -> None:
    party, vat = a_party(env), a_tax(env, "20")
    invoice = an_invoice(env, a_line("1", "1000", [vat]), party=party, payment_term=two_ten(env))
    assert (invoice.discount_percent, invoice.discount_until) == (D(2), DAY + timedelta(days=10))
    (item,) = items(env, party)

    payment = pay(env, party, [Wish(item.id, D(1176), discount=True)], "1176")

    assert (payment.amount, payment.write_off, invoice.open_amount) == (D(1176), D(24), D(0))
    assert (balance(env, "4900"), balance(env, "2130")) == (D(20), D(-196))
    assert (balance(env, "1100"), balance(env, "1010")) == (D(0), D(1176))
    assert not list(verification.findings(env))


def test_a_discount_before_tax_leaves_the_tax_as_it_stands_on_the_invoice(env: Env) -> None:
    party, vat = a_party(env), a_tax(env, "20")
    term = two_ten(env, DiscountTax.KEPT)
    invoice = an_invoice(env, a_line("1", "1000", [vat]), party=party, payment_term=term)
    (item,) = items(env, party)

    pay(env, party, [Wish(item.id, D(1180), discount=True)], "1180")

    assert invoice.payment_status is PaymentStatus.PAID
    assert (balance(env, "4900"), balance(env, "2130")) == (D(20), D(-200))


def test_a_suppliers_discount_reduces_the_deductible_tax(env: Env) -> None:
    from addons.catalog.models import TaxKind

    party, vat = a_party(env), a_tax(env, "20", kind=TaxKind.PURCHASE)
    bill = an_invoice(
        env,
        a_line("1", "500", [vat]),
        party=party,
        payment_term=two_ten(env),
        kind=InvoiceKind.SUPPLIER_INVOICE,
    )
    (item,) = items(env, party, "payable")

    pay(env, party, [Wish(item.id, D(588), discount=True)], "588", direction=Direction.OUT)

    assert bill.payment_status is PaymentStatus.PAID
    assert (balance(env, "5900"), balance(env, "1200")) == (D(-10), D(98))
    assert (balance(env, "2100"), balance(env, "1010")) == (D(0), D(-588))


def test_a_discount_reduces_each_base_under_its_own_taxes_and_what_the_company_owes_itself(env: Env) -> None:
    party = a_party(env, is_supplier=True)
    input_tax, owed = an_account(env, "tax_deductible").id, an_account(env, "tax_collected").id
    plain, eco = (a_tax(env, rate, kind=TaxKind.PURCHASE, account_id=input_tax) for rate in ("20", "5"))
    reverse = a_tax(env, "0", kind=TaxKind.PURCHASE, account_id=input_tax)
    reverse.reverse_rate, reverse.reverse_account_id = D(20), owed
    lines = (a_line("1", "300", [plain, eco]), a_line("1", "200", [reverse]), a_line("1", "100"))
    bill = an_invoice(env, *lines, kind=InvoiceKind.SUPPLIER_INVOICE, party=party, payment_term=two_ten(env))
    (item,) = items(env, party, "payable")

    pay(env, party, [Wish(item.id, D("661.50"), discount=True)], "661.50", direction=Direction.OUT)

    found = taxes(env, DAY, DAY).figures
    assert bill.total == D(675)
    assert {code: (one.base, one.due, one.deductible) for code, one in found.items()} == {
        plain.code: (D(294), D(0), D("58.80")),
        eco.code: (D(294), D(0), D("14.70")),
        reverse.code: (D(196), D("39.20"), D("39.20")),
    }
    assert balance(env, "5900") == D(-12)
    assert not list(verification.findings(env))


def test_the_discount_is_proposed_as_long_as_it_is_early_and_closes_the_invoice(env: Env) -> None:
    party = a_party(env)
    an_invoice(env, party=party, payment_term=two_ten(env))
    (line,) = paying.open_lines(env, party, Direction.IN)
    tenth, eleventh = DAY + timedelta(days=10), DAY + timedelta(days=11)

    proposals = []
    for amount, day in ((D(98), tenth), (D(98), eleventh), (D(97), tenth), (D(100), tenth)):
        paying.propose([line], amount, day)
        proposals.append((line.amount, line.take_discount))

    assert proposals == [(D(98), True), (D(98), False), (D(97), False), (D(98), True)]


def test_a_foreign_invoice_with_discount_and_gain_ends_at_zero_in_both_currencies(env: Env) -> None:
    a_rate(env, "USD", "0.80")
    a_rate(env, "USD", "0.90", LATER)
    party, vat = a_party(env), a_tax(env, "20")
    term = two_ten(env)
    term.discount_days = 25
    invoice = an_invoice(env, a_line("1", "333.33", [vat]), party=party, payment_term=term, currency="USD")
    (item,) = items(env, party)
    paid = invoice.total - discounts.of_instalment(invoice, invoice.total).total

    payment = pay(env, party, [Wish(item.id, paid, discount=True)], str(paid), date=LATER)

    assert (invoice.open_amount, invoice.open_amount_company, items(env, party)) == (D(0), D(0), [])
    assert balance(env, "7110") < 0
    payments.reverse(env, payment, date=LATER)
    assert (balance(env, "7110"), balance(env, "4900")) == (D(0), D(0))
    assert (invoice.open_amount, invoice.open_amount_company) == (invoice.total, invoice.total_company)
    assert not list(verification.findings(env))


def test_the_form_pays_one_invoice_with_its_discount(env: Env) -> None:
    invoice = an_invoice(env, payment_term=two_ten(env))

    allocating.pay(env, invoice, amount=D(98), date=DAY, discount=True)

    assert (invoice.payment_status, balance(env, "4900")) == (PaymentStatus.PAID, D(2))


def test_a_discount_is_taken_until_its_last_day_and_not_on_the_next(env: Env) -> None:
    party = a_party(env)
    last = DAY + timedelta(days=10)
    first, second = (an_invoice(env, party=party, payment_term=two_ten(env)) for _ in range(2))

    with pytest.raises(adjusting.DiscountEnded):
        allocating.pay(env, second, amount=D(98), date=last + timedelta(days=1), discount=True)
    allocating.pay(env, first, amount=D(98), date=last, discount=True)

    assert (first.discount_until, first.payment_status) == (last, PaymentStatus.PAID)
    assert [discounts.available(second, last + timedelta(days=days)) for days in (-1, 0, 1)] == [
        True,
        True,
        False,
    ]


def test_there_is_no_discount_without_a_percentage_or_on_a_credit_note(env: Env) -> None:
    plain = an_invoice(env)
    term = two_ten(env)
    note = an_invoice(env, kind=InvoiceKind.CUSTOMER_CREDIT_NOTE, payment_term=term)

    assert (discounts.available(plain, DAY), discounts.sentence(plain)) == (False, [])
    assert discounts.terms_on(note, DAY) == {}
    assert discounts.of_instalment(plain, plain.total) == discounts.NONE
