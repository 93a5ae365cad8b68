"""Read a document's lines with their taxes in at most two statements, and hold a document's row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm.attributes import set_committed_value

from addons.catalog.models import Tax
from core.api import Model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env

M = TypeVar("M", bound=Model)


def locked(env: Env, record: M) -> M:
    """Hold the record's row until the transaction ends and read its columns anew; its lines stay as they are.

    Whoever comes second waits here, then sees what the first one did.
    """
    if record in made_here(env):
        return record  # nobody else can see it yet
    state: Any = inspect(record)
    names = [column.key for column in state.mapper.column_attrs if column.key not in state.unloaded]
    env.session.refresh(record, names, with_for_update=True)
    return record


def made_here(env: Env) -> set[Any]:
    """Documents made in this transaction: their rows need no lock."""
    found: set[Any] = env.cache.setdefault("crm_sales.made", set())
    return found


def lines_of(env: Env, document: Any, join: type[Model], key: str) -> Sequence[Any]:
    """The lines of a quote or an order, each with its taxes; ``join`` and ``key`` name the table between."""
    lines = list(document.lines)
    bare = {line.id: line for line in lines if line.id and "taxes" in inspect(line).unloaded}
    if bare:
        tax, table = env[Tax], env[join]
        rows = env.session.execute(
            select(getattr(table, key), tax)
            .join(tax, tax.id == getattr(table, "tax_id"))  # noqa: B009 - the join is one of several models
            .where(getattr(table, key).in_(bare))
            .order_by(tax.position, tax.id)
        )
        found: dict[int, list[Tax]] = {}
        for line_id, row in rows:
            found.setdefault(line_id, []).append(row)
        for line_id, line in bare.items():
            set_committed_value(line, "taxes", found.get(line_id, []))
    return lines
