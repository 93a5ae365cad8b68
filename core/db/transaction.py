"""A transaction that can see one workspace and nothing else, and when to run one again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from psycopg import errors
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from core.db.directory import WorkspaceEntry
    from core.db.server import Server

T = TypeVar("T")
Work = Callable[[Connection], None]
_BEFORE_COMMIT: WeakKeyDictionary[Connection, list[Work]] = WeakKeyDictionary()
ATTEMPTS = 5
_ENTER = text("SELECT set_config('role', :role, true), set_config('search_path', :schema, true)")
_AGAIN = (errors.SerializationFailure, errors.DeadlockDetected)


def enter(connection: Connection, workspace: WorkspaceEntry) -> None:
    """Become the workspace's role, in its schema, until this transaction ends."""
    connection.execute(_ENTER, {"role": workspace.role, "schema": workspace.schema})


@contextmanager
def transaction(server: Server, workspace: WorkspaceEntry) -> Iterator[Connection]:
    """One transaction inside one workspace; committed at the end, rolled back when anything raises."""
    with on_engine(server.engine, workspace) as connection:
        yield connection


@contextmanager
def on_engine(engine: Engine, workspace: WorkspaceEntry) -> Iterator[Connection]:
    """``transaction`` where only the engine is at hand."""
    with engine.connect() as connection, connection.begin():
        enter(connection, workspace)
        try:
            yield connection
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
