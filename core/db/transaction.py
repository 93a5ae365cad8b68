"""A transaction that can see one workspace and nothing else, and when to run one again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from psycopg import errors
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.db.pool import WAIT_SECONDS
from core.db.refusals import is_full, refusal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine, RootTransaction

    from core.db.directory import WorkspaceEntry
    from core.db.server import Server

T = TypeVar("T")
Work = Callable[[Connection], None]
_BEFORE_COMMIT: WeakKeyDictionary[Connection, list[Work]] = WeakKeyDictionary()
ATTEMPTS = 5
_ENTER = text(
    "SELECT set_config('role', :role, true), set_config('search_path', :schema, true),"
    " set_config('statement_timeout', :statement, true),"
    " set_config('idle_in_transaction_session_timeout', :idle, true)"
)
_OWN = text(
    "SELECT set_config('search_path', :schema, true), set_config('lock_timeout', :lock_timeout, true)"
)
_AGAIN = (errors.SerializationFailure, errors.DeadlockDetected)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a transaction may keep the database at work, and how long it may keep it waiting."""

    statement_seconds: int
    """For one statement; 0 is without end."""
    idle_seconds: int
    """Between two statements; 0 is without end."""


PAGES = Limits(statement_seconds=30, idle_seconds=60)
JOBS = Limits(statement_seconds=600, idle_seconds=600)
UNLIMITED = Limits(statement_seconds=0, idle_seconds=0)
"""For a person who thinks in a shell, and for backups."""


def enter(connection: Connection, workspace: WorkspaceEntry, limits: Limits = JOBS) -> None:
    """Become the workspace's role, in its schema, within limits, until this transaction ends."""
    values = {
        "role": workspace.role,
        "schema": workspace.schema,
        "statement": f"{limits.statement_seconds}s",
        "idle": f"{limits.idle_seconds}s",
    }
    connection.execute(_ENTER, values)


@contextmanager
def transaction(server: Server, workspace: WorkspaceEntry, limits: Limits = PAGES) -> Iterator[Connection]:
    """One transaction inside one workspace; committed at the end, rolled back when anything raises.

    Waits a while for a free connection. Raise DatabaseBusy when there is none, DatabaseAway when the database
    does not answer, TookTooLong when the limits are passed.
    """
    with on_engine(server.engine, workspace, limits) as connection:
        yield connection


@contextmanager
def on_engine(engine: Engine, workspace: WorkspaceEntry, limits: Limits = PAGES) -> Iterator[Connection]:
    """``transaction`` where only the engine is at hand."""
    try:
        connection, begun = _entered(engine, workspace, limits)
        with connection, begun, _last_works(connection):
            yield connection
    except (DBAPIError, PoolTimeout) as error:
        if (refusal := refusal_of(error)) is None:
            raise
        raise refusal from error


def _entered(engine: Engine, workspace: WorkspaceEntry, limits: Limits) -> tuple[Connection, RootTransaction]:
    """A connection, and its transaction that has begun. Nothing was done yet, so it may be tried again."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        connection = None
        try:
            connection = engine.connect()
            begun = connection.begin()
            enter(connection, workspace, limits)
        except DBAPIError as error:
            if connection is not None:
                connection.close()
            passing = is_full(error) or (connection is not None and error.connection_invalidated)
            if not passing or time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(0.05, 0.2))  # noqa: S311 - jitter, not a secret
        except BaseException:
            if connection is not None:
                connection.close()
            raise
        else:
            return connection, begun


@contextmanager
def owner_transaction(server: Server, workspace: WorkspaceEntry, lock_timeout: str) -> Iterator[Connection]:
    """One transaction of the owner in a workspace's schema: its structure and its rows change together.

    ``lock_timeout``: after which a lock that somebody holds is given up, such as "100ms".
    """
    with server.owner() as connection:
        connection.execution_options(isolation_level="READ COMMITTED")
        with connection.begin():
            connection.execute(_OWN, {"schema": workspace.schema, "lock_timeout": lock_timeout})
            with _last_works(connection):
                yield connection


@contextmanager
def _last_works(connection: Connection) -> Iterator[None]:
    try:
        yield
        for work in _BEFORE_COMMIT.get(connection, ()):
            work(connection)
    finally:
        _BEFORE_COMMIT.pop(connection, None)


def before_commit(connection: Connection, work: Work) -> None:
    """Run something once, as the last of the transaction that is open on a connection."""
    _BEFORE_COMMIT.setdefault(connection, []).append(work)


def is_transient(error: BaseException) -> bool:
    """Whether running the whole unit again may succeed: serialization failure or deadlock (40001, 40P01)."""
    return isinstance(error, DBAPIError) and isinstance(error.orig, _AGAIN)


def retrying(unit: Callable[[], T]) -> T:
    """Run a whole unit of work, again when the database could not serialise it."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return unit()
        except DBAPIError as error:
            if attempt == ATTEMPTS or not is_transient(error):
                raise
            time.sleep(random.uniform(0.005, 0.02) * attempt)  # noqa: S311 - jitter, not a secret
    raise AssertionError
