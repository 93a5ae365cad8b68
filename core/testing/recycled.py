"""Empty a used test workspace instead of making a new one: a tenth of the time.

It gets another name, and with it another schema and role, so that nothing that a process keeps in memory
about the old one can be mistaken for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import text

from core.db import directory
from core.db.directory import WorkspaceEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from core.db.server import Server

_TABLES = text("""
    SELECT c.relname, array_agg(quote_ident(a.attname) ORDER BY a.attnum)
               FILTER (WHERE a.attgenerated = '')
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = CAST(:schema AS regnamespace) AND c.relkind = 'r'
    GROUP BY c.relname
""")
_SEQUENCES = text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = :schema")
_SHAPE = text("""
    WITH here AS (SELECT CAST(CAST(:schema AS text) AS regnamespace) AS id),
    things AS (
        SELECT concat(c.relname, '.', a.attname, a.attnotnull, a.atthasdef) AS thing
        FROM here JOIN pg_class c ON c.relnamespace = here.id
        JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
        UNION ALL SELECT concat(k.conname, k.convalidated)
        FROM here JOIN pg_constraint k ON k.connamespace = here.id
        UNION ALL SELECT concat(c.relname, t.tgname, t.tgenabled)
        FROM here JOIN pg_class c ON c.relnamespace = here.id
        JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
        UNION ALL SELECT concat(p.proname, md5(p.prosrc)) FROM here JOIN pg_proc p ON p.pronamespace = here.id
        UNION ALL SELECT concat(c.relname, replace(array_to_string(c.relacl, ' '), :role, ''))
        FROM here JOIN pg_class c ON c.relnamespace = here.id
    )
    SELECT md5(string_agg(thing, ',' ORDER BY thing)) FROM things
""")


@dataclass(frozen=True, slots=True)
class Pristine:
    """What a workspace of some addons holds before anybody worked in it."""

    shape: str
    columns: Mapping[str, list[str]]
    rows: Mapping[str, bytes]
    sequences: Mapping[str, int | None]


def remember(server: Server, entry: WorkspaceEntry) -> Pristine:
    """Read everything out of a workspace that was just made."""
    with server.owner() as connection:
        columns = {name: list(names) for name, names in connection.execute(_TABLES, _schema(entry))}
        rows = {}
        for table, names in columns.items():
            content = _copy_out(connection, f"COPY {entry.schema}.{table} ({', '.join(names)}) TO STDOUT")
            if content:
                rows[table] = content
        found = connection.execute(_SEQUENCES, _schema(entry))
        sequences: dict[str, int | None] = {row.sequencename: row.last_value for row in found}
        return Pristine(_shape(connection, entry), columns, rows, sequences)


def reuse(server: Server, entry: WorkspaceEntry, pristine: Pristine) -> WorkspaceEntry | None:
    """Make a used workspace what it was at first, under another name; None when it is gone, or its
    form has changed."""
    name = f"t_{uuid4().hex[:16]}"
    fresh = WorkspaceEntry(
        name, entry.title, f"ws_{name}", f"ws_{name}", (name,), "ready", f"http://{name}.localhost"
    )
    with server.owner() as connection:
        there = connection.scalar(text("SELECT to_regnamespace(:schema)"), _schema(entry))
        if there is None or _shape(connection, entry) != pristine.shape:
            return None
        directory.forget_jobs(connection, entry.name)
        script = [
            "BEGIN",
            "SET LOCAL lock_timeout = '5s'",
            "SET LOCAL session_replication_role = replica",  # no triggers, no foreign keys meanwhile
            *(f"DELETE FROM {entry.schema}.{table}" for table in pristine.columns),  # noqa: S608  # catalog names
        ]
        cursor: Any = connection.connection.cursor()
        try:
            cursor.execute(";".join(script))
            for table, content in pristine.rows.items():
                names = ", ".join(pristine.columns[table])
                with cursor.copy(f"COPY {entry.schema}.{table} ({names}) FROM STDIN") as copy:
                    copy.write(content)
            cursor.execute(";".join([*_sequences(entry, pristine), *_renamed(entry, fresh), "COMMIT"]))
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
    return fresh


def _sequences(entry: WorkspaceEntry, pristine: Pristine) -> list[str]:
    return [
        f"SELECT setval('{entry.schema}.{name}', {last or 1}, {str(last is not None).lower()})"
        for name, last in pristine.sequences.items()
    ]


def _renamed(entry: WorkspaceEntry, fresh: WorkspaceEntry) -> list[str]:
    values = {
        "name": f"'{fresh.name}'",
        "schema_name": f"'{fresh.schema}'",
        "role_name": f"'{fresh.role}'",
        "hosts": f"ARRAY['{fresh.name}']",
        "title": f"'{fresh.title}'",
        "address": f"'{fresh.address}'",
        "state": "'ready'",
    }
    changes = ", ".join(f"{name} = {value}" for name, value in values.items())
    return [
        f"ALTER SCHEMA {entry.schema} RENAME TO {fresh.schema}",
        f"ALTER ROLE {entry.role} RENAME TO {fresh.role}",
        f"UPDATE platform.workspace SET {changes} WHERE name = '{entry.name}'",  # noqa: S608  # names made here
    ]


def _shape(connection: Connection, entry: WorkspaceEntry) -> str:
    return str(connection.scalar(_SHAPE, {"schema": entry.schema, "role": entry.role}))


def _schema(entry: WorkspaceEntry) -> dict[str, str]:
    return {"schema": entry.schema}


def _copy_out(connection: Connection, statement: str) -> bytes:
    cursor: Any = connection.connection.cursor()
    with cursor.copy(statement) as copy:
        return b"".join(bytes(part) for part in copy)
