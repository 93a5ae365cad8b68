"""Workspaces that a measure fills and that are dropped at its end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import text

from core.builtin.models import Company, Workspace
from core.db import directory
from core.registry import lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform


@contextmanager
def workspace(platform: Platform, addons: Iterable[str]) -> Iterator[WorkspaceEntry]:
    """A ready workspace with one French company and some addons."""
    name = f"bench_{uuid4().hex[:10]}"
    entry = lifecycle.create_workspace(platform, name, address=f"http://{name}.localhost")
    try:
        with platform.env(entry) as env:
            env.add(Company, name="Bench", currency="EUR", country="FR")
            env.session.query(env[Workspace]).one().ready_at = env.now()
        with platform.env(entry) as env:
            lifecycle.seed(env, env.registry.plugins)
        lifecycle.enable(platform, entry, addons)
        yield entry
    finally:
        directory.drop(platform.server, entry.name)
        platform.forget_directory()


def sql(platform: Platform, entry: WorkspaceEntry, *statements: str) -> None:
    """Fill tables by the owner, past every rule: only the reading is measured."""
    with platform.server.owner() as connection:
        connection.execute(text(f"SET search_path TO {entry.schema}"))
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%"))
