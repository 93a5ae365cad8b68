"""What the workspace's schema holds, read from PostgreSQL's catalog: no model is asked, so that the tables of
disabled addons are seen too."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

DEPTH: Final = 2
"""How far a record belongs: an order to its customer, a line to its order."""
_COLUMNS: Final = text(
    """
    SELECT c.relname AS name, quote_ident(c.relname) AS quoted, a.attname AS column,
           quote_ident(a.attname) AS quoted_column, format_type(a.atttypid, a.atttypmod) AS type,
           t.typname AS kind, NOT a.attnotnull AS nullable
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_type t ON t.oid = a.atttypid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
       AND a.attgenerated = '' AND c.relname NOT LIKE 'alembic%'
     ORDER BY c.relname, a.attnum
    """
)
_REFERENCES: Final = text(
    """
    SELECT k.conrelid::regclass::text AS name, a.attname AS column, k.confrelid::regclass::text AS target
      FROM pg_constraint k
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
     WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace
       AND array_length(k.conkey, 1) = 1
    """
)
_KINDS: Final = {
    "text": "text",
    "varchar": "text",
    "bpchar": "text",
    "json": "json",
    "jsonb": "json",
    "_text": "list",
    "_varchar": "list",
    "bytea": "file",
}
_NAMING: Final = (("model", "record_id"), ("record_model", "record_id"))
"""Pairs of columns by which a row names a record of any model."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column that can hold a text: kind is "text", "json", "list" or "file"."""

    name: str
    quoted: str
    type: str
    kind: str
    nullable: bool

    @property
    def selected(self) -> str:
        """A JSON document is read as text: numbers stay as they are written."""
        return f"{self.quoted}::text" if self.kind == "json" else self.quoted

    @property
    def as_text(self) -> str:
        """For finding candidates."""
        return f"{self.quoted}::text"


@dataclass(slots=True)
class Table:
    """One table, with the columns that matter here."""

    name: str
    quoted: str
    texts: list[Column] = field(default_factory=list)
    files: list[Column] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)

    @property
    def searched(self) -> bool:
        """Whether it has a search column."""
        return "search_tokens" in self.columns

    @property
    def versioned(self) -> bool:
        """Whether an open form notices the change."""
        return "version" in self.columns


def tables(connection: Connection) -> dict[str, Table]:
    """The tables with an id, by name."""
    found: dict[str, Table] = {}
    for row in connection.execute(_COLUMNS):
        table = found.setdefault(row.name, Table(row.name, row.quoted))
        table.columns.add(row.column)
        kind = _KINDS.get(row.kind)
        if kind is not None:
            column = Column(row.column, row.quoted_column, row.type, kind, row.nullable)
            (table.files if kind == "file" else table.texts).append(column)
    return {name: table for name, table in found.items() if "id" in table.columns}


def belongings(
    connection: Connection, found: Mapping[str, Table], roots: Mapping[str, frozenset[int]]
) -> dict[str, frozenset[int]]:
    """Table -> ids of the rows that belong to the roots: by a reference, or by naming the record.

    The tables of the roots gain nothing: somebody who refers to the person is somebody else.
    """
    owned: dict[str, set[int]] = defaultdict(set, {name: set(ids) for name, ids in roots.items()})
    references = [row for row in connection.execute(_REFERENCES) if row.name not in roots]
    before: dict[str, set[int]] = {name: set(ids) for name, ids in roots.items()}
    for _level in range(DEPTH):
        new: dict[str, set[int]] = defaultdict(set)
        for reference in references:
            if reference.name in found and (ids := before.get(reference.target)):
                new[reference.name] |= _rows(connection, found[reference.name], reference.column, ids)
        for table in found.values():
            for model, record in _NAMING:
                if {model, record} <= table.columns and table.name not in roots:
                    new[table.name] |= _naming(connection, table, model, record, before)
        before = {name: ids - owned[name] for name, ids in new.items()}
        for name, ids in new.items():
            owned[name] |= ids
    return {name: frozenset(ids) for name, ids in owned.items() if ids}


def _rows(connection: Connection, table: Table, column: str, ids: Iterable[int]) -> set[int]:
    statement = text(
        f'SELECT id FROM {table.quoted} WHERE "{column}" = ANY(:ids)'  # noqa: S608 - names from the catalog; values are bound
    ).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))
    return set(connection.execute(statement, {"ids": sorted(ids)}).scalars())


def _naming(
    connection: Connection, table: Table, model: str, record: str, owned: Mapping[str, set[int]]
) -> set[int]:
    pairs = [(name, record_id) for name, ids in sorted(owned.items()) for record_id in sorted(ids)]
    statement = text(
        f"SELECT t.id FROM {table.quoted} t JOIN unnest(:names, :ids) AS o (name, id)"  # noqa: S608 - names from the catalog; values are bound
        f" ON replace(t.{model}, '.', '_') = o.name AND t.{record} = o.id"
    ).bindparams(bindparam("names", type_=ARRAY(Text)), bindparam("ids", type_=ARRAY(BigInteger)))
    values = {"names": [name for name, _id in pairs], "ids": [record_id for _name, record_id in pairs]}
    return set(connection.execute(statement, values).scalars())
