"""Values of fields as people read and type them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import inspect

from core.i18n import formats
from core.i18n.locales import babel_locale, current_locale
from core.i18n.parsing import Unreadable, parse_date, parse_decimal
from core.i18n.text import _
from core.orm.search import fold

if TYPE_CHECKING:
    from core.env import Env
    from core.views.fields import FieldMeta

LARGEST = {"money": 16, "price": 14, "quantity": 14, "rate": 10, "number": 14}
"""Digits before the decimal point that the column of a kind holds."""
_TIME = re.compile(r"(?:[\s,]|^)(\d{1,2})[:h.](\d{2})\s*(am|pm)?$", re.IGNORECASE)
_YES = frozenset({"1", "true", "yes", "on", "oui", "vrai", "x", "y", "o"})
_NO = frozenset({"", "0", "false", "no", "off", "non", "faux", "n"})


class Unclear(ValueError):
    """What was typed cannot be read; the message is the sentence under the field."""


@lru_cache(maxsize=4096)
def currency_path(model: type[Any]) -> tuple[str, ...]:
    """Where the currency of a model's amounts stands: on it, on the document it is a line of, or nowhere."""
    mapper = inspect(model)
    if "currency" in mapper.column_attrs:
        return ("currency",)
    for relation in mapper.relationships:
        owned = not relation.uselist and any(r.cascade.delete_orphan for r in relation._reverse_property)
        if owned and "currency" in relation.mapper.column_attrs:
            return (relation.key, "currency")
    return ()


def currency_of(env: Env, record: Any) -> str:
    """The currency of a record's amounts; the company's own when the record has none."""
    value = record
    model: Any = getattr(record, "shown_model", None) or type(record)
    path = currency_path(model)
    for step in path:
        value = getattr(value, step, None)
    return str(value) if path and value else str(env.company.currency)


def text_of(env: Env, meta: FieldMeta, value: Any, record: Any = None) -> str:
    """Write a value for reading: money with its currency, dates in words, a choice by its label."""
    if value is None or value == "":
        return ""
    match meta.kind:
        case "money":
            return formats.format_money(Decimal(value), currency_of(env, record))
        case "price":
            currency = currency_of(env, record)
            digits = max(formats.currency_digits(currency), formats.decimals_of(Decimal(value)))
            return formats.format_money(Decimal(value), currency, digits=digits)
        case "datetime":
            return formats.format_datetime(value, env.tz)
        case "rate":
            return formats.format_number(Decimal(value))
    return plain_text(meta, value)


def plain_text(meta: FieldMeta, value: Any) -> str:
    """Write a value that needs neither a currency nor a time zone."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, int) and meta.kind == "integer":
        return formats.format_number(Decimal(value))
    if isinstance(value, Decimal):
        return formats.format_number(value)
    if isinstance(value, datetime):
        return formats.format_datetime(value)
    if isinstance(value, date):
        return formats.format_date(value)
    if meta.kind == "choice":
        return str(getattr(value, "label", value))
    if meta.kind in {"tags", "many"}:
        return ", ".join(str(other.display_name) for other in value)
    if meta.kind == "relation":
        return str(value.display_name)
    return str(value)


def typed_of(env: Env, meta: FieldMeta, value: Any, record: Any = None) -> str:
    """Write a value as the content of its input: what ``read`` takes back without a change."""
    if value is None:
        return ""
    match meta.kind:
        case "money":
            digits = formats.currency_digits(currency_of(env, record))
            return formats.format_number(
                Decimal(value), digits=max(digits, formats.decimals_of(Decimal(value)))
            )
        case "price":
            return formats.format_number(Decimal(value), digits=max(2, formats.decimals_of(Decimal(value))))
        case "choice":
            return str(value.value)
        case "bool":
            return "1" if value else ""
        case "datetime":
            return formats.format_datetime(value, env.tz)
        case "text" | "long":
            return str(value)
    return plain_text(meta, value)


def read(env: Env, meta: FieldMeta, typed: str) -> Any:
    """Read what was typed for any kind but a relation; an empty text is None, or "" where text may not be
    null.

    Raise Unclear with the sentence for the person who typed.
    """
    text = typed.strip()
    if meta.kind == "bool":
        return read_bool(text)
    if not text:
        if meta.required:
            raise Unclear(_("Fill this in."))
        return "" if meta.kind in {"text", "long"} and not meta.nullable else None
    match meta.kind:
        case "text" | "long":
            return _read_text(meta, typed)
        case "integer":
            return _read_integer(text)
        case "number" | "money" | "price" | "quantity" | "rate":
            return read_number(text, meta.kind)
        case "date":
            return read_date(text, env.today())
        case "datetime":
            return read_instant(text, env.today(), env.tz)
        case "choice":
            return _read_choice(meta, text)
    raise Unclear(_("This cannot be typed here."))


def _read_text(meta: FieldMeta, typed: str) -> str:
    text = typed.strip() if meta.kind == "text" else typed.replace("\r\n", "\n").rstrip()
    if "\x00" in text:
        raise Unclear(_("Remove the characters that cannot be shown."))
    if meta.length and len(text) > meta.length:
        raise Unclear(
            _("Write {most} characters or fewer: this is {length}.", most=meta.length, length=len(text))
        )
    return text


def _read_integer(text: str) -> int:
    number = read_number(text, "number")
    if number != number.to_integral_value():
        raise Unclear(_("Write a whole number."))
    if abs(number) > 2**31 - 1:
        raise Unclear(_("Write a smaller number."))
    return int(number)


def read_number(text: str, kind: str = "number") -> Decimal:
    """Read a number in the reader's notation. A currency or percent sign beside it is ignored."""
    bare = re.sub(r"[€$£¥%]|\b[A-Z]{3}\b", "", text).strip()
    try:
        number = parse_decimal(bare)
    except Unreadable:
        example = formats.format_number(Decimal("1234.56"))
        raise Unclear(_("Write a number like {example}.", example=example)) from None
    if number and number.adjusted() >= LARGEST.get(kind, 14):
        raise Unclear(_("Write a smaller number."))
    return number


