"""One PostgreSQL server: the application's pool, the owner's connections, and the schema ``platform``."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from core.db import application, pool
from core.db import budget as limits
from core.errors import CoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection, Engine

    from core.db.budget import Budget

OLDEST = 16
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
    """A pool of the application for requests and jobs, and the owner's connections for changes of the schema.

    ``url`` is the owner's address, straight to the server: its role owns what the platform creates and may
    create schemas and roles. ``application_url`` is the application's, and may lead through a pooler.
    """

    def __init__(self, url: str, application_url: str, *, pool_size: int = 16) -> None:
        owner, login = address(url), address(application_url)
        self.url = owner.render_as_string(hide_password=False)
        self.application_role = login.username or ""
        direct = owner.set(username=login.username, password=login.password)
        self.session_dsn = direct.set(drivername="postgresql").render_as_string(hide_password=False)
        """The application's own way to the server, past any pooler, for what needs a session: LISTEN."""
        self._login = login
        self.engine: Engine = pool.make_engine(login, size=pool_size)
        self.budget: Budget | None = None
        """What this process may use at once, after ``share``."""
        self._owner: Engine = create_engine(owner, poolclass=NullPool, isolation_level="AUTOCOMMIT")

    @contextmanager
    def owner(self) -> Iterator[Connection]:
        """A connection of the owner, outside the pool, each statement its own transaction.

        It ends with the block, and with it whatever was set or locked in its session.
        """
        with self._owner.connect() as connection:
            yield connection

    def share(self, *, processes: int, threads: int, jobs: int) -> Budget:
        """Size the pool to this process's share of what the server allows.

        Connections through a pooler are not counted: the pooler lets its clients wait, however many they are.
        """
        with self.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            allowed = limits.allowed_by(connection, self.application_role)
            if driver.behind_pooler:
                allowed = processes * (threads + jobs + limits.SPARE + limits.STRAIGHT)
        self.budget = limits.budget(allowed, processes=processes, threads=threads, jobs=jobs)
        self.engine.dispose()
        self.engine = pool.make_engine(self._login, size=self.budget.pool)
        return self.budget

    def bootstrap(self, *, make_login: bool = False) -> None:
        """Create the schema ``platform``; idempotent, safe when several processes start together.

        With ``make_login`` the application's login is made too, where there is none. One that is missing, or
        may do too much, is refused.
        """
        with self._alone() as connection:
            if make_login and not application.exists(connection, self.application_role):
                application.prepare(connection, self.application_role)
            application.refuse_unsuitable(connection, self.application_role)
            application.grant_directory(connection, self.application_role)

    def prepare(self, secret: str | None = None) -> None:
        """Make the application's login and whatever it needs, or put it right; idempotent."""
        with self._alone() as connection:
            application.prepare(connection, self.application_role, secret)

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """The owner's connection in a database that holds the platform, while no other process starts."""
        with self.owner() as connection:
            version = int(connection.scalar(text("SHOW server_version_num"))) // 10000
            if version < OLDEST:
                raise ServerUnsuitable(
                    f"PostgreSQL {version} is too old for Passerelle.",
                    hint=f"Use PostgreSQL {OLDEST} or newer.",
                )
            driver: Any = connection.connection.driver_connection
            if pool.is_behind_pooler(driver):
                message = "PASSERELLE_DATABASE_URL leads through a connection pooler."
                raise ServerUnsuitable(
                    message,
                    hint="Give the server's own address there; PASSERELLE_APPLICATION_DATABASE_URL may lead"
                    " through the pooler.",
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
            yield connection

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self._owner.dispose()


def address(url: str) -> URL:
    """An address of the database, for our driver."""
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return make_url("postgresql+psycopg://" + url.removeprefix(prefix))
    message = "The database address must begin with postgresql://."
    raise ServerUnsuitable(message, hint="Set PASSERELLE_DATABASE_URL accordingly.")
