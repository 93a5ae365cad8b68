"""The queue's tables and functions, in the schema ``platform``."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from procrastinate.schema import SchemaManager

from core.db import application

if TYPE_CHECKING:
    from core.db.server import Server

_LOCK = 7_263_002
_FUNCTIONS = Path(__file__).with_name("functions.sql")


def apply(server: Server) -> None:
    """Create or upgrade the queue; idempotent, safe when several processes start together."""
    wanted = version("procrastinate")
    ours = _FUNCTIONS.read_text(encoding="utf-8")
    with server.owner() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None  # noqa: S101 - an open connection has one; narrows the type
        with raw.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
            cursor.execute("SET search_path = platform, pg_temp")
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS job_queue_version ("
                " only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),"
                " version text NOT NULL, ours text NOT NULL)"
            )
            known = cursor.execute("SELECT version, ours FROM job_queue_version").fetchone()
            if known == (wanted, ours):
                return
            _upgrade(cursor, known[0] if known else "", ours)
            cursor.execute(
                "INSERT INTO job_queue_version (version, ours) VALUES (%s, %s)"
                " ON CONFLICT (only_one) DO UPDATE SET version = excluded.version, ours = excluded.ours",
                (wanted, ours),
            )
        application.grant_platform(connection, server.application_role)


def _upgrade(cursor: Any, installed: str, ours: str) -> None:
    if not installed:
        steps = [SchemaManager.get_schema()]
    else:
        files = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
        steps = [f.read_text(encoding="utf-8") for f in files if _numbers(f.name) > _numbers(installed)]
    cursor.execute("BEGIN")
    for step in [*steps, ours]:
        cursor.execute(step)
    cursor.execute("COMMIT")


def _numbers(name: str) -> tuple[int, ...]:
    """Return the version a migration file belongs to: ``03.04.00_01_...sql`` is (3, 4, 0)."""
    return tuple(int(part) for part in name.split("_")[0].split(".")[:3])
