"""Back one workspace up into one file, and make it again from there, under the same or another name.

The file is a ZIP: ``backup.json`` and, per table, PostgreSQL's own COPY text, all read in one snapshot.
Restoring
builds the schema by migrations at the revisions of the backup, copies the rows in, checks the counts, and
only then
shows the workspace.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core import uploads
from core.db import directory
from core.db.transaction import UNLIMITED, enter
from core.errors import CoreError, RuleBroken
from core.i18n import _
from core.registry import lifecycle, migrations, schema
from core.registry.archive import columns_of, copy_in, copy_out, quoted
from core.registry.discovery import CORE
from core.registry.key_rotation import masters_of
from core.registry.private_files import private_file
from core.security import master_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

FORMAT = 1
DIRECTORY_FILE = "directory.json"
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
_KEYS = text(
    "SELECT CAST(CAST(conrelid AS regclass) AS text) AS table_name, conname AS name,"
    " pg_get_constraintdef(oid) AS definition FROM pg_constraint"
    " WHERE contype = 'f' AND connamespace = CAST(current_schema() AS regnamespace)"
)


@dataclass(frozen=True, slots=True)
class BackupContent:
    """What a backup says of itself."""

    format: int
    name: str
    title: str
    addons: dict[str, bool]
    """Addon -> enabled."""
    revisions: dict[str, str]
    """Unit -> Alembic revision."""
    tables: dict[str, list[str]]
    """Table -> columns."""
    rows: dict[str, int]
    """Table -> number of rows."""
    masters: tuple[str, ...] = ()
    """Fingerprints of the master keys that open its secrets. The keys themselves are in the key file only."""


class BackupUnusable(RuleBroken):
    """A file from which no workspace can be made here."""


def back_up(
    platform: Platform,
    workspace: WorkspaceEntry,
    path: Path,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> BackupContent:
    """Write everything of a workspace to ``path``; complete and on disk when this returns."""
    states = lifecycle.states(platform, workspace)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    tables: dict[str, list[str]] = {}
    rows: dict[str, int] = {}
    with platform.server.engine.connect() as pooled:
        connection = pooled.execution_options(isolation_level="REPEATABLE READ")
        with (
            connection.begin(),
            private_file(partial) as raw,
            zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as file,
        ):
            enter(connection, workspace, UNLIMITED)
            revisions: dict[str, str] = {}  # those of apps whose code is gone too
            for table in connection.scalars(_TABLES).all():
                if table.startswith("alembic_version_"):
                    at = connection.scalar(text(f"SELECT version_num FROM {table}"))  # noqa: S608 - from the catalog
                    revisions[table.removeprefix("alembic_version_")] = at or ""
                    continue
                progress(table)
                columns = columns_of(connection, table)
                listed = quoted(columns)
                query = f"SELECT {listed} FROM {table} ORDER BY id"  # noqa: S608 - names from the catalog
                rows[table] = copy_out(connection, query, file, f"tables/{table}.copy")
                tables[table] = columns
            content = BackupContent(
                FORMAT,
                workspace.name,
                workspace.title,
                states,
                {name: revision for name, revision in revisions.items() if revision},
                tables,
                rows,
                tuple(masters_of(connection)),
            )
            file.writestr("backup.json", json.dumps(asdict(content), indent=1))
    partial.rename(path)
    return content


def back_up_all(
    platform: Platform, folder: Path, *, progress: Callable[[str], None] = lambda _: None
) -> dict[str, str]:
    """Save every workspace to ``<name>.zip`` in a folder; give, for each that could not be saved, why not.

    What is there already is complete and stays: the same call again goes on where one was interrupted. Beside
    them ``directory.json`` says under which hosts and at which address each was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = directory.entries(platform.server)
    listed = {entry.name: {"hosts": entry.hosts, "address": entry.address} for entry in found}
    (folder / DIRECTORY_FILE).write_text(json.dumps(listed, indent=1), encoding="utf-8")
    failed: dict[str, str] = {}
    for entry in found:
        path = folder / f"{entry.name}.zip"
        if path.exists():
            continue
        progress(entry.name)
        if entry.state != "ready":
            failed[entry.name] = f"It is {entry.state}."
            continue
        try:
            back_up(platform, entry, path)
        except (CoreError, SQLAlchemyError, OSError) as error:
            failed[entry.name] = str(error)
    return failed


