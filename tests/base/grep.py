"""Look for words in every column of every table of a workspace, whatever type it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from core.api import settle_audit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.api import Env

_COLUMNS = text(
    "SELECT table_name, column_name, data_type FROM information_schema.columns"
    " WHERE table_schema = current_schema() ORDER BY 1, 2"
)


def found_in_schema(env: Env, needles: Iterable[str]) -> set[str]:
    """``table.column`` of every column that holds one of the words, in any case."""
    settle_audit(env)
    pattern = "|".join(needles).lower()
    connection = env.scope.connection
    found = set()
    for table, column, kind in connection.execute(_COLUMNS).all():
        value = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
        query = text(f'SELECT count(*) FROM "{table}" WHERE lower({value}) ~ :pattern')
        if connection.execute(query, {"pattern": pattern}).scalar():
            found.add(f"{table}.{column}")
    return found
