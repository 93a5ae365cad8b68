"""Read a document's lines with their taxes in at most two statements, and none when they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select
from sqlalchemy.orm.attributes import set_committed_value

from addons.catalog.models import Tax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env, Model


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
