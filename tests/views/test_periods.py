"""Named periods, on the days where one day more or less shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.views.periods import (
    PERIODS,
    instant,
    interval_start,
    month_start,
    range_of,
    span_end,
    span_start,
)

FRIDAY = date(2026, 7, 3)
"""In the first week of a quarter."""
D = date


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", D(2026, 7, 3), D(2026, 7, 3)),
        ("yesterday", D(2026, 7, 2), D(2026, 7, 2)),
        ("tomorrow", D(2026, 7, 4), D(2026, 7, 4)),
        ("this_week", D(2026, 6, 29), D(2026, 7, 5)),
        ("last_week", D(2026, 6, 22), D(2026, 6, 28)),
        ("next_week", D(2026, 7, 6), D(2026, 7, 12)),
        ("this_month", D(2026, 7, 1), D(2026, 7, 31)),
        ("last_month", D(2026, 6, 1), D(2026, 6, 30)),
        ("next_month", D(2026, 8, 1), D(2026, 8, 31)),
        ("this_quarter", D(2026, 7, 1), D(2026, 9, 30)),
        ("last_quarter", D(2026, 4, 1), D(2026, 6, 30)),
        ("this_year", D(2026, 1, 1), D(2026, 12, 31)),
        ("last_year", D(2025, 1, 1), D(2025, 12, 31)),
        ("last_7_days", D(2026, 6, 27), D(2026, 7, 3)),
        ("last_30_days", D(2026, 6, 4), D(2026, 7, 3)),
        ("last_90_days", D(2026, 4, 5), D(2026, 7, 3)),
        ("next_7_days", D(2026, 7, 3), D(2026, 7, 9)),
        ("next_30_days", D(2026, 7, 3), D(2026, 8, 1)),
        ("late", None, D(2026, 7, 2)),
        ("future", D(2026, 7, 4), None),
    ],
)
def test_a_period_has_a_first_and_a_last_day(name: str, first: date | None, last: date | None) -> None:
    assert range_of(name, FRIDAY) == (first, last)


def test_every_named_period_is_tried_above() -> None:
    (mark,) = test_a_period_has_a_first_and_a_last_day.pytestmark  # type: ignore[attr-defined]  # a mark of pytest

    assert {case[0] for case in mark.args[1]} == set(PERIODS)


@pytest.mark.parametrize("days", [7, 30, 90])
def test_so_many_days_are_so_many_days(days: int) -> None:
    for way in ("last", "next"):
        found = range_of(f"{way}_{days}_days", FRIDAY)

        if f"{way}_{days}_days" in PERIODS:
            assert found is not None
            first, last = found
            assert first is not None
            assert last is not None
            assert (last - first).days + 1 == days
            assert FRIDAY in (first, last)


@pytest.mark.parametrize(
    "name", ["", "soon", "this_7_days", "past_week", "last_seven_days", "last_decade", "next"]
)
def test_an_unknown_period_is_none(name: str) -> None:
    assert range_of(name, FRIDAY) is None


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (D(2026, 1, 1), D(2026, 1, 1)),
        (D(2026, 3, 31), D(2026, 1, 1)),
        (D(2026, 4, 1), D(2026, 4, 1)),
        (D(2026, 6, 30), D(2026, 4, 1)),
        (D(2026, 7, 1), D(2026, 7, 1)),
        (D(2026, 9, 30), D(2026, 7, 1)),
        (D(2026, 10, 1), D(2026, 10, 1)),
        (D(2026, 12, 31), D(2026, 10, 1)),
    ],
)
def test_a_quarter_starts_on_its_first_day_and_ends_on_its_last(day: date, quarter: date) -> None:
    assert span_start(day, "quarter") == quarter
    assert interval_start(day, "quarter") == quarter
    assert span_end(quarter, "quarter") == month_start(quarter, 3) - timedelta(days=1)


def test_months_before_and_after_cross_the_year() -> None:
    assert month_start(D(2026, 1, 31), -1) == D(2025, 12, 1)
    assert month_start(D(2026, 12, 31), 1) == D(2027, 1, 1)
    assert month_start(D(2026, 12, 31)) == D(2026, 12, 1)
    assert span_start(D(2026, 1, 1), "quarter", -1) == D(2025, 10, 1)
    assert span_start(D(2026, 12, 31), "year", 1) == D(2027, 1, 1)


@pytest.mark.parametrize(
    ("interval", "first", "last"),
    [
        ("day", D(2026, 7, 3), D(2026, 7, 3)),
        ("week", D(2026, 6, 29), D(2026, 7, 5)),
        ("month", D(2026, 7, 1), D(2026, 7, 31)),
        ("quarter", D(2026, 7, 1), D(2026, 9, 30)),
        ("year", D(2026, 1, 1), D(2026, 12, 31)),
    ],
)
def test_an_interval_holds_its_day(interval: str, first: date, last: date) -> None:
    assert interval_start(FRIDAY, interval) == first
    assert span_end(first, interval) == last
    assert interval_start(last, interval) == first


def test_a_day_begins_at_midnight_of_the_reader() -> None:
    paris = instant(FRIDAY, "Europe/Paris")

    assert paris == datetime(2026, 7, 2, 22, tzinfo=UTC)
    assert instant(FRIDAY, ZoneInfo("Europe/Paris")) == paris
    assert instant(FRIDAY, None) == datetime(2026, 7, 3, tzinfo=UTC)