def restore_all(
    platform: Platform, folder: Path, *, progress: Callable[[str], None] = lambda _: None
) -> dict[str, str]:
    """Make every workspace of a folder that ``back_up_all`` wrote, under its name, hosts and address.

    Those that are there already stay as they are, so the same call again goes on; one that was being restored
    when it was interrupted is made anew. Give, for each that could not be made, why not.
    """
    listed = json.loads((folder / DIRECTORY_FILE).read_text(encoding="utf-8"))
    there = {entry.name: entry.state for entry in directory.entries(platform.server)}
    failed: dict[str, str] = {}
    for path in sorted(folder.glob("*.zip")):
        name = path.stem
        if there.get(name, "restoring") != "restoring":
            continue
        progress(name)
        try:
            if name in there:
                directory.drop(platform.server, name)
            restore(platform, path, name)
            directory.set_hosts(platform.server, name, listed[name]["hosts"])
            if listed[name]["address"]:
                directory.set_address(platform.server, name, listed[name]["address"])
        except (CoreError, SQLAlchemyError, OSError, KeyError) as error:
            failed[name] = str(error)
    platform.forget_directory()
    return failed


def read(path: Path) -> BackupContent:
    """What a backup holds, or BackupUnusable."""
    try:
        with zipfile.ZipFile(path) as file:
            damaged = file.testzip()
            content = BackupContent(**uploads.read_json(uploads.member_of(file, "backup.json")))
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise BackupUnusable(
            _("{file} is not a backup of a workspace.", file=path.name),
            hint=_("Choose a file that passerelle workspace backup wrote."),
        ) from error
    if damaged:
        raise BackupUnusable(
            _("{file} is damaged at {part}.", file=path.name, part=damaged),
            hint=_("Use another copy of the backup."),
        )
    return content


def restore(
    platform: Platform, path: Path, name: str, *, progress: Callable[[str], None] = lambda _: None
) -> WorkspaceEntry:
    """Make a workspace from a backup. Either it is there, whole and checked, or nothing of it is."""
    content = read(path)
    missing = sorted(set(content.addons) - set(platform.discovered.addons))
    if missing:
        raise BackupUnusable(
            _("The backup needs apps that are not installed here: {names}.", names=", ".join(missing)),
            hint=_("Install them first, then restore again."),
        )
    unknown = [one for one in content.masters if one not in master_keys.load().keys]
    if unknown:
        raise BackupUnusable(
            _(
                "The backup holds secrets under the key {fingerprint}, which is not in {file}.",
                fingerprint=", ".join(unknown),
                file=master_keys.path(),
            ),
            hint=_(
                "Bring the key file of the installation that wrote it, or name it in PASSERELLE_KEY_FILE."
            ),
        )
    entry = directory.create(platform.server, name, content.title)
    directory.set_state(platform.server, name, "restoring")
    try:
        with migrations.owner_in(platform.server, entry) as connection:
            registry = platform.registries.of(content.addons)
            for unit in migrations.units_of(registry):
                if revision := content.revisions.get(unit.name):
                    progress(unit.name)
                    migrations.expand(connection, unit, revision)
            _fill(connection, path, content, progress)
            for unit in migrations.units_of(registry):
                if unit.name in content.revisions:
                    migrations.upgrade(connection, unit)
        broken = schema.differences(platform.server, entry, registry)
        if broken:
            raise BackupUnusable(
                _("What was restored does not have the form it should: {what}", what=broken[0]),
                hint=_("Restore with the version of Passerelle that wrote the backup."),
            )
    except BaseException:
        directory.drop(platform.server, name)
        raise
    directory.set_state(platform.server, name, "ready")
    platform.forget_directory()
    return directory.entry(platform.server, name)


def _fill(
    connection: Connection, path: Path, content: BackupContent, progress: Callable[[str], None]
) -> None:
    """Copy the rows in without keys and triggers, then put the keys back, which checks them all."""
    keys = list(connection.execute(_KEYS))
    for key in keys:
        connection.execute(text(f"ALTER TABLE {key.table_name} DROP CONSTRAINT {key.name}"))
    with zipfile.ZipFile(path) as file:
        for table, columns in content.tables.items():
            progress(table)
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            copy_in(connection, f"COPY {table} ({quoted(columns)}) FROM STDIN", file, f"tables/{table}.copy")
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            found = connection.execute(
                text(f"SELECT count(*), setval({sequence}, greatest(max(id), 1)) FROM {table}")  # noqa: S608 - names from our file
            ).one()
            if found[0] != content.rows[table]:
                raise BackupUnusable(
                    _(
                        "{table} has {found} rows after restoring, {wanted} in the backup.",
                        table=table,
                        found=found[0],
                        wanted=content.rows[table],
                    ),
                    hint=_("Use another copy of the backup."),
                )
    for key in keys:
        connection.execute(text(f"ALTER TABLE {key.table_name} ADD CONSTRAINT {key.name} {key.definition}"))
    if CORE not in content.addons:
        raise BackupUnusable(
            _("The backup lacks the platform's own data."), hint=_("Use another copy of the backup.")
        )
