"""The archive a removal writes, from which the addon's data can be brought back.

A ZIP with one file per table in PostgreSQL's own COPY text format, so that nothing is converted on the way
out or in, and ``archive.json``: addon, version, each unit's revision, the rows of each file, the last ids.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from psycopg import errors
from sqlalchemy import text

from core import uploads
from core.errors import RuleBroken
from core.i18n import _
from core.registry.private_files import private_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from hashlib import _Hash as HASH  # its name in the standard library's stubs
    from pathlib import Path

    from sqlalchemy import Connection

    from core.registry.plans import RemovalPlan

_COLUMNS = text(
    "SELECT attname FROM pg_attribute WHERE attrelid = CAST(CAST(:table AS text) AS regclass) AND attnum > 0"
    " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
)


@dataclass(frozen=True, slots=True)
class ArchiveContent:
    """What an archive says of itself."""

    addon: str
    version: str
    revisions: dict[str, str]
    tables: dict[str, list[str]]
    """Table -> columns, in the order in which they are brought back."""
    columns: dict[str, list[str]]
    """Another addon's table -> the columns that were added to it."""
    rows: dict[str, int]
    """File of the archive -> its rows."""
    digests: dict[str, str]
    """File of the archive -> SHA-256 of what the database gave, in hexadecimal."""
    sequences: dict[str, int]
    """Table -> the last id that was given out."""


class ArchiveDamaged(RuleBroken):
    """An archive does not hold what was written into it."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            _("The archive {file} is damaged: {what}.", file=path.name, what=what),
            hint=_("See whether the disk is full or broken. Nothing was removed or brought back."),
        )


class RecordGone(RuleBroken):
    """A row of an archive belongs to a record that was deleted after the removal."""

    def __init__(self, table: str, detail: str) -> None:
        super().__init__(
            _("{table} cannot be brought back: a record that it belongs to is gone.", table=table),
            hint=_(
                "Nothing was changed. Restore a backup beside it to find that record: {detail}", detail=detail
            ),
        )


def write(
    connection: Connection, version: str, plan: RemovalPlan, revisions: dict[str, str], path: Path
) -> None:
    """Write everything the plan would erase; the file is complete and on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    order = {table: columns_of(connection, table) for table in plan.tables}
    columns: dict[str, list[str]] = {}
    for table, column in plan.columns:
        columns.setdefault(table, []).append(column)
    partial = path.with_suffix(".partial")
    rows: dict[str, int] = {}
    digests: dict[str, str] = {}
    with private_file(partial) as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as file:

        def save(query: str, name: str) -> None:
            digest = sha256()
            rows[name] = copy_out(connection, query, file, name, digest)
            digests[name] = digest.hexdigest()

        for table in order:
            save(f"SELECT {quoted(order[table])} FROM {table} ORDER BY id", f"tables/{table}.copy")  # noqa: S608 - declared names
        for table, names in columns.items():
            some = " OR ".join(f'"{name}" IS NOT NULL' for name in names)
            query = f"SELECT id, {quoted(names)} FROM {table} WHERE {some} ORDER BY id"  # noqa: S608 - declared names
            save(query, f"columns/{table}.copy")
        content = {
            "addon": plan.name,
            "version": version,
            "revisions": revisions,
            "tables": order,
            "columns": columns,
            "rows": rows,
            "digests": digests,
            "sequences": {table: _last_id(connection, table) for table in order},
        }
        file.writestr("archive.json", json.dumps(content, indent=1))
    partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name of the file is on disk too
    finally:
        os.close(folder)


def verify(path: Path) -> ArchiveContent:
    """Read every byte of an archive; ArchiveDamaged when it is not what was written."""
    content = read(path)
    with zipfile.ZipFile(path) as file:
        try:
            for name, digest in content.digests.items():
                found = sha256()
                with file.open(name) as source:
                    while block := source.read(1 << 20):
                        found.update(block)
                if found.hexdigest() != digest:
                    raise ArchiveDamaged(path, name)
        except (OSError, KeyError, zipfile.BadZipFile, zlib.error) as error:
            raise ArchiveDamaged(path, str(error)) from error
    return content


