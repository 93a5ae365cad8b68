"""Save what removing an addon takes away: on disk, read back, and still the same when it is dropped."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import text

from core.i18n import _
from core.platform import data_folder
from core.registry import archive, migrations
from core.registry.plans import AddonRefused

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from core.db.directory import WorkspaceEntry
    from core.db.server import Server
    from core.registry.archive import ArchiveContent
    from core.registry.plans import RemovalPlan


def archive_path(workspace: WorkspaceEntry, name: str) -> Path:
    """A file of its own for each removal."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    return data_folder() / "archives" / workspace.name / f"{name}-{stamp}.zip"


def save(
    server: Server, workspace: WorkspaceEntry, version: str, plan: RemovalPlan, path: Path
) -> ArchiveContent:
    """Write the archive as of one instant and read it back; ArchiveDamaged when it holds something else."""
    with server.owner() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            connection.execute(
                text("SELECT set_config('search_path', :schema, true)"), {"schema": workspace.schema}
            )
            revisions = {unit.name: migrations.current(connection, unit) or "" for unit in plan.units}
            archive.write(connection, version, plan, revisions, path)
    return archive.verify(path)


def refuse_changed(connection: Connection, content: ArchiveContent, path: Path) -> None:
    """Lock the tables and raise AddonRefused when there are other rows by now than in the archive.

    Nobody works in a disabled addon, but deleting a colleague's record may take rows of it along.
    """
    if content.tables:
        connection.execute(text(f"LOCK TABLE {', '.join(content.tables)} IN ACCESS EXCLUSIVE MODE"))
    for table in content.tables:
        there = connection.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - declared names
        if there != content.rows[f"tables/{table}.copy"]:
            path.unlink()
            raise AddonRefused(
                _("Someone changed the data of this app while it was being saved."),
                hint=_("Nothing was removed. Repeat it when they have finished."),
            )
