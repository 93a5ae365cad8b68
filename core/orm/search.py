"""Search tokens: made in Python, stored as a tsvector, matched by prefix.

The database's own parser is not used: it turns "inv-0977" into "-0977". Letters and digits are split, and
whole
references, e-mail parts and phone digits are kept.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Text, TypeDecorator, cast, func
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement

MAX_MATCHES = 1000
"""A search looks at this many matches at most, ranks those and says when there were more."""
MAX_TOKEN = 60

_WORD = re.compile(r"[^\W\d_]+|\d+", re.UNICODE)
_COMPOUND = re.compile(r"[\w.+\-/@]*\w")
_PHONE = re.compile(r"\+?\d[\d\s().\-/]{4,18}\d")


def fold(text: str) -> str:
    """Compatibility-decomposed, case-folded, without accents: "Société" and "SOCIETE" are the same."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def tokens(*values: str | None) -> list[str]:
    """Sorted distinct tokens of some texts: words, numbers, whole references and runs of digits."""
    found: set[str] = set()
    for value in values:
        if not value:
            continue
        folded = fold(value)
        found.update(word[:MAX_TOKEN] for word in _WORD.findall(folded))
        for compound in _COMPOUND.findall(folded):
            if not compound.isalpha():
                found.add(compound.strip("-/.+@")[:MAX_TOKEN])
                found.update(part[:MAX_TOKEN] for part in compound.split("@") if part)
        found.update(re.sub(r"\D", "", phone) for phone in _PHONE.findall(folded))
    found.discard("")
    return sorted(found)


def prefix_query(text: str) -> str:
    """A tsquery text in which every word of ``text`` is a prefix; empty when nothing can be searched.

    Quoted, so that no operator of the query language can be typed by a user.
    """
    return " & ".join("'" + word.replace("'", "''") + "':*" for word in words_of(text))


def words_of(text: str) -> list[str]:
    """The words that are searched for, each once."""
    pieces = (piece.strip("-/.+@") for piece in _COMPOUND.findall(fold(text)))
    return list(dict.fromkeys(piece for piece in pieces if piece))


class SearchTokens(TypeDecorator[list[str]]):
    """A tsvector column written as a list of tokens."""

    impl = TSVECTOR
    cache_ok = True

    def bind_expression(self, bindparam: Any) -> ColumnElement[Any]:
        """Write by array_to_tsvector: the parser never sees the text."""
        return func.array_to_tsvector(cast(bindparam, ARRAY(Text)), type_=self)

    class comparator_factory(TypeDecorator.Comparator[Any]):
        """Adds ``column.matches(text)`` and ``column.holds(text)``."""

        def matches(self, text: str) -> ColumnElement[bool]:
            """True where every word of ``text`` begins some token."""
            return self.expr.op("@@", is_comparison=True)(cast(prefix_query(text), TSQUERY))

        def holds(self, text: str) -> ColumnElement[bool]:
            """The same, in a form that is asked of each row and never of the index."""
            return func.ts_match_vq(self.expr, cast(prefix_query(text), TSQUERY), type_=Boolean())


def joined(values: Iterable[str | None]) -> str:
    """One text of several parts, for a model's ``search_text``."""
    return " ".join(value for value in values if value)