def read(path: Path) -> ArchiveContent:
    """What an archive holds; RuleBroken when the file is not one."""
    try:
        with zipfile.ZipFile(path) as file:
            return ArchiveContent(**uploads.read_json(uploads.member_of(file, "archive.json")))
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise RuleBroken(
            _("{file} is not an archive of an app.", file=path.name),
            hint=_("Choose the file that the removal wrote; Settings > Apps > History names it."),
        ) from error


def restore(connection: Connection, path: Path, content: ArchiveContent) -> int:
    """Copy the rows back in the caller's transaction; give the number of values whose row is gone
    meanwhile."""
    lost = 0
    with zipfile.ZipFile(path) as file:
        for table, columns in content.tables.items():
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            try:
                copy_in(
                    connection, f"COPY {table} ({quoted(columns)}) FROM STDIN", file, f"tables/{table}.copy"
                )
            except errors.ForeignKeyViolation as error:
                raise RecordGone(table, str(error.diag.message_detail or error)) from error
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
            if last := content.sequences[table]:
                connection.execute(text(f"SELECT setval({_sequence(table)}, :last)"), {"last": last})
        for table, names in content.columns.items():
            listed = quoted(names)
            back = f"back_{table}"
            rows = f"SELECT id, {listed} FROM {table} WITH NO DATA"  # noqa: S608 - declared names
            connection.execute(text(f"CREATE TEMP TABLE {back} ON COMMIT DROP AS {rows}"))
            copy_in(connection, f"COPY {back} (id, {listed}) FROM STDIN", file, f"columns/{table}.copy")
            total = connection.scalar(text(f"SELECT count(*) FROM {back}"))  # noqa: S608 - declared names
            assignments = ", ".join(f'"{name}" = {back}."{name}"' for name in names)
            done = connection.execute(
                text(f"UPDATE {table} SET {assignments} FROM {back} WHERE {table}.id = {back}.id")  # noqa: S608 - declared names
            )
            lost += int(total or 0) - done.rowcount
    return lost


def quoted(names: Iterable[str]) -> str:
    """A list of columns, of which some may be named like words of SQL."""
    return ", ".join(f'"{name}"' for name in names)


def _sequence(table: str) -> str:
    return f"pg_get_serial_sequence('{table}', 'id')"


def _last_id(connection: Connection, table: str) -> int:
    """The last id that was given out, 0 when none was: ids of deleted rows are not given again."""
    return int(connection.scalar(text(f"SELECT coalesce(pg_sequence_last_value({_sequence(table)}), 0)")))


def columns_of(connection: Connection, table: str) -> list[str]:
    """The columns that are written: those that the database computes are computed again."""
    return list(connection.scalars(_COLUMNS, {"table": table}))


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()


def copy_out(
    connection: Connection, query: str, file: zipfile.ZipFile, name: str, digest: HASH | None = None
) -> int:
    """Write a query's rows into a file of the ZIP, and feed them to ``digest``; give their number."""
    with _cursor(connection) as cursor:
        with cursor.copy(f"COPY ({query}) TO STDOUT") as copy, file.open(name, "w") as out:
            for block in copy:
                out.write(bytes(block))
                if digest is not None:
                    digest.update(block)
        return int(cursor.rowcount)


def copy_in(connection: Connection, statement: str, file: zipfile.ZipFile, name: str) -> int:
    """Run a COPY FROM STDIN with a file of the ZIP; give the number of rows."""
    with _cursor(connection) as cursor:
        with cursor.copy(statement) as copy, file.open(name) as source:
            while block := source.read(1 << 20):
                copy.write(block)
        return int(cursor.rowcount)
