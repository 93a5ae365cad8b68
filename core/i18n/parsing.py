"""Numbers and dates as people type them. What could mean two things is refused, never guessed."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from core.i18n.locales import babel_locale, current_locale

if TYPE_CHECKING:
    from babel import Locale

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})$")
_DIGITS = re.compile(r"\d+")


class Unreadable(ValueError):
    """What was typed is not a number or a date in the reader's language."""


def parse_decimal(typed: str, *, locale: str | None = None) -> Decimal:
    """Read ``1 234,56`` in French and ``1,234.56`` in English; both signs of minus.

    A point is also a decimal point in French, because number pads type one. A thousands separator must stand
    before exactly three digits, so ``1,5`` is refused in English rather than read as fifteen.
    """
    text = _SPACES.sub("", typed).replace("\u2212", "-")
    symbols = babel_locale(locale or current_locale()).number_symbols["latn"]
    group, point = symbols["group"], symbols["decimal"]
    if group in text:
        head, *rest = text.split(point, 1)
        if not re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+", head):
            raise Unreadable(typed)
        text = point.join([head.replace(group, ""), *rest])
    if point != ".":
        if "." in text and point in text:
            raise Unreadable(typed)
        text = text.replace(point, ".")
    if not re.fullmatch(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", text):
        raise Unreadable(typed)
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise Unreadable(typed) from error


def parse_date(typed: str, *, locale: str | None = None) -> date:
    """Read ``2026-12-02`` in any language, or numbers in the reader's order: ``02/12/2026``, ``2.12.26``."""
    text = typed.strip()
    iso = _ISO.match(text)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    else:
        order = _field_order(babel_locale(locale or current_locale()))
        numbers = _DIGITS.findall(text)
        if len(numbers) != 3 or re.sub(r"[\d\s./-]", "", text):
            raise Unreadable(typed)
        parts = dict(zip(order, (int(number) for number in numbers), strict=True))
        year, month, day = parts["y"], parts["M"], parts["d"]
        if year < 100 and len(numbers[order.index("y")]) == 2:
            year += 2000
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unreadable(typed) from error


def _field_order(locale: Locale) -> list[str]:
    """Return the order of day, month and year in the short dates of a locale."""
    pattern = str(locale.date_formats["short"].pattern)
    return sorted("yMd", key=pattern.index)
