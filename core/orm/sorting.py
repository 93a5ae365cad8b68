"""Texts in the order people sort them: without case and accents, œ as oe.

The embedded server is built without ICU, so that the order is an expression; indexes on it serve lists.
"""

from __future__ import annotations

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


def sort_index(column: str = "name") -> Index:
    """For ``__constraints__`` of a model whose lists are sorted by a text."""
    return Index(f"by_{column}", text(_KEY.format(column=column)), "id")
