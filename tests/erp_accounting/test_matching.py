"""How much of two open items settles each other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.erp_accounting.services.matching import CurrenciesDiffer, Match, Open, match
from core.api import round_money

D = Decimal


def test_the_smaller_side_decides() -> None:
    assert match(Open(D(240), "EUR", D(240)), Open(D(120), "EUR", D(120)), "EUR") == Match(
        D(120), D(120), D(120), D(120)
    )


def test_a_foreign_invoice_paid_at_another_rate_leaves_a_gain_and_nothing_open() -> None:
    taken = match(Open(D("333.33"), "EUR", D(400)), Open(D("363.64"), "EUR", D(400)), "USD")

    assert taken == Match(D("333.33"), D(400), D("363.64"), D(400))
    assert (taken.settled, taken.gain) == (D("333.33"), D("30.31"))


def test_the_last_part_takes_the_cent_of_the_company_amount() -> None:
    first = match(Open(D("333.33"), "EUR", D(400)), Open(D("100.00"), "EUR", D(133)), "USD")
    rest = Open(D("333.33") - first.debit, "EUR", D(400) - first.debit_foreign)

    last = match(rest, Open(D("999"), "EUR", D(999)), "USD")

    assert first.debit + last.debit == D("333.33")
    assert first.debit_foreign + last.debit_foreign == D(400)


def test_a_payment_in_the_companys_currency_is_converted_at_its_rate() -> None:
    rate = D(1) / D("1.10")

    taken = match(Open(D("333.33"), "EUR", D(400)), Open(D("363.64"), "USD", D("363.64")), "USD", rate=rate)

    assert taken == Match(D("333.33"), D(400), D("363.64"), D("363.64"))


def test_two_foreign_currencies_are_refused() -> None:
    with pytest.raises(CurrenciesDiffer):
        match(Open(D(1), "EUR", D(1)), Open(D(1), "GBP", D(1)), "USD", rate=D(1))


def test_a_limit_is_respected() -> None:
    taken = match(Open(D(100), "EUR", D(100)), Open(D(90), "EUR", D(90)), "EUR", limit=D(30))

    assert taken == Match(D(30), D(30), D(30), D(30))
    foreign = match(Open(D(90), "EUR", D(90)), Open(D(80), "USD", D(100)), "EUR", rate=D("0.8"), limit=D(40))
    assert foreign == Match(D(40), D(40), D(40), D(50))


MONEY = st.decimals("0.01", 1_000_000, places=2)


@given(
    debit=MONEY,
    credit=MONEY,
    rate_then=st.decimals("0.01", 100, places=4),
    rate_now=st.decimals("0.01", 100, places=4),
)
def test_what_closes_a_side_closes_it_in_both_currencies(
    debit: Decimal, credit: Decimal, rate_then: Decimal, rate_now: Decimal
) -> None:
    owed = Open(round_money(debit * rate_then, "USD"), "EUR", debit)
    paid = Open(round_money(credit * rate_now, "USD"), "EUR", credit)

    taken = match(owed, paid, "USD")

    assert taken.debit_foreign == taken.credit_foreign == min(debit, credit)
    assert (taken.debit == owed.company) or (taken.debit_foreign < owed.foreign)
    assert (taken.credit == paid.company) or (taken.credit_foreign < paid.foreign)
    assert 0 <= taken.debit <= owed.company
    assert 0 <= taken.credit <= paid.company
    assert taken.settled + max(taken.gain, D(0)) == taken.credit
