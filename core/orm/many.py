"""Insert many rows by one short statement: a column is one array, however many rows there are.

The database reads a text of a few lines instead of one with a place for every value of every row.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, JSON, Column, Text, bindparam, cast, column, func, insert, inspect, select
from sqlalchemy.dialects.postgresql import TSVECTOR

from core.orm.money import refuse_floats
from core.orm.search import SearchTokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection


def insert_rows(connection: Connection, model: Any, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows of attribute to value, made complete before; give their ids in the same order."""
    mapper: Any = inspect(model)
    columns = columns_of(model)
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        groups[tuple(sorted(row))].append(place)
    ids = [0] * len(rows)
    for keys, places in groups.items():
        chosen = {key: columns[key] for key in keys}
        found = _insert(connection, mapper.local_table, chosen, [rows[place] for place in places])
        for place, number in zip(places, found, strict=True):
            ids[place] = number
    return ids


@cache
def columns_of(model: Any) -> Mapping[str, Column[Any]]:
    """Attribute -> column of the table."""
    mapper: Any = inspect(model)
    pairs = ((prop.key, prop.columns[0]) for prop in mapper.column_attrs)
    return {key: one for key, one in pairs if isinstance(one, Column)}


@cache
def _defaults_of(model: Any) -> Mapping[str, Any]:
    pairs = ((key, one.default) for key, one in columns_of(model).items())
    return {key: default for key, default in pairs if default is not None and not default.is_sequence}


def complete(model: Any, row: dict[str, Any]) -> None:
    """Add what its columns begin with where a row says nothing."""
    refuse_floats(model, row)
    for key, default in _defaults_of(model).items():
        if key not in row:
            row[key] = default.arg if default.is_scalar else default.arg(None)


def _insert(
    connection: Connection, table: Any, columns: Mapping[str, Column[Any]], rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    arrays = [_array(key, one, [row[key] for row in rows]) for key, one in columns.items()]
    names = [f"c{place}" for place in range(len(arrays))]
    given = (
        func.unnest(*arrays)
        .table_valued(*(column(name) for name in names), with_ordinality="place", name="given")
        .render_derived()
    )
    wanted = [_element(given.c[name], one) for name, one in zip(names, columns.values(), strict=True)]
    source = select(*wanted).select_from(given).order_by(given.c.place)
    statement = insert(table).from_select(
        [one.name for one in columns.values()], source, include_defaults=False
    )
    # identity numbers are drawn in the order of the rows, so that sorted they are the rows' own
    return sorted(connection.scalars(statement.returning(table.c.id)))


def _array(key: str, one: Column[Any], values: list[Any]) -> Any:
    """All values of a column; as texts where an element of an array cannot be what the column holds."""
    write = _as_text(one)
    kind: Any = ARRAY(one.type if write is None else Text)
    return cast(bindparam(f"v_{key}", values if write is None else list(map(write, values)), kind), kind)


def _element(given: Any, one: Column[Any]) -> Any:
    if isinstance(one.type, SearchTokens):
        return cast(given, TSVECTOR)
    return given if _as_text(one) is None else cast(given, one.type)


def _as_text(one: Column[Any]) -> Callable[[Any], str | None] | None:
    if isinstance(one.type, SearchTokens):
        return _tsvector
    if isinstance(one.type, ARRAY):
        return _literal
    if isinstance(one.type, JSON):
        return _json_or_null if one.type.none_as_null else _json
    return None


def _json(value: Any) -> str:
    return json.dumps(value)


def _json_or_null(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _tsvector(tokens: Sequence[str] | None) -> str | None:
    """Tokens as the database writes them, each in quotes, so that none of their signs has a meaning."""
    if tokens is None:
        return None
    return " ".join("'" + token.replace("\\", "\\\\").replace("'", "''") + "'" for token in tokens)


def _literal(values: Sequence[Any] | None) -> str | None:
    """An array as the database writes it."""
    if values is None:
        return None
    quoted = ('"' + str(one).replace("\\", "\\\\").replace('"', '\\"') + '"' for one in values)
    return "{" + ",".join(quoted) + "}"
