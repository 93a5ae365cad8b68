"""Texts in the order people sort them: without case and accents, œ as oe.

The embedded server is built without ICU, so that the order is an expression; indexes on it serve lists.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Index, String, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_MARKS: Final = "'[\u0300-\u036f]'"
"""What an accented letter is followed by once it is taken apart (Unicode's form NFD)."""
_KEY: Final = (
    "replace(replace(lower(regexp_replace(normalize({column}, NFD), " + _MARKS + ", '', 'g')),"
    " 'œ', 'oe'), 'æ', 'ae')"
)


class SortKey(FunctionElement[str]):
    """What a text is compared by."""

    name = "sort_key"
    type = String()
    inherit_cache = True


@compiles(SortKey)
def _written(element: SortKey, compiler: Any, **options: Any) -> str:
    return _KEY.format(column=compiler.process(element.clauses, **options))


def as_people_sort(value: Any) -> Any:
    """The expression a text is sorted by; anything else as it is."""
    return SortKey(value) if isinstance(value.type, String) else value


@lru_cache(maxsize=8192)
def people_order(value: str) -> tuple[str, str]:
    """The key for ``sorted``: as ``as_people_sort`` sorts in the database, equal ones by their spelling."""
    apart = unicodedata.normalize("NFD", value)
    bare = "".join(sign for sign in apart if not "\u0300" <= sign <= "\u036f").lower()
    return bare.replace("œ", "oe").replace("æ", "ae"), value


def sort_index(column: str = "name") -> Index:
    """For ``__constraints__`` of a model whose lists are sorted by a text."""
    return Index(f"by_{column}", text(_KEY.format(column=column)), "id")