def read_bool(text: str) -> bool:
    """Read yes or no, in English or French, or a ticked box."""
    folded = fold(text.strip())
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise Unclear(_("Write yes or no."))


def _read_choice(meta: FieldMeta, text: str) -> Any:
    assert meta.choices is not None  # noqa: S101 - every field of kind "choice" has its set
    wanted = fold(text)
    for member in meta.choices:
        if text == member.value or wanted == fold(str(member.label)):
            return member
    offered = ", ".join(str(member.label) for member in meta.choices)
    raise Unclear(_("Choose one of: {choices}.", choices=offered))


def read_date(text: str, today: date) -> date:
    """Read a date: ``2 Dec 2026``, ``2 Dec``, ``02/12/2026``, ``02/12``, ``2026-12-02``, ``today``,
    ``+3``."""
    folded = fold(text.strip().rstrip("."))
    for words, days in (
        ((_("today"), "today"), 0),
        ((_("tomorrow"), "tomorrow"), 1),
        ((_("yesterday"), "yesterday"), -1),
    ):
        if folded in {fold(str(word)) for word in words}:
            return today + timedelta(days=days)
    if shift := re.fullmatch(r"([+-])\s?(\d{1,4})", folded):
        days = int(shift[2])
        return today + timedelta(days=days if shift[1] == "+" else -days)
    try:
        named = _named_month(folded, today)
        if named is not None:
            return named
        if short := re.fullmatch(r"(\d{1,2})([/.\- ])(\d{1,2})", folded):
            return parse_date(f"{short[1]}{short[2]}{short[3]}{short[2]}{today.year}")
        return parse_date(text)
    except (ValueError, Unreadable):
        example = formats.format_date(today)
        raise Unclear(_("Write a date like {example}.", example=example)) from None


def _named_month(folded: str, today: date) -> date | None:
    words = re.findall(r"[^\W\d_]+|\d+", folded)
    months = _months(current_locale())
    named = [months[word] for word in words if word in months]
    numbers = [int(word) for word in words if word.isdigit()]
    if len(named) != 1 or not 1 <= len(numbers) <= 2:
        return None
    year = numbers[1] if len(numbers) == 2 else today.year
    if year < 100:
        year += 2000
    return date(year, named[0], numbers[0])


@lru_cache(maxsize=64)
def _months(locale: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for spoken in (babel_locale("en"), babel_locale(locale)):
        for width in ("abbreviated", "wide"):
            for context in ("format", "stand-alone"):
                names = spoken.months[context][width]
                found.update({fold(name).rstrip("."): number for number, name in names.items()})
    return found


def read_instant(text: str, today: date, tz: Any) -> datetime:
    """Read a date and a time in the reader's zone; without a time, the day begins at 00:00. The answer is
    UTC."""
    clock = time(0, 0)
    if found := _TIME.search(text):
        hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
        hour = hour % 12 + 12 if half == "pm" else hour % 12 if half == "am" else hour
        if hour > 23 or minute > 59:
            raise Unclear(_("Write a time like 14:05."))
        clock = time(hour, minute)
        text = text[: found.start()].rstrip(" ,à")
    day = read_date(text, today) if text.strip() else today
    zone = ZoneInfo(tz) if isinstance(tz, str) else tz
    return datetime.combine(day, clock, zone or UTC).astimezone(UTC)
