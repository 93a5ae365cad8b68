"""What a value of a body must be, in the reader's words: nobody reads the sentences of a decoder."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import Meta, UnsetType

from core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PATH = re.compile(r"^(?P<what>.+?)(?: - at `(?P<path>\$[^`]*)`)?$", re.DOTALL)
_NAMED = re.compile(r"^Object (?P<how>contains unknown|missing required) field `(?P<name>.+)`$", re.DOTALL)
_EXPECTED = re.compile(r"^Expected `(?P<kinds>[^`]+)`")
_BOUND = re.compile(r" (?P<sign><=|>=|<|>) (?P<number>-?[\d.]+)$")
_BYTE = re.compile(r"\(byte (\d+)\)")


def expected(kind: Any) -> str:
    """What a type takes: "Write a date like 2026-12-02."."""
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        known = [one for one in get_args(kind) if one not in {type(None), UnsetType}]
        return expected(known[0])
    if origin is Annotated:
        inner, *notes = get_args(kind)
        return _bounded(inner, [note for note in notes if isinstance(note, Meta)])
    if origin is Literal:
        return _("Choose one of: {choices}.", choices=", ".join(str(one) for one in get_args(kind)))
    if origin is list:
        return _("Write a list: [ ].")
    for known, sentence in _PLAIN:
        if kind is known:
            return sentence
    return _("This value does not fit here.")


_PLAIN: tuple[tuple[Any, str], ...] = (
    (str, _("Write a text.")),
    (bool, _("Write true or false.")),
    (int, _("Write a whole number.")),
    (float, _("Write a number, like 12.50.")),
    (Decimal, _("Write a number, like 12.50.")),
    (datetime, _("Write an instant with its time zone, like 2026-12-02T10:00:00Z.")),
    (date, _("Write a date like 2026-12-02.")),
)


def _bounded(inner: Any, notes: list[Meta]) -> str:
    most = next((note.max_length for note in notes if note.max_length is not None), None)
    if inner is str and most is not None:
        return _("Write a text of at most {most} characters.", most=most)
    least = next((note.ge for note in notes if note.ge is not None), None)
    greatest = next((note.le for note in notes if note.le is not None), None)
    if inner is int and least == 1:
        return _("Write the id of a record: a whole number.")
    if inner is int and least is not None and greatest is not None:
        return _("Write a whole number from {least} to {greatest}.", least=str(least), greatest=str(greatest))
    return expected(inner)


def broken_json(message: str) -> str:
    """Where a body stops being JSON."""
    found = _BYTE.search(message)
    if found:
        return _("Look at byte {number} of it.", number=found[1])
    return _("It ends before it is complete, or is no text in UTF-8.")


def decoded(message: str) -> tuple[str, str]:
    """The place and the sentence of what a typed decoder refused: ``orders[0].total``."""
    match = _PATH.match(message)
    what, path = (match["what"], match["path"] or "$") if match else (message, "$")
    place = path.removeprefix("$").removeprefix(".")
    if named := _NAMED.match(what):
        at = f"{place}.{named['name']}" if place else named["name"]
        return at, _("Fill this in.") if "missing" in named["how"] else _("There is no such field.")
    if found := _EXPECTED.match(what):
        return place or "body", _by_name(found["kinds"].split(" | "), what)
    lowered = what.lower()
    for part, kind in (("datetime", datetime), ("date", date), ("decimal", Decimal), ("number", Decimal)):
        if part in lowered:
            return place or "body", expected(kind)
    return place or "body", _("This value does not fit here.")


def _by_name(kinds: list[str], what: str) -> str:
    if bound := _BOUND.search(what):
        if "of length" in what:
            return _("Its length must be {sign} {number}.", sign=bound["sign"], number=bound["number"])
        return _("It must be {sign} {number}.", sign=bound["sign"], number=bound["number"])
    names: Mapping[str, Any] = {
        "str": str, "int": int, "float": float, "bool": bool, "decimal": Decimal, "datetime": datetime,
        "date": date,
    }  # fmt: skip
    kind = next((names[name] for name in kinds if name in names), None)
    if kind is not None:
        return expected(kind)
    if "array" in kinds:
        return expected(list[Any])
    if "object" in kinds:
        return _("Write an object: { }.")
    return _("This value does not fit here.")


def nearest(name: str, known: Iterable[str], also: Mapping[str, str]) -> str:
    """The name that was probably meant, empty when none is near. ``also``: other names -> the right one."""
    plain = {_plain(one): one for one in known}
    plain |= {_plain(other): right for other, right in also.items() if _plain(other) not in plain}
    found = plain.get(_plain(name))
    if found is None:
        near = get_close_matches(_plain(name), plain, n=1, cutoff=0.7)
        found = plain[near[0]] if near else ""
    return found


def _plain(name: str) -> str:
    """partyId, party-id and Party ID are one name."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
