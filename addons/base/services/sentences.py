"""Keep a sentence with its values in the database, and say it again in the language of whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from core.api import Text, _, format_money

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount inside a sentence, written with its currency as the reader writes it.

    Only who sees the fields of ``group`` reads it, as on the record it comes from.
    """

    value: Decimal
    currency: str
    group: str = ""

    def __format__(self, spec: str) -> str:
        return format_money(self.value, self.currency)


def to_json(sentence: str) -> dict[str, Any] | None:
    """What is stored of a translatable sentence; None for plain words, which say themselves."""
    if not isinstance(sentence, Text):
        return None
    stored: dict[str, Any] = {"source": sentence.source, "domain": sentence.domain}
    if sentence.values:
        stored["values"] = {name: _pack(value) for name, value in sentence.values.items()}
    if sentence.plural is not None:
        stored["plural"], stored["count"] = sentence.plural, sentence.number
    return stored


def nobody(group: str) -> bool:
    """A reader who sees no field group: what is kept as plain words says no amount of one."""
    return False


def from_json(stored: dict[str, Any], shows: Callable[[str], bool] = nobody) -> Text:
    """The sentence again, for the reader in force; ``shows`` says whether they see a field group."""
    return Text(
        stored["source"],
        domain=stored["domain"],
        values={name: _unpack(value, shows) for name, value in stored.get("values", {}).items()},
        plural=stored.get("plural"),
        count=stored.get("count"),
    )


def _pack(value: Any) -> Any:
    if isinstance(value, Text):
        return {"text": to_json(value)}
    if isinstance(value, Enum):
        label = getattr(value, "label", None)
        return str(value.value) if label is None else _pack(label)
    match value:
        case Amount():
            grouped = {"group": value.group} if value.group else {}
            return {"amount": str(value.value), "currency": value.currency} | grouped
        case Decimal():
            return {"number": str(value)}
        case datetime():
            return {"instant": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case None | bool() | int():
            return value
    return str(value)


def _unpack(value: Any, shows: Callable[[str], bool]) -> Any:
    match value:
        case {"amount": amount, "currency": currency, "group": group}:
            return Amount(Decimal(amount), currency, group) if shows(group) else _("amount hidden")
        case {"amount": amount, "currency": currency}:
            return Amount(Decimal(amount), currency)
        case {"text": stored}:
            return from_json(stored, shows)
        case {"number": number}:
            return Decimal(number)
        case {"instant": instant}:
            return datetime.fromisoformat(instant)
        case {"day": day}:
            return date.fromisoformat(day)
    return value
