from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.i18n import using
from core.views.fields import field_of
from core.views.values import Unclear, read, read_date, read_instant, read_number, typed_of
from tests.views.factories import Deal, Line, a_deal, a_line

if TYPE_CHECKING:
    from core.env import Env

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("locale", "typed", "expected"),
    [
        ("en", "2 Dec 2026", date(2026, 12, 2)),
        ("en", "2 dec", date(2026, 12, 2)),
        ("en", "02/12/2026", date(2026, 12, 2)),
        ("en", "2/12", date(2026, 12, 2)),
        ("en", "2026-12-02", date(2026, 12, 2)),
        ("en", "today", TODAY),
        ("en", "+3", date(2026, 11, 27)),
        ("fr", "2 déc. 2026", date(2026, 12, 2)),
        ("fr", "2 decembre 26", date(2026, 12, 2)),
        ("fr", "02/12/2026", date(2026, 12, 2)),
    ],
)
def test_dates_are_read_as_people_write_them(locale: str, typed: str, expected: date) -> None:
    with using(locale):
        assert read_date(typed, TODAY) == expected


@pytest.mark.parametrize("typed", ["nonsense", "32/12/2026", "2 Foo 2026", "1/2/3/4"])
def test_an_unclear_date_is_answered_with_an_example(typed: str) -> None:
    with pytest.raises(Unclear, match="Write a date like 24 Nov 2026"):
        read_date(typed, TODAY)


@pytest.mark.parametrize(
    ("locale", "typed", "expected"),
    [
        ("en", "1,234.56", "1234.56"),
        ("en", "€1,234.56", "1234.56"),
        ("fr", "1 234,56 €", "1234.56"),
        ("fr", "1234.56", "1234.56"),
        ("fr", "-5,5", "-5.5"),
        ("en", "−5.5", "-5.5"),
        ("en", "20%", "20"),
    ],
)
def test_numbers_are_read_in_the_readers_notation(locale: str, typed: str, expected: str) -> None:
    with using(locale):
        assert read_number(typed) == Decimal(expected)


@pytest.mark.parametrize(
    ("locale", "typed"), [("en", "1,5"), ("en", "abc"), ("fr", "1.234,5"), ("en", "9" * 30)]
)
def test_what_can_be_read_two_ways_is_refused(locale: str, typed: str) -> None:
    with using(locale), pytest.raises(Unclear):
        read_number(typed)


def test_an_instant_is_read_in_the_readers_zone() -> None:
    found = read_instant("2 Dec 2026, 14:05", TODAY, ZoneInfo("Europe/Paris"))

    assert found == datetime(2026, 12, 2, 13, 5, tzinfo=UTC)


@pytest.mark.addons("sample_shop")
@pytest.mark.parametrize("locale", ["en", "fr"])
def test_every_field_reads_back_what_it_writes(env: Env, locale: str) -> None:
    deal = a_deal(
        env,
        expected=Decimal("12345.5"),
        close_date=date(2026, 3, 1),
        probability=1500,
        urgent=True,
        notes="a\nb",
        called_at=datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
    )
    line = a_line(env, deal, quantity=Decimal("1234.5"), price=Decimal("0.125"))

    with using(locale):
        for record, model, paths in (
            (
                deal,
                Deal,
                ("title", "stage", "expected", "probability", "close_date", "called_at", "urgent", "notes"),
            ),
            (line, Line, ("quantity", "price", "amount", "description")),
        ):
            for path in paths:
                meta = field_of(env[model], path)
                assert read(env, meta, typed_of(env, meta, meta.of(record), record)) == meta.of(record), path


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_any_amount_survives_being_written_and_read(amount: Decimal) -> None:
    from core.i18n import formats

    for locale in ("en", "fr"):
        with using(locale):
            assert read_number(formats.format_number(amount)) == amount
