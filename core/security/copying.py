"""Make a record like another one, in the columns that other addons added too."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from sqlalchemy import inspect
from sqlalchemy.orm import RelationshipDirection, object_session

from core.security.guard import GuardedSession, trusted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from core.orm.model import Model

M = TypeVar("M", bound="Model")

ITS_OWN: Final = frozenset({"id", "version", "created_at", "updated_at", "search_tokens"})
"""Columns that every record has for itself."""


@overload
def copied(record: M, *, without: Collection[str] = (), values: Mapping[str, Any] | None = None) -> M: ...


@overload
def copied(
    record: Model, *, to: type[M], without: Collection[str] = (), values: Mapping[str, Any] | None = None
) -> M: ...


def copied(
    record: Any,
    *,
    to: type[Any] | None = None,
    without: Collection[str] = (),
    values: Mapping[str, Any] | None = None,
) -> Any:
    """A new record like another one: all its columns and lists of links, those of other addons included.

    Nothing is stored, and owned rows such as lines are left to the caller. ``without`` names what belongs to
    the old record alone: its state, dates, tokens. ``values`` are set instead of what was copied. ``to``
    makes a record of another model of what both have by the same name, such as an order of a quote.

    Whoever copies need not be able to read every column: a copy keeps what its author does not see.
    """
    target = to or type(record)
    names = set(shared(record, target)) - set(without) - set(values or ())
    session = object_session(record)
    with trusted(session) if isinstance(session, GuardedSession) else nullcontext():
        kept = {name: _value(record, name) for name in sorted(names)}
    return target(**kept | dict(values or {}))


def shared(record: Model, target: type[Any]) -> Iterator[str]:
    """The columns and lists of links that a record and a model have in common; nothing that is computed."""
    theirs, ours = inspect(target).attrs, inspect(type(record))
    for attribute in ours.column_attrs:
        if attribute.key not in ITS_OWN and attribute.key in theirs and attribute.columns[0].computed is None:
            yield attribute.key
    for link in ours.relationships:
        if link.direction is RelationshipDirection.MANYTOMANY and not link.viewonly and link.key in theirs:
            yield link.key


def _value(record: Model, name: str) -> Any:
    value = getattr(record, name)
    return list(value) if isinstance(value, list) and name in inspect(type(record)).relationships else value
