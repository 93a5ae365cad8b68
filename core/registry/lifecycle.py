"""Turn addons on and off in a workspace while its people work.

Enabling has two phases. *Expand* creates tables and columns, nothing of which is visible yet; *activate* is
one
transaction for seed data, hooks and the flag. When either fails, what was created is taken down again.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from core.builtin.models import AddonEvent, AddonState, Company, Workspace
from core.db.transaction import owner_transaction, transaction
from core.errors import CoreError, RuleBroken
from core.i18n import _, using
from core.platform import SYSTEM
from core.registry import archive, cleanup, migrations, ownership, plans, removal, usage
from core.registry.discovery import CORE
from core.registry.plans import AddonRefused, EnablePlan, RemovalPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from core.db.directory import WorkspaceEntry
    from core.env import Env, Who
    from core.platform import Platform
    from core.registry.compose import Registry
    from core.registry.migrations import Unit

OLDER_TRANSACTIONS_SECONDS = 30.0


class SeedFailed(RuleBroken):
    """An addon could not write the records without which it cannot work; nothing of it stays."""

    def __init__(self, unit: str, cause: str) -> None:
        super().__init__(
            _("{addon} could not write its first records: {cause}", addon=unit, cause=cause),
            hint=_("Nothing was changed. The log has the details, for whoever wrote the app."),
        )


def states(platform: Platform, workspace: WorkspaceEntry) -> dict[str, bool]:
    """Addon -> enabled, for every addon whose tables exist here."""
    with transaction(platform.server, workspace) as connection:
        rows = connection.execute(text("SELECT name, enabled FROM core_addon"))
        return {row.name: row.enabled for row in rows}


def enabled_set(platform: Platform, workspace: WorkspaceEntry) -> frozenset[str]:
    """The addons whose code runs here."""
    return platform.discovered.here(name for name, on in states(platform, workspace).items() if on)


def installed(platform: Platform, workspace: WorkspaceEntry) -> Registry:
    """Composed of every addon whose tables exist here, enabled or not, and whose code is here."""
    return platform.registries.of(platform.discovered.here(states(platform, workspace)))


def preview_enable(platform: Platform, workspace: WorkspaceEntry, names: Iterable[str]) -> EnablePlan:
    """What enabling would bring; AddonRefused or AddonError when it cannot be."""
    wanted = tuple(names)
    enabled = enabled_set(platform, workspace)
    target = platform.registries.of(enabled.union(wanted))
    with platform.env(workspace, reason="countries of the companies") as env:
        countries = frozenset(env.session.scalars(select(env[Company].country)))
    return plans.plan_enable(platform.discovered, enabled, target, wanted, countries)


def enable(
    platform: Platform,
    workspace: WorkspaceEntry,
    names: Iterable[str],
    *,
    by: Who = SYSTEM,
    companies: Iterable[int] | None = None,
) -> EnablePlan:
    """Enable addons and all they need. Either everything of it holds afterwards, or nothing.

    ``companies`` use them from now on; when none are named, those that used them before they were disabled,
    else every company that they are offered to.
    """
    wanted = tuple(names)
    with _alone(platform, workspace) as connection:
        enabled = enabled_set(platform, workspace)
        plan = preview_enable(platform, workspace, wanted)
        target = platform.registries.of(enabled.union(plan.all))
        created: list[Unit] = []
        try:
            _expand(connection, target, created)
            cleanup.refuse_unmade(connection, target)
            with platform.env(workspace, registry=target, user=SYSTEM, reason="enable", whole=True) as env:
                _activate(env, plan, by, platform.registries.of(enabled), companies)
        except BaseException:
            for unit in reversed(created):
                cleanup.take_down(connection, target, unit)
            raise
    return plan


def _expand(connection: Connection, target: Registry, created: list[Unit]) -> None:
    for unit in migrations.units_of(target):
        if migrations.current(connection, unit) is None:
            cleanup.refuse_lost_history(connection, target, unit)
            cleanup.take_down(
                connection, target, unit
            )  # what an attempt may have left that could not be cleaned then
            created.append(unit)
            migrations.expand(connection, unit)
        elif migrations.pending(connection, unit):
            migrations.upgrade(connection, unit)


def _activate(env: Env, plan: EnablePlan, by: Who, former: Registry, companies: Iterable[int] | None) -> None:
    """Set the flags, let companies use what is new, and write its records for each of them."""
    note_enabled(env, plan.all, by)
    bump(env)
    wanted = None if companies is None else frozenset(companies)
    usage.begin_everywhere(env, former, plan.all, wanted)


def note_enabled(env: Env, names: Iterable[str], by: Who) -> None:
    """Set the flags, and write it into the history."""
    known = {state.name: state for state in env.session.scalars(select(env[AddonState]))}
    for name in names:
        version = env.registry.discovered[name].manifest.version
        if state := known.get(name):
            state.enabled, state.enabled_at, state.installed_version = True, env.now(), version
        else:
            known[name] = env[AddonState](name=name, installed_version=version)
            env.session.add(known[name])
        _note(env, name, "enabled", by)
    for name in env.registry.whole.enabled & known.keys():  # a wire may have joined any of them
        known[name].owned = ownership.owned_by(env.registry.whole, name)
    env.session.flush()


def seed(env: Env, plugins: Iterable[str]) -> None:
    """Run ``seed_data`` of some plugins, in dependency order, in the language of the company."""
    wanted, modules = set(plugins), env.registry.plugins
    with using(env.company.locale if env.company_id else env.locale):
        for name in modules:
            if name in wanted:
                others = [module for other, module in modules.items() if other != name]
                write = env.registry.manager.subset_hook_caller("seed_data", remove_plugins=others)
                with migrations.failing_as(partial(SeedFailed, name)):
                    write(env=env)
                    env.session.flush()


def disable(platform: Platform, workspace: WorkspaceEntry, name: str, *, by: Who = SYSTEM) -> None:
    """Hide an addon: its code stops at the next request of every worker, its data stays."""
    with _alone(platform, workspace) as connection:
        here = states(platform, workspace)
        gone = ownership.missing(platform, connection)
        if name in gone:
            ownership.refuse_needed(gone, (one for one, on in here.items() if on), name)
        else:
            plans.refuse_disable(platform.discovered, enabled_set(platform, workspace), name)
        with platform.env(workspace, user=SYSTEM, reason="disable") as env:
            env.hooks.addon_disabled(env=env, name=name)
            state = env.session.scalars(select(env[AddonState]).where(env[AddonState].name == name)).one()
            state.enabled = False
            _note(env, name, "disabled", by)
            bump(env)


def preview_removal(platform: Platform, workspace: WorkspaceEntry, name: str) -> RemovalPlan:
    """Exactly which tables, columns and rows removing would erase."""
    with migrations.owner_in(platform.server, workspace) as connection:
        return _plan_removal(platform, workspace, connection, name)


def _plan_removal(
    platform: Platform, workspace: WorkspaceEntry, connection: Connection, name: str
) -> RemovalPlan:
    here = states(platform, workspace)
    if name not in here:
        title = platform.discovered[name].manifest.display
        raise AddonRefused(_("{addon} has no data here.", addon=title), hint=_("There is nothing to remove."))
    gone = ownership.missing(platform, connection)
    if name in gone:
        plans.refuse_enabled(name, here[name])
        ownership.refuse_needed(gone, here, name)
        return ownership.plan_removal(connection, name, gone[name])
    enabled = frozenset(n for n, on in here.items() if on)
    return plans.plan_removal(connection, platform.discovered, installed(platform, workspace), enabled, name)


def remove(platform: Platform, workspace: WorkspaceEntry, name: str, *, by: Who = SYSTEM) -> Path:
    """Export everything of a disabled addon to an archive, then drop it. Give the archive's path.

    The archive is on disk and was read back before anything is dropped, and all of it is dropped in one
    transaction: killed at any moment, either everything is still there, or the archive holds it.
    """
    with _alone(platform, workspace) as connection:
        plan = _plan_removal(platform, workspace, connection, name)
        owned = ownership.missing(platform, connection).get(name)
        _wait_for_older_transactions(connection)
        path = removal.archive_path(workspace, name)
        version = text("SELECT installed_version FROM core_addon WHERE name = :name")
        at = str(connection.scalar(version, {"name": name}))
        content = removal.save(platform.server, workspace, at, plan, path)

        def take_away() -> None:
            with owner_transaction(platform.server, workspace, migrations.LOCK_TIMEOUT) as whole:
                removal.refuse_changed(whole, content, path)
                if owned is not None:
                    ownership.drop(whole, owned)
                for unit in reversed(plan.units if owned is None else ()):
                    migrations.downgrade_within(whole, unit)
                env = _env_of_owner(platform, workspace, whole, "remove")
                model = env[AddonState]
                env.session.delete(env.session.scalars(select(model).where(model.name == name)).one())
                _note(env, name, "removed", by, archive=str(path), detail=f"{plan.rows}")
                bump(env)
                env.session.close()

        migrations.patiently(take_away)
    return path


def bring_back(platform: Platform, workspace: WorkspaceEntry, path: Path, *, by: Who = SYSTEM) -> int:
    """Make an archived addon's tables again and copy its rows back, then enable it.

    Give the number of added values whose record no longer exists. Interrupted, it is simply begun again.
    """
    content = archive.verify(path)
    name = content.addon
    title = platform.discovered[name].manifest.display
    with _alone(platform, workspace) as connection:
        here = states(platform, workspace)
        if name in here:
            raise AddonRefused(
                _("{addon} has data here already.", addon=title),
                hint=_("Remove it first, or enable it: nothing is missing."),
            )
        target = platform.registries.of({*platform.discovered.here(here), name})
        units = [unit for unit in migrations.units_of(target) if unit.name in content.revisions]

        def copy_back() -> int:
            with owner_transaction(platform.server, workspace, migrations.LOCK_TIMEOUT) as whole:
                lost = archive.restore(whole, path, content)
                for unit in units:
                    migrations.upgrade_within(whole, unit)
                env = _env_of_owner(platform, workspace, whole, "bring back")
                state = env[AddonState](name=name, installed_version=content.version, enabled=False)
                env.session.add(state)
                _note(env, name, "brought back", by, archive=str(path))
                env.session.flush()
                env.session.close()
                return lost

        try:
            for unit in units:
                cleanup.refuse_lost_history(connection, target, unit)
                cleanup.take_down(connection, target, unit)  # what an interrupted attempt has left is empty
                migrations.expand(connection, unit, content.revisions[unit.name])
            lost = migrations.patiently(copy_back)
        except BaseException:
            for unit in reversed(units):
                cleanup.take_down(connection, target, unit)
            raise
    enable(platform, workspace, [name], by=by)
    return lost


def _env_of_owner(platform: Platform, workspace: WorkspaceEntry, connection: Connection, reason: str) -> Env:
    """For the platform's own rows, beside changes of structure: it reads nothing that those have locked."""
    return platform.env_in(
        connection, workspace, registry=platform.registries.of(()), user=SYSTEM, company_ids=(), reason=reason
    )


