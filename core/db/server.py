"""One PostgreSQL server: its pool, its owner connection, and the schema ``platform``."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from core.errors import CoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

OLDEST = 15
"""The oldest PostgreSQL major version that is supported."""

_BOOTSTRAP = """
CREATE SCHEMA IF NOT EXISTS platform;
CREATE TABLE IF NOT EXISTS platform.workspace (
    name text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]{0,40}$'),
    title text NOT NULL,
    schema_name text NOT NULL UNIQUE,
    role_name text NOT NULL UNIQUE,
    hosts text[] NOT NULL DEFAULT '{}',
    address text NOT NULL DEFAULT '',
    dsn text,
    state text NOT NULL DEFAULT 'creating' CHECK (state IN ('creating', 'ready', 'restoring', 'dropping')),
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE platform.workspace ADD COLUMN IF NOT EXISTS address text NOT NULL DEFAULT '';
CREATE UNLOGGED TABLE IF NOT EXISTS platform.api_allowance (
    key text PRIMARY KEY,
    available double precision NOT NULL,
    taken integer NOT NULL,
    at timestamptz NOT NULL
);
REVOKE ALL ON SCHEMA public FROM PUBLIC;
"""
_LOCK = 7_263_001


class ServerUnsuitable(CoreError):
    """The database at the address given cannot hold a platform."""


class Server:
    """A pool for requests and jobs, and connections of the owner for everything that changes the schema.

    ``url`` is any PostgreSQL address; its role owns what the platform creates and must be allowed to create
    schemas
    and roles.
    """

    def __init__(self, url: str, *, pool_size: int = 16) -> None:
        self.url = url
        self.driver_url = _with_driver(url)
        self.engine: Engine = create_engine(
            self.driver_url, pool_size=pool_size, max_overflow=4, pool_pre_ping=False, pool_use_lifo=True
        )
        self._owner: Engine = create_engine(self.driver_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")

    @contextmanager
    def owner(self) -> Iterator[Connection]:
        """A connection of the owner, outside the pool, each statement its own transaction."""
        with self._owner.connect() as connection:
            yield connection

    def bootstrap(self) -> None:
        """Create the schema ``platform``; idempotent, safe when several processes start together."""
        with self.owner() as connection:
            version = int(connection.scalar(text("SHOW server_version_num"))) // 10000
            if version < OLDEST:
                raise ServerUnsuitable(
                    f"PostgreSQL {version} is too old for Passerelle.",
                    hint=f"Use PostgreSQL {OLDEST} or newer.",
                )
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            for statement in _BOOTSTRAP.split(";\n"):
                if statement.strip():
                    connection.execute(text(statement))
            name = connection.scalar(text("SELECT current_database()"))
            role = connection.scalar(text("SELECT current_user"))
            quote = connection.dialect.identifier_preparer.quote
            connection.execute(
                text(f"ALTER ROLE {quote(role)} IN DATABASE {quote(name)} SET search_path = ''")
            )

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self._owner.dispose()


def _with_driver(url: str) -> str:
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    message = "The database address must begin with postgresql://."
    raise ServerUnsuitable(message, hint="Set PASSERELLE_DATABASE_URL accordingly.")
