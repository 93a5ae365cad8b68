"""Read the lines of a document with their taxes, in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload, with_parent
from sqlalchemy.orm.attributes import set_committed_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env, Model


def lines_of(env: Env, document: Model) -> Sequence[Any]:
    """The ``lines`` of a quote, an order or an invoice by position, each with its ``taxes`` by theirs.

    Lines that are in memory are taken as they are; only taxes that are missing are read.
    """
    state: Any = inspect(document)
    if state.persistent and "lines" in state.unloaded:
        link = state.mapper.relationships["lines"]
        line = link.mapper.class_
        found = _with_taxes(env, select(line).where(with_parent(document, link.class_attribute)), line)
        set_committed_value(document, "lines", sorted(found, key=lambda one: (one.position, one.id)))
    lines: Sequence[Any] = document.lines  # type: ignore[attr-defined]  # documents have lines
    bare = [line for line in lines if line.id and "taxes" in inspect(line).unloaded]
    if bare:
        line = type(bare[0])
        _with_taxes(env, select(line).where(line.id.in_([one.id for one in bare])), line)
    return list(lines)


def _with_taxes(env: Env, query: Any, line: Any) -> Sequence[Any]:
    found: Sequence[Any] = env.session.scalars(query.options(joinedload(line.taxes))).unique().all()
    for one in found:
        set_committed_value(one, "taxes", sorted(one.taxes, key=lambda tax: (tax.position, tax.id)))
    return found
