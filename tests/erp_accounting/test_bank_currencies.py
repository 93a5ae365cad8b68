"""Lines and documents in different currencies: settled in both, the difference booked and taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from addons.erp_accounting.services.bank import reconciling
from tests.erp_accounting.bank import (
    a_bank,
    a_bank_line,
    a_statement,
    accept,
    broken,
    lines_of,
    proposals,
    told,
)
from tests.erp_accounting.factories import DAY, a_line, a_rate, an_invoice, balance

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


def test_a_foreign_invoice_paid_at_the_banks_rate_books_the_difference_and_takes_it_back(env: Env) -> None:
    a_rate(env, "USD", "0.90")
    invoice = an_invoice(env, a_line("1", "400"), currency="USD")
    line = a_bank_line(env, "358.20", f"{invoice.number}")

    best = proposals(env, line)[0]
    accept(env, line, best)

    assert best.is_certain
    assert (invoice.open_amount, invoice.open_amount_company, balance(env, "1100")) == (0, 0, 0)
    assert balance(env, "6710") == D("1.80")
    assert broken(env) == []
    reconciling.undo(env, line)
    assert (invoice.open_amount, balance(env, "6710"), balance(env, "1100")) == (400, 0, 360)
    assert broken(env) == []


def test_an_account_in_another_currency_settles_at_the_rate_of_its_day(env: Env) -> None:
    a_rate(env, "USD", "0.83333")
    invoice = an_invoice(env, a_line("1", "400"), currency="USD")
    a_rate(env, "USD", "0.90909", DAY.replace(day=20))
    bank = a_bank(env, currency="USD")
    day = DAY.replace(day=20)
    (line,) = lines_of(env, a_statement(env, told("400", f"{invoice.number}", day=day), bank=bank))

    accept(env, line)

    assert (invoice.open_amount, balance(env, "1010"), balance(env, "1100")) == (0, D("363.64"), 0)
    assert balance(env, "7110") == D("-30.31")
    assert broken(env) == []


def test_a_line_in_dollars_pays_an_invoice_in_euro(env: Env) -> None:
    a_rate(env, "USD", "0.90")
    invoice = an_invoice(env, a_line("1", "90"))
    bank = a_bank(env, currency="USD")
    (line,) = lines_of(env, a_statement(env, told("101", f"{invoice.number}"), bank=bank))

    accept(env, line)

    assert (invoice.open_amount, balance(env, "1100"), balance(env, "2430")) == (0, 0, 0)
    assert balance(env, "7110") == D("-0.90")
    assert broken(env) == []
