from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addons.catalog.services.taxes import TaxableLine, TaxResult, compute, line_amount, share
from core.api import currency_quantum, round_money

D = Decimal


@dataclass(frozen=True)
class SomeTax:
    id: int
    rate: Decimal
    included: bool = False


VAT_20 = SomeTax(1, D(20))
VAT_10 = SomeTax(2, D(10))


def document(*lines: tuple[str, tuple[SomeTax, ...]], currency: str = "EUR") -> TaxResult[SomeTax]:
    return compute([TaxableLine(D(amount), taxes) for amount, taxes in lines], currency)


def test_a_taxed_and_an_untaxed_line() -> None:
    lines = [
        TaxableLine(line_amount(D(5), D(40), D(0), "EUR"), (VAT_10,)),
        TaxableLine(line_amount(D(1), D(20), D(0), "EUR")),
    ]

    result = compute(lines, "EUR")

    assert (result.net, result.tax, result.rounding, result.total) == (
        D("220.00"),
        D("20.00"),
        D(0),
        D("240.00"),
    )
    assert [(total.base, total.amount) for total in result.taxes] == [(D("200.00"), D("20.00"))]


def test_the_tax_is_rounded_once_on_the_line_not_on_each_unit() -> None:
    result = compute([TaxableLine(line_amount(D(7), D("1.13"), D(0), "EUR"), (VAT_20,))], "EUR")

    assert result.tax == D("1.58")


def test_the_tax_is_rounded_once_on_the_document_not_on_each_line() -> None:
    result = document(*[("1.13", (VAT_20,))] * 7)

    assert result.tax == D("1.58")
    assert sorted(line.tax for line in result.lines) == [D("0.22")] * 3 + [D("0.23")] * 4


def test_two_included_taxes_leave_a_rounding_line() -> None:
    first, second = SomeTax(1, D(14), True), SomeTax(2, D(14), True)

    result = document(("24900", (first, second)))

    assert result.net == D("19453.13")
    assert [total.amount for total in result.taxes] == [D("2723.44"), D("2723.44")]
    assert result.rounding == D("-0.01")
    assert result.total == D("24900.00")


def test_an_included_tax_is_taken_out_of_the_summed_gross() -> None:
    vat = SomeTax(1, D(20), True)

    result = document(("0.99", (vat,)), ("0.99", (vat,)), ("0.99", (vat,)))

    assert (result.net, result.tax, result.rounding, result.total) == (
        D("2.48"),
        D("0.50"),
        D("-0.01"),
        D("2.97"),
    )
    assert [line.net for line in result.lines] == [D("0.83"), D("0.83"), D("0.82")]


def test_a_tax_on_top_of_a_price_that_includes_another() -> None:
    vat, eco = SomeTax(1, D(20), True), SomeTax(2, D(5), False)

    result = document(("120", (vat, eco)))

    assert (result.net, result.tax, result.total) == (D("100.00"), D("25.00"), D("125.00"))


def test_yen_have_no_decimals_and_dinars_have_three() -> None:
    yen = document(("1234", (VAT_10,)), currency="JPY")
    dinars = document(("1.2345", (VAT_10,)), currency="TND")

    assert (yen.net, yen.tax) == (D(1234), D(123))
    assert (dinars.net, dinars.tax) == (D("1.235"), D("0.124"))


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "expected"),
    [
        ("24", "189", "10", "4082.40"),
        ("3", "0.335", "0", "1.01"),
        ("-1", "10.005", "0", "-10.01"),
        ("5", "2", "100", "0"),
    ],
)
def test_a_line_is_rounded_half_up_once(quantity: str, price: str, discount: str, expected: str) -> None:
    assert line_amount(D(quantity), D(price), D(discount), "EUR") == D(expected)


AMOUNTS = st.decimals(min_value=-1_000_000, max_value=1_000_000, places=4)


def test_two_taxes_of_one_rate_on_a_line_are_computed_each_and_across_lines_together() -> None:
    state, city, goods = SomeTax(1, D("5.5")), SomeTax(2, D("5.5")), SomeTax(3, D("5.5"))

    on_one_line = document(("1", (state, city)))
    across = document(("1", (state,)), ("1", (goods,)))

    assert [total.amount for total in on_one_line.taxes] == [D("0.06"), D("0.06")]
    assert [total.amount for total in across.taxes] == [D("0.06"), D("0.05")]


TAXES = [SomeTax(i, D(rate), i % 2 == 0) for i, rate in enumerate(["20", "10", "5.5", "2.1", "14", "0"])]
LINES = st.lists(
    st.builds(TaxableLine, AMOUNTS, st.lists(st.sampled_from(TAXES), unique=True, max_size=3)), max_size=12
)


def test_a_tax_on_top_of_some_lines_does_not_depend_on_who_carries_a_cent() -> None:
    vat, eco = SomeTax(1, D(20), True), SomeTax(2, D(1000))
    lines = [("0.99", (vat, eco)), ("0.99", (vat,)), ("0.99", (vat,))]

    assert document(*lines).tax == document(*lines[::-1]).tax


UNHURRIED = settings(deadline=None)
"""No test asserts a time."""
CURRENCIES = st.sampled_from(["EUR", "JPY", "TND"])


@UNHURRIED
@given(LINES, CURRENCIES)
def test_the_parts_always_add_up_to_the_totals(lines: list[TaxableLine[SomeTax]], currency: str) -> None:
    result = compute(lines, currency)

    assert sum(line.net for line in result.lines) == result.net
    assert sum(line.tax for line in result.lines) == result.tax
    for total in result.taxes:
        parts = [part for line in result.lines for tax, part in line.taxes if tax.id == total.tax.id]
        assert sum(parts) == total.amount
        assert total.amount == round_money(total.base * total.tax.rate / 100, currency)
    assert result.total == result.net + result.tax + result.rounding


@UNHURRIED
@given(LINES, CURRENCIES)
def test_a_price_that_includes_its_taxes_is_what_the_customer_pays(
    lines: list[TaxableLine[SomeTax]], currency: str
) -> None:
    gross = [TaxableLine(line.amount, [tax for tax in line.taxes if tax.included]) for line in lines]

    result = compute(gross, currency)

    assert result.total == sum(round_money(line.amount, currency) for line in gross)


@UNHURRIED
@given(LINES, CURRENCIES)
def test_a_mirrored_document_has_mirrored_amounts_on_every_line(
    lines: list[TaxableLine[SomeTax]], currency: str
) -> None:
    mirrored = compute([TaxableLine(-line.amount, line.taxes) for line in lines], currency)

    result = compute(lines, currency)

    assert mirrored.total == -result.total
    assert [(-line.net, -line.tax) for line in mirrored.lines] == [
        (line.net, line.tax) for line in result.lines
    ]


@UNHURRIED
@given(LINES, CURRENCIES)
def test_the_order_of_the_lines_changes_no_total(lines: list[TaxableLine[SomeTax]], currency: str) -> None:
    backwards = compute(lines[::-1], currency)

    result = compute(lines, currency)

    assert (backwards.net, backwards.tax, backwards.rounding) == (result.net, result.tax, result.rounding)


@UNHURRIED
@given(st.lists(AMOUNTS, min_size=1, max_size=20), CURRENCIES)
def test_no_share_is_further_than_one_unit_from_its_exact_part(exact: list[Decimal], currency: str) -> None:
    total = round_money(sum(exact, D(0)), currency)

    shares = share(total, exact, currency)

    assert sum(shares) == total
    assert all(
        abs(part - given_part) < currency_quantum(currency)
        for part, given_part in zip(shares, exact, strict=True)
    )
