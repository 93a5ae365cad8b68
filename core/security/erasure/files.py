"""Uploaded files and kept answers: dropped where the table can do without them, counted where it cannot."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from sqlalchemy import text

from core import uploads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from core.security.erasure.schema import Column, Table
    from core.security.erasure.traces import Traces


def forget(
    connection: Connection, table: Table, column: Column, traces: Traces, owned: frozenset[int]
) -> tuple[int, int]:
    """Drop the files that name the person, or that are the person's own; (dropped, left for somebody to
    read)."""
    statement = text(f"SELECT id FROM {table.quoted} WHERE {column.quoted} IS NOT NULL ORDER BY id")  # noqa: S608 - names from the catalog, quoted
    dropped = left = 0
    for row_id in connection.execute(statement).scalars().all():
        if row_id not in owned and not _names(connection, table, column, row_id, traces):
            continue
        if column.nullable:
            empty = text(f"UPDATE {table.quoted} SET {column.quoted} = NULL WHERE id = :id")  # noqa: S608 - names from the catalog, quoted
            connection.execute(empty, {"id": row_id})
            dropped += 1
        elif row_id not in owned:
            left += 1
    return dropped, left


def _names(connection: Connection, table: Table, column: Column, row_id: int, traces: Traces) -> bool:
    statement = text(f"SELECT {column.quoted} FROM {table.quoted} WHERE id = :id")  # noqa: S608 - names from the catalog, quoted
    content = connection.execute(statement, {"id": row_id}).scalar()
    return content is not None and any(traces.replaced(found) != found for found in readable(bytes(content)))


def readable(content: bytes) -> Iterator[str]:
    """The texts of a file: itself, or the members of a packed one, such as a spreadsheet."""
    if not content.startswith(b"PK"):
        yield content.decode("utf-8", "ignore")
        return
    try:
        members = uploads.unpacked(content)
        for _name, blocks in groupby(members, key=itemgetter(0)):
            yield b"".join(block for _member, block in blocks).decode("utf-8", "ignore")
    except (uploads.Damaged, uploads.TooMuch):
        yield content.decode("utf-8", "ignore")
