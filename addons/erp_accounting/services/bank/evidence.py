"""Find references and names in a bank's text. Pure: no database.

A bank cuts, joins and capitalises what people wrote: "INV-2026-0012" may arrive as "inv 2026/12",
"INV20260012" or "FACTURE 2026-0012". References and texts are therefore compared as runs of letters and runs
of digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from addons.base.models.keys import AND_WORDS
from core.api import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUN = re.compile(r"[a-z]+|\d+")
MOST_RUNS = 6
"""Runs that one reference has at most: S-2026-0184/2 has five."""
SHORTEST_NAME = 5


class Told(IntEnum):
    """How surely a text names a document; the higher the surer."""

    NOT = 0
    SHORT = 1
    """Prefix and last number, without the year: FA0963 for FA-2026-0963."""
    NUMBER = 2
    """The number without its prefix."""
    WHOLE = 3


def runs(text: str) -> list[str]:
    """Letters and digits apart, without accents, capitals and signs."""
    return _RUN.findall(fold(text))


def _plain(run: str) -> str:
    return str(int(run)) if run.isdigit() else run


def forms(reference: str) -> dict[str, Told]:
    """How a reference may be written, and how surely each form means it. Nothing for what is too short."""
    parts = runs(reference)
    digits = sum(len(part) for part in parts if part.isdigit())
    if not digits or len(parts) > MOST_RUNS or len("".join(parts)) < 4:
        return {}
    found: dict[str, Told] = {}
    tail = parts[1:] if parts[0].isalpha() else parts
    if len(parts) > 2 and parts[0].isalpha() and len(_plain(parts[-1])) >= 2:
        found[f"{parts[0]}|{_plain(parts[-1])}"] = Told.SHORT
    if sum(len(part) for part in tail) >= 6:
        found["".join(tail)] = Told.NUMBER
    if len(parts) > 1:
        found["|".join(_plain(part) for part in parts)] = Told.WHOLE
    found["".join(parts)] = Told.WHOLE
    return found


def written(text: str) -> Iterator[str]:
    """Every form that the text contains, in both notations."""
    parts = runs(text)
    for start in range(len(parts)):
        joined = plain = ""
        for part in parts[start : start + MOST_RUNS]:
            joined += part
            plain = f"{plain}|{_plain(part)}" if plain else _plain(part)
            yield joined
            if "|" in plain:
                yield plain


@dataclass(slots=True)
class References:
    """Documents by the forms of their references."""

    known: dict[str, list[tuple[int, Told]]] = field(default_factory=dict)

    def add(self, key: int, reference: str) -> None:
        """Let a document be found by a reference."""
        for form, told in forms(reference).items():
            self.known.setdefault(form, []).append((key, told))

    def in_text(self, text: str) -> dict[int, Told]:
        """The documents a text names. A short form that could mean several means none."""
        found: dict[int, Told] = {}
        for form in written(text):
            hits = self.known.get(form, ())
            for key, told in hits:
                if told is Told.SHORT and len(hits) > 1:
                    continue
                found[key] = max(found.get(key, Told.NOT), told)
        return found


class Named(IntEnum):
    """How surely a text names a customer or supplier."""

    NOT = 0
    ALIKE = 1
    """Some distinctive words of the name."""
    NAME = 2


def words(text: str) -> list[str]:
    """Words as duplicate keys of contacts have them."""
    return [word for word in re.findall(r"\w+", fold(text)) if word not in AND_WORDS]


@dataclass(slots=True)
class Names:
    """Customers and suppliers by the words of their names."""

    first: dict[str, list[tuple[int, tuple[str, ...]]]] = field(default_factory=dict)
    rare: dict[str, set[int]] = field(default_factory=dict)

    def add(self, party: int, key: str) -> None:
        """``key``: the name without legal form, accents and signs (``Party.name_key``)."""
        parts = tuple(key.split())
        if not parts:
            return
        if len(key) >= SHORTEST_NAME:
            self.first.setdefault(parts[0], []).append((party, parts))
        for part in parts:
            if len(part) >= SHORTEST_NAME:
                self.rare.setdefault(part, set()).add(party)

    def in_text(self, text: str) -> dict[int, Named]:
        """Parties whose whole name stands in the text; else those that share a word nobody else has."""
        found: dict[int, Named] = {}
        parts = words(text)
        for at, word in enumerate(parts):
            for party, name in self.first.get(word, ()):
                if tuple(parts[at : at + len(name)]) == name:
                    found[party] = Named.NAME
        if not found:
            for word in parts:
                owners = self.rare.get(word, set())
                if len(owners) == 1:
                    found.update(dict.fromkeys(owners, Named.ALIKE))
        return found
