"""Make a record like another one, in the columns that other addons added too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

if TYPE_CHECKING:
    from core.api import Model

ITS_OWN = frozenset({"id", "version", "created_at", "updated_at", "search_tokens"})


def values_of(record: Model, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The columns of a record that a second one can share; computed columns are not among them."""
    mapper = inspect(type(record))
    return {
        attribute.key: getattr(record, attribute.key)
        for attribute in mapper.column_attrs
        if attribute.key not in ITS_OWN | without and attribute.columns[0].computed is None
    }
