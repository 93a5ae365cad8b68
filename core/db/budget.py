"""How many connections a process may open, from what the server lets the application have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from core.errors import CoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection

SPARE = 2
"""Connections beside those that requests and jobs hold: for the short looks they take meanwhile."""
STRAIGHT = 4
"""Connections of a process past its pool: two for the queue, one that hears of jobs, one of changes."""
OWNER = 10
"""Connections left to the owner: enabling apps, upgrades, backups, and whoever looks with psql."""
_LIMITS = text("""
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           - current_setting('reserved_connections')::int AS server,
           nullif(d.datconnlimit, -1) AS database, nullif(r.rolconnlimit, -1) AS login
    FROM pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = :role
""")


class TooFewConnections(CoreError):
    """The server allows so few connections that a process could not work."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What one of several like processes may use at once."""

    allowed: int
    """Connections that all processes may have together."""
    processes: int
    threads: int
    """Requests worked on at once in a process."""
    jobs: int
    """Jobs at once in a process."""

    @property
    def pool(self) -> int:
        """Connections of the pool of a process: one for each request and job, and the spare ones."""
        return self.threads + self.jobs + SPARE

    def __str__(self) -> str:
        most = self.processes * (self.pool + STRAIGHT)
        return (
            f"{self.threads} requests at a time in each process; processes: {self.processes}, with at most"
            f" {most} of the {self.allowed} connections that the server has for Passerelle."
        )


def allowed_by(connection: Connection, role: str) -> int:
    """Connections that the server lets the application have, those of the owner set aside."""
    limits = connection.execute(_LIMITS, {"role": role}).one()
    each = (limits.server - OWNER, limits.database, limits.login)
    return min(int(limit) for limit in each if limit is not None)


def budget(allowed: int, *, processes: int, threads: int, jobs: int) -> Budget:
    """Share ``allowed`` among like processes. ``threads`` and ``jobs`` are wished for.

    Raise TooFewConnections when a process could not even do one thing at a time.
    """
    each = allowed // processes - STRAIGHT - SPARE
    least = min(threads, 1) + min(jobs, 1)
    if each < least:
        needed = processes * (STRAIGHT + SPARE + least)
        message = f"The server has {allowed} connections for Passerelle; {processes} processes need {needed}."
        raise TooFewConnections(message, hint="Raise max_connections of the server, or start fewer workers.")
    jobs = min(jobs, each - min(threads, 1))
    threads = min(threads, each - jobs)
    return Budget(allowed, processes, threads, jobs)