def pending_upgrades(platform: Platform, workspace: WorkspaceEntry) -> dict[str, list[str]]:
    """Unit -> the revisions that an upgrade would run here: the dry run."""
    with migrations.owner_in(platform.server, workspace) as connection:
        found = {
            unit.name: migrations.pending(connection, unit)
            for unit in migrations.units_of(installed(platform, workspace))
            if migrations.current(connection, unit)
        }
    return {name: steps for name, steps in found.items() if steps}


def upgrade(platform: Platform, workspace: WorkspaceEntry) -> dict[str, list[str]]:
    """Bring every installed unit to its newest revision; an interrupted upgrade goes on where it stopped."""
    done = pending_upgrades(platform, workspace)
    whole = installed(platform, workspace)
    with _alone(platform, workspace) as connection:
        for unit in migrations.units_of(whole):
            if unit.name in done:
                migrations.upgrade(connection, unit)
        with platform.env(workspace, user=SYSTEM, reason="upgrade") as env:
            for state in env.session.scalars(select(env[AddonState])):
                if state.name in platform.discovered.addons:
                    state.installed_version = platform.discovered[state.name].manifest.version
                    state.owned = ownership.owned_by(whole, state.name)
            bump(env)
    return done


def bump(env: Env) -> None:
    """Make every worker see the new set at its next request."""
    for row in env.session.scalars(select(env[Workspace]).with_for_update()):
        row.registry_version = env[Workspace].registry_version + 1  # others may count up meanwhile
    env.session.flush()


