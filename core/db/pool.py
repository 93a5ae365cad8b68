"""Pooled connections of the application: clean when they come back, alive when they go out.

A pooler such as PgBouncer in transaction mode may stand before the server. Each connection finds out by
itself: behind a pooler the backend that answers is not the one that the connection was told of. There no
statement is prepared on the server, and what would change the session is refused, because the next to use the
backend is somebody else.
"""

from __future__ import annotations

import re
import select
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import create_engine, event
from sqlalchemy.exc import DisconnectionError

from core.errors import CoreError

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine
    from sqlalchemy.pool import ConnectionPoolEntry

WAIT_SECONDS = 10
"""How long somebody waits for a free connection before being told to come back."""
CONNECT_SECONDS = 5
"""How long a server may take to accept a connection."""

_LOCAL = re.compile(r"set_config\s*\((?:[^()%]|%\(\w+\)s)*,\s*true\s*\)", re.IGNORECASE)
_SESSION = re.compile(
    r"(?:^|;)\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*"
    r"(?:SET(?!\s+LOCAL\b|\s+TRANSACTION\b|\s+CONSTRAINTS\b)|RESET|LISTEN|PREPARE|DISCARD|LOAD|DO|CREATE\s+(?:LOCAL\s+|GLOBAL\s+)?TEMP"
    r"|DECLARE\b.*?\bWITH\s+HOLD)\b"
    r"|\bset_config\b|\bpg_(?:try_)?advisory_lock|\bsetseed\s*\(",
    re.IGNORECASE | re.DOTALL,
)


class SessionStatement(CoreError):
    """A statement that outlives its transaction, on a connection that a pooler gives to others."""


@lru_cache(maxsize=4096)
def changes_session(statement: str) -> bool:
    """Whether a statement may leave something behind when its transaction is committed.

    A role, a setting, a lock, a prepared statement, a temporary table. ``DO`` counts, whatever it does.
    """
    return _SESSION.search(_LOCAL.sub("", statement)) is not None


class ApplicationConnection(psycopg.Connection[Any]):
    """A connection that knows whether somebody changed its session, and whether a pooler stands before it."""

    changed = False
    behind_pooler = False

    def note(self, query: Any) -> None:
        """Look at a statement before it is sent. Raise SessionStatement where it would hit somebody else."""
        statement = query if isinstance(query, str) else _written(query, self)
        if not changes_session(statement):
            return
        if self.behind_pooler:
            message = "This statement would change the session of others: a pooler gives the connection on."
            raise SessionStatement(
                message,
                hint="Use SET LOCAL, set_config(..., true) or pg_advisory_xact_lock inside the transaction.",
            )
        self.changed = True


class ApplicationCursor(psycopg.Cursor[Any]):
    """Every statement of a pooled connection passes here, those of the driver's own cursors too."""

    def execute(self, query: Any, *arguments: Any, **options: Any) -> ApplicationCursor:
        """As the driver does, noted first."""
        _connection(self).note(query)
        super().execute(query, *arguments, **options)
        return self

    def executemany(self, query: Any, *arguments: Any, **options: Any) -> None:
        """As the driver does, noted first."""
        _connection(self).note(query)
        super().executemany(query, *arguments, **options)


def make_engine(url: URL, *, size: int, wait_seconds: float = WAIT_SECONDS) -> Engine:
    """An engine for the application's login, with at most ``size`` connections.

    ``wait_seconds``: how long one waits for a free one. The server ends what is idle for a while, because
    the login is made so; the one used last is given first, so the pool shrinks to what is needed.
    """
    engine = create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=wait_seconds,
        pool_use_lifo=True,
        connect_args={"connect_timeout": CONNECT_SECONDS},
    )
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkout", _is_alive)
    event.listen(engine, "checkin", _leave_clean)
    return engine


def is_behind_pooler(connection: psycopg.Connection[Any]) -> bool:
    """Whether the backend that answers is another than the one the connection was told of."""
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    return row is not None and row[0] != connection.info.backend_pid


def _connect(
    _dialect: Any, _entry: ConnectionPoolEntry, arguments: Any, options: dict[str, Any]
) -> ApplicationConnection:
    connection = ApplicationConnection.connect(*arguments, **options, cursor_factory=ApplicationCursor)
    connection.behind_pooler = is_behind_pooler(connection)
    connection.rollback()
    if connection.behind_pooler:
        connection.prepare_threshold = None
    return connection


def _is_alive(connection: ApplicationConnection, _entry: ConnectionPoolEntry, _proxy: Any) -> None:
    """Refuse a connection that the server has ended: it has said so, and nobody has read it yet.

    Costs no statement; a connection at rest has nothing to read.
    """
    if connection.closed or _has_something_to_read(connection.fileno()):
        raise DisconnectionError


def _has_something_to_read(descriptor: int) -> bool:
    """By ``poll``, because ``select`` knows no descriptor above 1023; Windows has but ``select``."""
    if sys.platform == "win32":
        return bool(select.select([descriptor], [], [], 0)[0])
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(0))


def _leave_clean(connection: ApplicationConnection | None, entry: ConnectionPoolEntry) -> None:
    """End a connection whose session somebody changed: the next one to use it is another workspace."""
    if connection is not None and connection.changed:
        entry.invalidate()


def _connection(cursor: ApplicationCursor) -> ApplicationConnection:
    connection = cursor.connection
    assert isinstance(connection, ApplicationConnection)  # noqa: S101 - it makes these cursors; narrows the type
    return connection


def _written(query: Any, connection: ApplicationConnection) -> str:
    if isinstance(query, bytes):
        return query.decode()
    return str(query.as_string(connection))
