"""Payment terms: instalments add up, dates follow the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.erp_accounting.models import Delay, Share
from addons.erp_accounting.services.terms import Instalment, Rule, due_date, instalments
from core.api import round_money

D = Decimal


def test_the_last_instalment_carries_the_cent() -> None:
    rules = (
        Rule(Share.PERCENT, D(25), days=30),
        Rule(Share.PERCENT, D(25), months=1),
        Rule(Share.FIXED, D("396.84")),
        Rule(days=60),
    )

    found = instalments(D("1587.35"), "EUR", date(2026, 1, 31), rules)

    assert found == [
        Instalment(date(2026, 3, 2), D("396.84")),
        Instalment(date(2026, 2, 28), D("396.84")),
        Instalment(date(2026, 1, 31), D("396.84")),
        Instalment(date(2026, 4, 1), D("396.83")),
    ]


@pytest.mark.parametrize(
    ("rule", "start", "due"),
    [
        (Rule(delay=Delay.AFTER_MONTH_END, days=45), date(2019, 1, 31), date(2019, 3, 17)),
        (Rule(delay=Delay.AFTER_MONTH_END, days=45), date(2019, 1, 1), date(2019, 3, 17)),
        (Rule(delay=Delay.MONTH_END, days=45), date(2019, 1, 31), date(2019, 3, 31)),
        (Rule(delay=Delay.MONTH_END), date(2024, 2, 1), date(2024, 2, 29)),
        (Rule(months=1), date(2024, 1, 31), date(2024, 2, 29)),
        (Rule(months=13), date(2026, 12, 31), date(2028, 1, 31)),
        (Rule(days=30), date(2026, 12, 15), date(2027, 1, 14)),
        (Rule(delay=Delay.DAY_OF_MONTH, day=10), date(2026, 3, 10), date(2026, 3, 10)),
        (Rule(delay=Delay.DAY_OF_MONTH, day=10), date(2026, 3, 11), date(2026, 4, 10)),
        (Rule(delay=Delay.DAY_OF_MONTH, days=30, day=5), date(2026, 12, 20), date(2027, 2, 5)),
        (Rule(delay=Delay.DAY_OF_MONTH, day=31), date(2026, 4, 3), date(2026, 4, 30)),
        (Rule(delay=Delay.DAY_OF_MONTH, day=31), date(2026, 4, 30), date(2026, 4, 30)),
        (Rule(), date(2026, 3, 1), date(2026, 3, 1)),
        (Rule(delay=Delay.AFTER_MONTH_END, months=1), date(2024, 2, 10), date(2024, 3, 31)),
        (Rule(delay=Delay.MONTH_END_DAY, day=10), date(2026, 1, 15), date(2026, 2, 10)),
        (Rule(delay=Delay.MONTH_END_DAY, days=30, day=31), date(2024, 12, 31), date(2025, 2, 28)),
    ],
)
def test_a_due_date(rule: Rule, start: date, due: date) -> None:
    assert due_date(start, rule) == due


def test_a_fixed_amount_above_the_total_takes_all_of_it() -> None:
    assert instalments(D(80), "EUR", date(2026, 1, 1), (Rule(Share.FIXED, D(100)), Rule(days=30))) == [
        Instalment(date(2026, 1, 1), D(80))
    ]


def test_shares_above_the_whole_leave_nothing_for_the_rest() -> None:
    rules = (Rule(Share.PERCENT, D(60)), Rule(Share.PERCENT, D(60), days=30))

    assert [found.amount for found in instalments(D(100), "EUR", date(2026, 1, 1), rules)] == [D(60), D(40)]


def test_yen_have_no_cents() -> None:
    rules = (Rule(Share.PERCENT, D("33.3")), Rule(days=1))

    assert [found.amount for found in instalments(D(100), "JPY", date(2026, 1, 1), rules)] == [D(33), D(67)]


RULES = st.lists(
    st.builds(
        Rule,
        share=st.sampled_from(Share),
        value=st.decimals(0, 5000, places=2),
        delay=st.sampled_from(Delay),
        months=st.integers(0, 24),
        days=st.integers(0, 200),
        day=st.integers(1, 31),
    ),
    min_size=1,
    max_size=6,
).map(tuple)


@given(
    total=st.decimals(-100_000, 100_000, places=2),
    start=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    rules=RULES,
)
def test_instalments_always_add_up_and_are_never_due_before_the_document(
    total: Decimal, start: date, rules: tuple[Rule, ...]
) -> None:
    found = instalments(total, "EUR", start, rules)

    assert sum((instalment.amount for instalment in found), D(0)) == total
    assert all(instalment.amount * total > 0 for instalment in found)
    assert all(round_money(instalment.amount, "EUR") == instalment.amount for instalment in found)
    assert all(start <= instalment.due <= start + timedelta(days=1200) for instalment in found)
