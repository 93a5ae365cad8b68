"""Make a record like another one, in the columns that other addons added too."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from sqlalchemy import inspect
from sqlalchemy.orm import RelationshipDirection, object_session
from sqlalchemy.orm.attributes import instance_state

from core.security.guard import GuardedSession, trusted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from core.orm.model import Model

M = TypeVar("M", bound="Model")

OF_EACH_RECORD: Final = frozenset({"id", "version", "created_at", "updated_at", "search_tokens"})
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

    Nothing is stored, and owned rows such as lines are left to the caller. What a model names in
    ``__not_copied__`` stays behind: its state, dates, tokens. ``without`` names what stays behind this time;
    ``values`` are set instead of what was copied. ``to`` makes a record of another model of what both have by
    the same name, such as an order of a quote.

    Whoever copies need not be able to read every column: a copy keeps what its author does not see.
    """
    given = dict(values or {})
    taken = copied_values(record, to=to, without={*without, *given})
    made = (to or type(record))(**taken | given)
    session = object_session(record)
    if isinstance(session, GuardedSession):
        session.copied_unseen[instance_state(made)] = taken
    return made


def copied_values(
    record: Model, *, to: type[Any] | None = None, without: Collection[str] = ()
) -> dict[str, Any]:
    """What ``copied`` takes over, for a service that makes the record itself."""
    target = to or type(record)
    left = {*without, *names_not_copied(type(record)), *names_not_copied(target)}
    session = object_session(record)
    with trusted(session) if isinstance(session, GuardedSession) else nullcontext():
        return {name: _value(record, name) for name in sorted({*_in_common(record, target)} - left)}


def names_not_copied(model: type[Any]) -> frozenset[str]:
    """What a model and those that extend it name in ``__not_copied__``."""
    return frozenset(name for part in model.__mro__ for name in vars(part).get("__not_copied__", ()))


def _in_common(record: Model, target: type[Any]) -> Iterator[str]:
    """The columns and lists of links that a record and a model both have; nothing that is computed."""
    theirs, ours = inspect(target).attrs, inspect(type(record))
    for attribute in ours.column_attrs:
        if (
            attribute.key not in OF_EACH_RECORD
            and attribute.key in theirs
            and attribute.columns[0].computed is None
        ):
            yield attribute.key
    for link in ours.relationships:
        if link.direction is RelationshipDirection.MANYTOMANY and not link.viewonly and link.key in theirs:
            yield link.key


def _value(record: Model, name: str) -> Any:
    value = getattr(record, name)
    return list(value) if isinstance(value, list) and name in inspect(type(record)).relationships else value
