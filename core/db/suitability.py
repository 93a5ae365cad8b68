"""What of a PostgreSQL server is too small or unsafe for its workspaces: ``passerelle verify --server``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sqlalchemy import text

from core.db import application
from core.db.budget import SPARE, STRAIGHT, allowed_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from core.db.server import Server

ROOM = 1.25
"""Locks beside those of a dump: of the people who work meanwhile."""
LEAST_BUFFERS = 128
"""Megabytes."""
_SETTINGS = text(
    "SELECT name, setting FROM pg_settings WHERE name IN ('max_connections', 'max_locks_per_transaction',"
    " 'max_prepared_transactions', 'shared_buffers', 'fsync', 'full_page_writes', 'synchronous_commit')"
)
_TABLES = text(
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r'"
    " AND (n.nspname = 'platform' OR n.nspname IN (SELECT schema_name FROM platform.workspace))"
)
_CANNOT_BECOME = text(
    "SELECT w.name FROM platform.workspace w WHERE NOT pg_has_role(:role, w.role_name, 'SET') ORDER BY w.name"
)


def shortcomings(server: Server, *, processes: int, threads: int) -> list[str]:
    """One sentence for each; empty when the server is fit for its workspaces and so many processes."""
    with server.owner() as connection:
        settings = {row.name: row.setting for row in connection.execute(_SETTINGS)}
        found = [
            *too_few_locks(int(connection.scalar(_TABLES) or 0), settings),
            *_connections(connection, server.application_role, processes, threads),
            *_careless(connection, settings),
        ]
        try:
            application.refuse_unsuitable(connection, server.application_role)
        except application.LoginUnsuitable as refusal:
            return [*found, str(refusal)]
        found += [
            f"The application's login may not become the role of workspace {name}."
            " Run 'passerelle database prepare'."
            for name in connection.scalars(_CANNOT_BECOME, {"role": server.application_role})
        ]
    return found


def too_few_locks(tables: int, settings: Mapping[str, str]) -> Iterator[str]:
    """A dump of the whole server locks every table of every workspace at once."""
    holders = int(settings["max_connections"]) + int(settings["max_prepared_transactions"])
    there = int(settings["max_locks_per_transaction"]) * holders
    if there < tables * ROOM:
        wanted = math.ceil(tables * ROOM / holders)
        yield (
            f"max_locks_per_transaction is too small: pg_dump of the whole server needs about {tables} locks,"
            f" there is room for {there}. Set it to {wanted} or more and restart the server."
        )


def _connections(connection: Connection, role: str, processes: int, threads: int) -> Iterator[str]:
    allowed = allowed_by(connection, role)
    wanted = processes * (threads + SPARE + STRAIGHT)
    if allowed < wanted:
        yield (
            f"There are {allowed} connections for the application; {processes} processes with {threads}"
            f" requests at a time want {wanted}. Raise max_connections by {wanted - allowed}, or they wait."
        )


def _careless(connection: Connection, settings: Mapping[str, str]) -> Iterator[str]:
    megabytes = int(settings["shared_buffers"]) * 8 // 1024
    if megabytes < LEAST_BUFFERS:
        yield (
            f"shared_buffers is {megabytes} MB. Set it to {LEAST_BUFFERS} MB or more, better to a quarter of"
            " the memory."
        )
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if settings[name] == "off":
            yield f"{name} is off: a power cut loses what people were told is saved. Turn it on."
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        yield f"The database is encoded in {encoding}. Make one in UTF8 and restore the workspaces there."
