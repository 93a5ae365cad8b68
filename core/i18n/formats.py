"""Numbers, money and dates as the reader writes them. Amounts are ``Decimal`` and are rounded half up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import dates
from babel.numbers import NumberPattern, get_currency_precision, get_currency_symbol

from core.i18n.locales import babel_locale, current_locale

MINUS = "\u2212"
"""The typographic minus: as wide as a digit, and never broken from its number."""

Style = Literal["short", "medium", "long", "full"]


@dataclass(frozen=True, slots=True)
class _Layout:
    """What surrounds the digits of a positive and of a negative number, and the marks inside it."""

    before: str
    after: str
    before_negative: str
    after_negative: str
    group: str
    decimal: str

    def write(self, value: Decimal, digits: int) -> str:
        rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        plain = f"{abs(rounded):,.{digits}f}"
        written = plain.translate({44: self.group, 46: self.decimal})
        if rounded < 0:
            return f"{self.before_negative}{written}{self.after_negative}"
        return f"{self.before}{written}{self.after}"


@lru_cache(maxsize=512)
def _layout(locale: str, currency: str = "", percent: bool = False) -> _Layout:
    spoken = babel_locale(locale)
    pattern: NumberPattern
    if currency:
        pattern = spoken.currency_formats["standard"]
    elif percent:
        pattern = spoken.percent_formats[None]
    else:
        pattern = spoken.decimal_formats[None]
    symbols = spoken.number_symbols["latn"]
    sign = get_currency_symbol(currency, spoken) if currency else ""
    if currency and sign == currency:
        sign = f"{currency}\u00a0" if "¤" in pattern.prefix[0] else currency

    def dress(text: str) -> str:
        return text.replace("-", MINUS).replace("¤", sign).replace("%", symbols["percentSign"])

    return _Layout(
        before=dress(pattern.prefix[0]),
        after=dress(pattern.suffix[0]),
        before_negative=dress(pattern.prefix[1]),
        after_negative=dress(pattern.suffix[1]),
        group=symbols["group"],
        decimal=symbols["decimal"],
    )


def format_money(
    amount: Decimal, currency: str, *, locale: str | None = None, digits: int | None = None
) -> str:
    """Write an amount with its currency: ``€12,972.00``, ``12 972,00 €``. Digits are the currency's own."""
    places = currency_digits(currency) if digits is None else digits
    return _layout(locale or current_locale(), currency).write(amount, places)


def format_price(price: Decimal, currency: str, *, locale: str | None = None) -> str:
    """Write the price of one unit: with the currency's digits, or more where it has more."""
    digits = max(currency_digits(currency), decimals_of(price))
    return format_money(price, currency, locale=locale, digits=digits)


def format_amount(amount: Decimal, currency: str, *, locale: str | None = None) -> str:
    """Write an amount without its currency, for a column whose head names it."""
    return _layout(locale or current_locale()).write(amount, currency_digits(currency))


def format_number(value: Decimal | int, *, digits: int | None = None, locale: str | None = None) -> str:
    """Write a number; without ``digits``, as many decimals as it really has."""
    value = Decimal(value)
    places = decimals_of(value) if digits is None else digits
    return _layout(locale or current_locale()).write(value, places)


def format_quantity(value: Decimal, unit: str = "", *, locale: str | None = None) -> str:
    """Write a quantity without useless zeros, and its unit after a no-break space."""
    written = format_number(value, locale=locale)
    return f"{written}\u00a0{unit}" if unit else written


def format_percent(rate: Decimal, *, locale: str | None = None) -> str:
    """Write a rate given in percent: 5.5 is ``5.5%`` or ``5,5 %``."""
    return _layout(locale or current_locale(), percent=True).write(rate, decimals_of(rate))


@lru_cache(maxsize=256)
def currency_digits(currency: str) -> int:
    """Return the decimals of a currency by CLDR: 2 for EUR, 0 for JPY, 3 for TND."""
    return int(get_currency_precision(currency))


def decimals_of(value: Decimal) -> int:
    """Return how many decimals a number really has: 0 for 2.500000E+3, 1 for 5.50."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


@lru_cache(maxsize=8192)
def _date(value: date, style: str, locale: str) -> str:
    return dates.format_date(value, style, locale=babel_locale(locale))


def format_date(value: date, style: Style = "medium", *, locale: str | None = None) -> str:
    """Write a day: ``2 Dec 2026``, ``2 déc. 2026``."""
    return _date(value, style, locale or current_locale())


def format_month(value: date, *, locale: str | None = None) -> str:
    """Write the month of a day: ``December 2026``, ``décembre 2026``."""
    return _date(value, "LLLL y", locale or current_locale())


def format_weekday(value: date, *, short: bool = False, locale: str | None = None) -> str:
    """Write the name of a weekday."""
    return _date(value, "ccc" if short else "cccc", locale or current_locale())


def format_time(value: datetime | time, tz: tzinfo | str | None = None, *, locale: str | None = None) -> str:
    """Write hours and minutes; an instant is moved to the reader's time zone first."""
    moment = in_zone(value, tz) if isinstance(value, datetime) else value
    return dates.format_time(moment, "short", locale=babel_locale(locale or current_locale()))


def format_datetime(value: datetime, tz: tzinfo | str | None = None, *, locale: str | None = None) -> str:
    """Write an instant in the reader's time zone: ``2 Dec 2026, 14:05``."""
    local = in_zone(value, tz)
    reader = locale or current_locale()
    glue = str(babel_locale(reader).datetime_formats["medium"])
    written = glue.format(format_time(local, locale=reader), format_date(local.date(), locale=reader))
    return written.replace("'", "")


def in_zone(value: datetime, tz: tzinfo | str | None) -> datetime:
    """Return an instant in a time zone; a naive one is taken as UTC, and without a zone nothing moves."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    if tz is None:
        return aware
    return aware.astimezone(ZoneInfo(tz) if isinstance(tz, str) else tz)
