"""How a person is recognised in a text: the names, e-mail addresses and telephone numbers, as people write
them.

One regular expression is made that both Python and PostgreSQL read. PostgreSQL finds candidates with it;
Python, which also looks at what stands before and after, replaces.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from core.orm.search import fold, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

ERASED: Final = "•••"
"""Stands where something was erased. Never longer than what it replaces."""
SHORTEST_WORD: Final = 3
"""A single word of a name is erased, on the person's own records, from this length on."""
_MARKS: Final = "[\u0300-\u036f]*"
_GAP: Final = "[ \t\r\n\u00a0\u202f,._'’-]+"
_BETWEEN_DIGITS: Final = "[ \u00a0\u202f./()-]*"
_JSON_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_NOWHERE: Final = re.compile(r"(?!)")


@dataclass(frozen=True)
class Traces:
    """What to look for. ``names`` have at least two words, or they are ``words``.

    ``phones`` are national numbers, digits only, without a leading zero. ``words`` are looked for on the
    person's own records only: alone, a first name says nothing.
    """

    names: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    words: frozenset[str] = field(default=frozenset())

    def __bool__(self) -> bool:
        return bool(self.names or self.emails or self.phones or self.words)

    def __or__(self, other: Traces) -> Traces:
        """Both persons at once: one passage over the tables for several."""
        return Traces(
            self.names | other.names,
            self.emails | other.emails,
            self.phones | other.phones,
            self.words | other.words,
        )

    @cached_property
    def candidates(self) -> str:
        """A pattern for PostgreSQL's ``~``: everything ``replaced`` would change, and sometimes more."""
        parts = [_name(name) for name in sorted(self.names)]
        parts += [_literal(email) for email in sorted(self.emails)]
        parts += [_digits(phone) for phone in sorted(self.phones)]
        parts += [_literal(word) for word in sorted(self.words)]
        return "|".join(parts)

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        parts = [rf"(?<![\w.+-]){_literal(email)}(?![\w-]|\.\w)" for email in sorted(self.emails)]
        parts += [rf"(?<![^\W_]){_name(name)}(?![^\W_])" for name in _longest_first(self.names)]
        parts += [
            rf"(?<![\d+])(?:(?:\+|00)\d{{1,3}}{_BETWEEN_DIGITS})?(?:\(?0\)?{_BETWEEN_DIGITS})?{_digits(phone)}(?!\d)"
            for phone in sorted(self.phones)
        ]
        parts += [rf"(?<![^\W_]){_literal(word)}(?![^\W_])" for word in _longest_first(self.words)]
        return re.compile("|".join(parts)) if parts else _NOWHERE

    def replaced(self, text: str) -> str:
        """The text without the person."""
        return self._regex.sub(ERASED, text)

    def replaced_in_json(self, text: str) -> str:
        """A JSON document, as text, whose strings are without the person; numbers stay exactly as
        written."""

        def string(found: re.Match[str]) -> str:
            before = json.loads(found.group())
            after = self.replaced(before)
            return found.group() if after == before else json.dumps(after, ensure_ascii=False)

        return _JSON_STRING.sub(string, text)

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Every search token that the person's data gave."""
        return frozenset(tokens(*self.names, *self.emails, *self.words)) | self._numbers

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(self.phones)

    def has_tokens_of(self, found: Iterable[str]) -> bool:
        """Whether search tokens lead to the person: a whole name, an e-mail address or a number among
        them."""
        there = frozenset(found)
        return (
            any(there.issuperset(tokens(name)) for name in self.names)
            or any(fold(email) in there for email in self.emails)
            or any(fold(word) in there for word in self.words)
            or any(token.isdigit() and token.endswith(phone) for token in there for phone in self.phones)
        )

    def without_tokens(self, found: Iterable[str], still: Iterable[str]) -> list[str]:
        """Search tokens without the person's; ``still`` are those the record's own texts give."""
        kept = frozenset(still)
        return sorted(
            token
            for token in found
            if token in kept
            or not (
                token in self.tokens
                or (token.isdigit() and any(token.endswith(phone) for phone in self.phones))
            )
        )


def words_of(names: Iterable[str]) -> frozenset[str]:
    """The single words of names that are long enough to be looked for."""
    return frozenset(
        word for name in names for word in re.findall(r"[^\W\d_]+", name) if len(word) >= SHORTEST_WORD
    )


def _longest_first(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=lambda text: (-len(text), text))


@lru_cache(maxsize=4096)
def _name(name: str) -> str:
    """The words of a name in the order written, with the last word first, and with the first word last."""
    words = [_literal(word) for word in re.split(r"[\s,._'’-]+", name) if word]
    orders = dict.fromkeys((tuple(words), (words[-1], *words[:-1]), (*words[1:], words[0])))
    return "(?:" + "|".join(_GAP.join(order) for order in orders) + ")"


@lru_cache(maxsize=4096)
def _literal(text: str) -> str:
    """The text in any case, with or without its accents."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(_letter(letter) for letter in composed)


def _digits(number: str) -> str:
    return _BETWEEN_DIGITS.join(number)


@lru_cache(maxsize=1024)
def _letter(letter: str) -> str:
    if letter.isspace():
        return _GAP
    if not letter.isalnum():
        return "\\" + letter if letter.isascii() else letter
    if letter.isdigit():
        return letter
    plain = fold(letter)
    spelt = "".join(f"[{''.join(sorted(_variants(sign)))}]{_MARKS}" for sign in plain)
    itself = {letter, letter.lower(), letter.upper()}
    if len(plain) == 1 or any(len(one) != 1 for one in itself):
        return spelt
    return f"(?:{spelt}|[{''.join(sorted(itself))}])"


def _variants(sign: str) -> set[str]:
    upper = sign.upper()
    return {sign, upper if len(upper) == 1 else sign} | _accented().get(sign, set())


@lru_cache(maxsize=1)
def _accented() -> dict[str, set[str]]:
    """Plain letter -> the Latin letters that fold to it."""
    found: dict[str, set[str]] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = fold(chr(code))
        if len(plain) == 1:
            found.setdefault(plain, set()).add(chr(code))
    return found
