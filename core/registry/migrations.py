"""Run a unit's Alembic revisions in a workspace's schema: one linear history per addon and per wire with
models.

A first installation is additive and must not disturb colleagues: every statement is its own short
transaction with a
lock time-out and retries, and foreign keys to tables that already live are added NOT VALID, then validated.
Upgrades run one transaction per revision under the same time-out.
"""

from __future__ import annotations

import logging
import random
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from alembic.config import Config
from alembic.ddl.postgresql import PostgresqlImpl
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import AddConstraint, ForeignKeyConstraint

from core.errors import CoreError, RuleBroken
from core.i18n import _
from core.registry.addon import Addon, LoadedWire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from core.db.directory import WorkspaceEntry
    from core.db.server import Server
    from core.registry.compose import Registry

log = logging.getLogger("passerelle.addons")
T = TypeVar("T")
LOCK_TIMEOUT = "100ms"
ATTEMPTS = 100
SMALL = 10_000
"""Rows of a table on which an index is built in a few milliseconds."""
_one_at_a_time = RLock()
"""What revisions call (``alembic.op``) is one object of the process, which another thread would replace."""
_online: ContextVar[bool] = ContextVar("online", default=False)


@dataclass(frozen=True, slots=True)
class Unit:
    """What has a migration history of its own."""

    name: str
    versions: Path

    @property
    def version_table(self) -> str:
        """Where the unit's revision stands in the workspace's schema."""
        return f"alembic_version_{self.name}"


def units_of(registry: Registry) -> list[Unit]:
    """Units with a history, in the order in which they are upgraded."""
    sources: list[Addon | LoadedWire] = [registry.discovered[name] for name in registry.addons]
    sources += registry.wires
    found = []
    for source in sources:
        name = source.name if isinstance(source, Addon) else source.unit
        versions = source.path / "migrations" / "versions"
        if versions.is_dir() and any(versions.glob("*.py")):
            found.append(Unit(name, versions))
    return found


