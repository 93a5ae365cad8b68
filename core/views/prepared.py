"""The statement of a list, made once for all who look at the same columns in the same order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.views.joins import Joins
from core.views.plain import Plain, plain_of

if TYPE_CHECKING:
    from core.views.keyset import Order
    from core.views.query import ListQuery

STATEMENTS_KEPT: Final = 1_000
"""Of one set of addons: those that were made first are forgotten."""


class Prepared(NamedTuple):
    """A statement of all rows, before it is narrowed to a page, with what it is made of."""

    joins: Joins
    orders: list[Order]
    ends: list[int]
    """After how many keys of the order each group level ends."""
    plain: Plain | None
    """How rows are read without their records; None when a cell shows more than columns."""
    statement: Any


def prepared(query: ListQuery) -> Prepared:
    """The statement of a list; one that is narrowed by filters or words is made anew."""
    state, declared = query.state, query.declared
    if query.filters or state.q or declared.where is not None:
        return _prepare(query)
    known: dict[Any, Prepared] = query.env.registry.memo("core.views.statements", lambda _: {})
    columns = tuple(
        (column.path, column.kind, bool(column.tone), column.template, tuple(column.needs))
        for column in query.columns
    )
    declaration = (query.model.model_name, declared.name, declared.default_sort, declared.template)
    key = (declaration, columns, state.sort, tuple(state.group_by), str(query.env.tz), query.env.access)
    found = known.get(key)
    if found is None:
        found = known[key] = _prepare(query)
        while len(known) > STATEMENTS_KEPT:
            known.pop(next(iter(known)), None)
    return found


def _prepare(query: ListQuery) -> Prepared:
    joins = Joins(query.model, str(query.env.tz))
    for meta in query.metas:
        joins.need(meta)
    orders, ends = query.orders(joins)
    whole = any(column.tone or column.template or column.needs for column in query.columns)
    plain = None if whole or query.declared.template else plain_of(query.model, query.metas)
    return Prepared(joins, orders, ends, plain, query.select(joins, orders, plain))
