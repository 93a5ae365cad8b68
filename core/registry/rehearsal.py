"""Rehearse an upgrade: run its revisions in a transaction that is rolled back, and say what each costs.

While it runs it holds the locks that it tells of: try it on a copy, or when nobody works.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from core.db.transaction import owner_transaction
from core.registry import migrations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

_TABLES = text(
    "SELECT oid, relname, relfilenode FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = CAST(current_schema() AS regnamespace)"
)
_LOCKS = text(
    "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted"
    " AND mode NOT IN ('AccessShareLock', 'RowShareLock')"
)


@dataclass(frozen=True, slots=True)
class Step:
    """What one revision did: how long it took, and what others could not do meanwhile."""

    unit: str
    revision: str
    seconds: float
    locks: Mapping[str, str]
    """Table that was there before -> the strongest lock on it, as PostgreSQL calls it."""
    rewritten: tuple[str, ...]
    """Tables of which every row was written anew."""

    def __str__(self) -> str:
        held = [
            f"{table} ({mode}{', rewritten' if table in self.rewritten else ''})"
            for table, mode in sorted(self.locks.items())
        ]
        return f"{self.unit} {self.revision}: {self.seconds:.2f} s, locks {', '.join(held) or 'nothing'}"


_STRENGTH = (
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)


def rehearse(platform: Platform, workspace: WorkspaceEntry, units: Mapping[str, list[str]]) -> list[Step]:
    """Run the pending revisions of these units, oldest first, and undo them; MigrationFailed when one
    fails."""
    from core.registry.lifecycle import installed  # which upgrades in earnest

    found: list[Step] = []

    def run() -> None:
        found.clear()
        with owner_transaction(platform.server, workspace, migrations.LOCK_TIMEOUT) as connection:
            for unit in migrations.units_of(installed(platform, workspace)):
                waiting = [pending.partition(" ")[0] for pending in units.get(unit.name, ())]
                found.extend(_step(connection, unit, revision) for revision in waiting)
            connection.get_transaction().rollback()  # type: ignore[union-attr]  # one was begun above

    migrations.patiently(run)
    return found


def _step(connection: Connection, unit: migrations.Unit, revision: str) -> Step:
    before = {row.oid: row for row in connection.execute(_TABLES)}
    held = {tuple(row) for row in connection.execute(_LOCKS)}
    began = time.monotonic()
    migrations.upgrade_within(connection, unit, revision)
    seconds = time.monotonic() - began
    locks: dict[str, str] = {}
    for oid, mode in connection.execute(_LOCKS):
        name = before[oid].relname if oid in before else ""
        known = locks.get(name, mode)
        if name and (oid, mode) not in held and not name.startswith("alembic_version_"):
            locks[name] = max(known, mode, key=_STRENGTH.index)
    after = connection.execute(_TABLES)
    files = {row.oid: row.relfilenode for row in after}
    rewritten = [
        row.relname for oid, row in before.items() if files.get(oid, row.relfilenode) != row.relfilenode
    ]
    return Step(unit.name, revision, seconds, locks, tuple(sorted(rewritten)))
