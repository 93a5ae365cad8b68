"""Example data: written on demand, removed as a whole.

Posted documents are never deleted, not even examples. So removing them does not delete rows: the workspace
gets a new,
clean schema with the same people, companies and apps, and its entry in the directory is switched over to it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from core.builtin.models import AddonEvent, Workspace
from core.db import directory
from core.errors import RuleBroken
from core.i18n import _
from core.platform import SYSTEM
from core.registry import archive, lifecycle, migrations
from core.registry.discovery import CORE

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.directory import WorkspaceEntry
    from core.env import Who
    from core.platform import Platform

KEPT = (
    "core_encryption_key",
    "core_company",
    "core_company_app",
    "core_user",
    "core_user_role",
    "core_user_company",
    "core_recovery_code",
    "core_session",
    "core_api_token",
)
"""Tables whose rows survive the removal of examples: who works here, and how they sign in."""


class DemoRefused(RuleBroken):
    """Example data can be neither written nor removed as things stand."""


def is_demo(platform: Platform, workspace: WorkspaceEntry) -> bool:
    """Whether the workspace holds example data."""
    with platform.env(workspace, reason="demo") as env:
        return env.session.scalars(select(env[Workspace].demo)).one() is not None


def load(
    platform: Platform,
    workspace: WorkspaceEntry,
    *,
    by: Who = SYSTEM,
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Write the examples of every enabled addon in one transaction."""
    with platform.env(workspace, reason="demo") as env:
        row = env.session.scalars(select(env[Workspace]).with_for_update()).one()
        if row.demo is not None:
            raise DemoRefused(
                _("This workspace has its example data already."), hint=_("Remove it first to have it anew.")
            )
        for name, module in env.registry.plugins.items():
            if hasattr(module, "demo_data"):
                progress(name)
                others = [other for plugin, other in env.registry.plugins.items() if plugin != name]
                env.registry.manager.subset_hook_caller("demo_data", remove_plugins=others)(env=env)
                env.session.flush()
        row.demo = {"since": env.now().isoformat()}
        env.session.add(env[AddonEvent](addon_name=CORE, action="examples written", user_id=by.id))


def remove(platform: Platform, workspace: WorkspaceEntry, *, by: Who = SYSTEM) -> WorkspaceEntry:
    """Give the workspace a clean schema with the same people, companies and apps; give its new entry.

    Everything that was entered beside the examples goes too: the screens say so before.
    """
    if not is_demo(platform, workspace):
        raise DemoRefused(_("This workspace has no example data."), hint=_("There is nothing to remove."))
    fresh = _next_schema(workspace)
    entry = replace(workspace, schema=fresh)
    enabled = lifecycle.enabled_set(platform, workspace)
    with platform.server.owner() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {fresh} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {fresh}"))
        directory.grant(connection, fresh, workspace.role)
    try:
        _build(platform, workspace, entry, enabled, by)
        with platform.server.owner() as connection:
            connection.execute(
                text("UPDATE platform.workspace SET schema_name = :fresh WHERE name = :name"),
                {"fresh": fresh, "name": workspace.name},
            )
    except BaseException:
        with platform.server.owner() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {fresh} CASCADE"))
        raise
    platform.forget_directory()
    with platform.server.owner() as connection:
        directory.forget_jobs(connection, workspace.name)
        connection.execute(text(f"DROP SCHEMA {workspace.schema} CASCADE"))
    return entry


def _build(
    platform: Platform, old: WorkspaceEntry, new: WorkspaceEntry, enabled: frozenset[str], by: Who
) -> None:
    registry = platform.registries.of(enabled)
    with migrations.owner_in(platform.server, new) as connection:
        for unit in migrations.units_of(registry):
            migrations.expand(connection, unit)
        for table in registry.metadata.sorted_tables:
            if table.name not in KEPT:
                continue
            own = [
                column.name
                for column in table.columns
                if registry.column_units[table.name, column.name] == CORE
            ]
            listed = archive.quoted(own)
            there, here = f"{old.schema}.{table.name}", f"{new.schema}.{table.name}"
            connection.execute(text(f"INSERT INTO {here} ({listed}) SELECT {listed} FROM {there}"))  # noqa: S608 - declared names
            sequence = f"pg_get_serial_sequence('{here}', 'id')"
            connection.execute(text(f"SELECT setval({sequence}, greatest(max(id), 1)) FROM {here}"))  # noqa: S608 - declared names
    with platform.env(new, registry=registry, company_ids=(), reason="remove examples", whole=True) as env:
        env.session.add(env[Workspace](title=old.title, ready_at=env.now()))
        lifecycle.note_enabled(env, registry.addons, by)
    for company in _companies(platform, new):
        with platform.env(
            new, registry=registry, company_id=company, company_ids=(company,), reason="seed"
        ) as env:
            lifecycle.seed(env, env.registry.plugins)


def _companies(platform: Platform, workspace: WorkspaceEntry) -> tuple[int, ...]:
    with platform.server.owner() as connection:
        rows = connection.scalars(text(f"SELECT id FROM {workspace.schema}.core_company ORDER BY id"))  # noqa: S608 - our own name
        return tuple(rows)


def _next_schema(workspace: WorkspaceEntry) -> str:
    """``ws_demo`` -> ``ws_demo__2`` -> ``ws_demo__3``."""
    base, _, number = workspace.schema.partition("__")
    return f"{base}__{int(re.sub(r'[^0-9]', '', number) or 1) + 1}"
