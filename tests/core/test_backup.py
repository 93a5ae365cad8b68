from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from core.builtin.models import Company
from core.db import directory
from core.errors import RuleBroken
from core.registry import backup, lifecycle
from core.registry.verify import verify
from tests.core.test_lifecycle import plates, samples, workspace

if TYPE_CHECKING:
    from pathlib import Path

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

__all__ = ["samples", "workspace"]


def test_a_backup_makes_the_same_workspace_again(
    samples: Platform, workspace: WorkspaceEntry, tmp_path: Path
) -> None:
    lifecycle.enable(samples, workspace, ["sample_fleet", "sample_fleet_notes"])
    path = tmp_path / "life.zip"
    written = backup.back_up(samples, workspace, path)
    name = f"life_{uuid4().hex[:12]}"

    made = backup.restore(samples, path, name)

    try:
        again = backup.back_up(samples, made, tmp_path / "again.zip")
        assert (again.rows, again.revisions, again.addons) == (
            written.rows,
            written.revisions,
            written.addons,
        )
        assert plates(samples, made) == [("POOL-1", None)]
        assert verify(samples, made) == []
        with samples.env(made) as env:
            assert env.add(Company, name="New after restoring").id > max(env.company_ids)
    finally:
        directory.drop(samples.server, name)


def test_a_damaged_backup_leaves_no_workspace(
    samples: Platform, workspace: WorkspaceEntry, tmp_path: Path
) -> None:
    path = tmp_path / "life.zip"
    backup.back_up(samples, workspace, path)
    short = tmp_path / "short.zip"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(short, "w") as target:
        for item in source.namelist():
            target.writestr(item, b"" if item == "tables/core_company.copy" else source.read(item))
    name = f"life_{uuid4().hex[:12]}"

    with pytest.raises(RuleBroken, match="core_company has 0 rows after restoring, 1 in the backup"):
        backup.restore(samples, short, name)
    (tmp_path / "not.zip").write_bytes(b"nothing")
    with pytest.raises(RuleBroken, match=r"not\.zip is not a backup"):
        backup.restore(samples, tmp_path / "not.zip", name)

    assert name not in [entry.name for entry in directory.entries(samples.server)]


def test_verify_names_what_differs_from_the_declarations(
    samples: Platform, workspace: WorkspaceEntry
) -> None:
    lifecycle.enable(samples, workspace, ["sample_fleet"])
    with samples.server.owner() as connection:
        connection.exec_driver_sql(
            f"DROP TRIGGER retired_is_final ON {workspace.schema}.sample_fleet_vehicle"
        )

    found = verify(samples, workspace)

    assert [finding.detail for finding in found] == [
        "The trigger sample_fleet_vehicle.retired_is_final is declared but not in the database."
    ]