def _note(
    env: Env, name: str, action: str, by: Who, *, archive: str | None = None, detail: str | None = None
) -> None:
    event = env[AddonEvent](addon_name=name, action=action, user_id=by.id, archive=archive, detail=detail)
    env.session.add(event)


@contextmanager
def _alone(platform: Platform, workspace: WorkspaceEntry) -> Iterator[Connection]:
    """The owner's connection, while no other addon of the workspace is being turned on, off or removed."""
    with migrations.owner_in(platform.server, workspace) as connection:
        key = {"key": f"lifecycle {workspace.schema}"}
        if not connection.scalar(text("SELECT pg_try_advisory_lock(hashtextextended(:key, 0))"), key):
            raise AddonRefused(
                _("Another app is being changed in this workspace."), hint=_("Try again when it is done.")
            )
        try:
            yield connection
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))"), key)


def _wait_for_older_transactions(connection: Connection) -> None:
    """Wait until every transaction that may still use the tables has ended; refuse after a while."""
    since = connection.scalar(text("SELECT clock_timestamp()"))
    deadline = time.monotonic() + OLDER_TRANSACTIONS_SECONDS
    older = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND xact_start < :since AND backend_type = 'client backend'"
    )
    while connection.scalar(older, {"since": since}):
        if time.monotonic() > deadline:
            raise AddonRefused(
                _("Someone's long task still uses this app's data."), hint=_("Try again when it has ended.")
            )
        time.sleep(0.05)


def create_workspace(
    platform: Platform,
    name: str,
    title: str = "",
    *,
    hosts: Iterable[str] = (),
    address: str = "",
    addons: Iterable[str] = (),
) -> WorkspaceEntry:
    """Make a workspace with the ground addons and whatever else is named; dropped again when it fails.

    ``address``: what links to it begin with; while it is empty, none is written.
    """
    from core.db import directory

    entry = directory.create(platform.server, name, title or name, tuple(hosts), address)
    try:
        with migrations.owner_in(platform.server, entry) as connection:
            ground = platform.registries.of([])
            for unit in migrations.units_of(ground):
                migrations.expand(connection, unit)
        with platform.env(entry, registry=platform.registries.of([])) as env:
            env.session.add(env[Workspace](title=title or name))
            version = platform.discovered[CORE].manifest.version
            env.session.add(env[AddonState](name=CORE, installed_version=version))
        wanted = [*addons, *(["base"] if "base" in platform.discovered.addons else [])]
        if wanted:
            enable(platform, entry, wanted)
    except (CoreError, Exception):
        directory.drop(platform.server, name)
        raise
    directory.set_state(platform.server, name, "ready")
    platform.forget_directory()
    return directory.entry(platform.server, name)