class OnlineImpl(PostgresqlImpl):
    """Alembic's PostgreSQL operations, polite to whoever is working meanwhile."""

    __dialect__ = "postgresql"

    def create_table(self, table: Any, **kw: Any) -> None:
        """Create a table; keys to tables that already live come after it, without their long lock."""
        if not _online.get():
            super().create_table(table, **kw)
            return
        outside = [
            constraint
            for constraint in table.constraints
            if isinstance(constraint, ForeignKeyConstraint)
            and constraint.elements[0].target_fullname.split(".")[0] != table.name
        ]
        for constraint in outside:
            table.constraints.discard(constraint)
        super().create_table(table, **kw)
        self._created().add(table.name)
        for constraint in outside:
            table.constraints.add(constraint)
            self._add_key(constraint)

    def add_constraint(self, const: Any, **kw: Any) -> None:
        """Add a constraint; a foreign key is validated after it is there."""
        if _online.get() and isinstance(const, ForeignKeyConstraint):
            self._add_key(const)
        else:
            super().add_constraint(const, **kw)

    def create_index(self, index: Any, **kw: Any) -> None:
        """Create an index; concurrently where the table already lives and is so large that writers would
        wait.

        Building concurrently blocks nobody, but waits for whoever has looked at the table: without a
        time-out,
        because one that gives up leaves an invalid index behind.
        """
        if not _online.get() or index.table.name in self._created() or self._is_small(index.table.name):
            super().create_index(index, **kw)
            return
        index.dialect_options["postgresql"]["concurrently"] = True
        self._exec(text("SET lock_timeout = 0"))
        try:
            super().create_index(index, **kw)
        finally:
            self._exec(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))

    def _is_small(self, table: str) -> bool:
        """Whether an index on the table is built before anyone notices."""
        rows = self._exec(text(f"SELECT count(*) FROM (SELECT FROM {table} LIMIT {SMALL + 1}) AS first_rows"))  # noqa: S608 - the migration's own table
        return bool(rows.scalar_one() <= SMALL)

    def _created(self) -> set[str]:
        created: set[str] = self.__dict__.setdefault("created", set())
        return created

    def _add_key(self, constraint: ForeignKeyConstraint) -> None:
        constraint.dialect_options["postgresql"]["not_valid"] = True
        self._exec(AddConstraint(constraint))
        table = constraint.table.name
        name = self.dialect.identifier_preparer.format_constraint(constraint)
        self._exec(text(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}"))

    def _exec(self, construct: Any, *arguments: Any, **kw: Any) -> Any:
        if not _online.get():
            return super()._exec(construct, *arguments, **kw)
        return patiently(lambda: PostgresqlImpl._exec(self, construct, *arguments, **kw))


class MigrationFailed(RuleBroken):
    """A revision raised; what it did is undone, and the ones before it stay."""

    def __init__(self, unit: str, revision: str, cause: str) -> None:
        super().__init__(
            _("Revision {revision} of {unit} failed: {cause}", revision=revision, unit=unit, cause=cause),
            hint=_("Nothing of it stays. The log has the details, for whoever wrote the app."),
        )


@contextmanager
def failing_as(sentence: Callable[[str], CoreError]) -> Iterator[None]:
    """Say in one sentence what an addon's own code raised, and log it whole; refusals pass as they are.

    A lock that is held passes too: whoever waits patiently tries again.
    """
    try:
        yield
    except CoreError:
        raise
    except Exception as error:
        original = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(original, errors.LockNotAvailable):
            raise
        cause = " ".join(str(original).split()) or type(original).__name__
        if not isinstance(error, DBAPIError):
            cause = f"{type(error).__name__}: {cause}"
        told = sentence(cause)
        log.exception("%s", told.message)
        raise told from error


@contextmanager
def owner_in(server: Server, workspace: WorkspaceEntry) -> Iterator[Connection]:
    """The owner's connection inside a workspace's schema, each statement its own transaction."""
    with server.owner() as connection:
        connection.execute(text(f"SET search_path TO {workspace.schema}"))
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        yield connection


def scripts(unit: Unit) -> ScriptDirectory:
    """The unit's revisions."""
    return ScriptDirectory(str(unit.versions.parent), version_locations=[str(unit.versions)])


def head(unit: Unit) -> str | None:
    """The newest revision of a unit's code."""
    return scripts(unit).get_current_head()


def current(connection: Connection, unit: Unit) -> str | None:
    """The revision a workspace is at; None before installation."""
    context = MigrationContext.configure(connection, opts={"version_table": unit.version_table})
    return context.get_current_revision()


def stamp(connection: Connection, unit: Unit) -> None:
    """Note that a schema made without revisions stands at the newest one."""
    context = MigrationContext.configure(connection, opts={"version_table": unit.version_table})
    context.stamp(scripts(unit), "head")
    connection.commit()


def pending(connection: Connection, unit: Unit) -> list[str]:
    """Revisions that an upgrade would run, oldest first, with their titles."""
    at = current(connection, unit) or "base"
    with failing_as(
        lambda cause: MigrationFailed(unit.name, at, cause)
    ):  # code older than the data, or broken
        steps = list(scripts(unit).iterate_revisions("head", at))
    return [f"{step.revision} {step.doc}".strip() for step in reversed(steps)]


def expand(connection: Connection, unit: Unit, revision: str = "head") -> None:
    """Install a unit for the first time, politely."""
    token = _online.set(True)
    try:
        _run(connection, unit, revision, transactional=False)
    finally:
        _online.reset(token)


def upgrade(connection: Connection, unit: Unit) -> None:
    """Bring an installed unit to its newest revision, one transaction each, tried again while a table is
    busy."""
    patiently(lambda: _run(connection, unit, "head", transactional=True))


def upgrade_within(connection: Connection, unit: Unit, revision: str = "head") -> None:
    """Bring a unit to a revision, by default its newest, inside the caller's transaction."""
    _migrate(connection, unit, revision, transactional=False)


def downgrade_within(connection: Connection, unit: Unit) -> None:
    """Take a unit's tables and columns down and forget its history, inside the caller's transaction."""
    _migrate(connection, unit, "base", transactional=False, down=True)
    connection.execute(text(f"DROP TABLE IF EXISTS {unit.version_table}"))


def step_back(connection: Connection, unit: Unit, revision: str) -> None:
    """Take a unit down to an older revision."""
    _run(connection, unit, revision, transactional=False, down=True)


def patiently(step: Callable[[], T]) -> T:
    """Run a step again as long as someone else holds a lock it needs: colleagues never wait for us.

    RuleBroken when the lock is never free: some long task reads the very table that must change.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return step()
        except DBAPIError as error:
            if not isinstance(error.orig, errors.LockNotAvailable):
                raise
            if attempt == ATTEMPTS:
                raise RuleBroken(
                    _("A table that must change is still in use by someone's long task."),
                    hint=_("Try again when it has ended."),
                ) from error
            time.sleep(random.uniform(0.01, 0.05))  # noqa: S311 - jitter, not a secret
    raise AssertionError


def _run(connection: Connection, unit: Unit, target: str, *, transactional: bool, down: bool = False) -> None:
    connection.commit()  # in autocommit nothing is pending; SQLAlchemy still wants to hear it
    if transactional:
        connection = connection.execution_options(isolation_level="READ COMMITTED")
    try:
        _migrate(connection, unit, target, transactional=transactional, down=down)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.execution_options(isolation_level="AUTOCOMMIT")


def _migrate(
    connection: Connection, unit: Unit, target: str, *, transactional: bool, down: bool = False
) -> None:
    """Run revisions; in a transaction that is open already they stay part of it."""
    directory = scripts(unit)
    waiting: list[str] = []

    def steps(revision: Any, context: Any) -> Any:
        found = (
            directory._downgrade_revs(target, revision) if down else directory._upgrade_revs(target, revision)
        )
        waiting[:] = [step.revision.revision for step in found]
        return found

    def applied(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
        waiting.pop(0)

    def failed(cause: str) -> MigrationFailed:
        return MigrationFailed(unit.name, next(iter(waiting), target), cause)

    config = Config()
    config.set_main_option("script_location", str(unit.versions.parent))
    with (
        _one_at_a_time,
        EnvironmentContext(config, directory, fn=steps, destination_rev=target) as environment,
    ):
        environment.configure(
            connection=connection,
            version_table=unit.version_table,
            transaction_per_migration=transactional,
            on_version_apply=applied,
        )
        with failing_as(failed), environment.begin_transaction():
            environment.run_migrations()
