from __future__ import annotations

import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.builtin.models import Company
from core.db import directory
from core.errors import RuleBroken
from core.registry import backup, lifecycle
from core.registry.verify import verify
from tests.core.test_lifecycle import plates, samples, workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

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


def test_every_workspace_is_saved_and_made_again_and_both_go_on_where_they_stopped(
    samples: Platform, workspace: WorkspaceEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lifecycle.enable(samples, workspace, ["sample_fleet"])
    other = lifecycle.create_workspace(samples, f"life_{uuid4().hex[:12]}", hosts=["fleet.example"])
    directory.set_address(samples.server, other.name, "https://fleet.example")
    both = [workspace, directory.entry(samples.server, other.name)]
    monkeypatch.setattr(directory, "entries", lambda _server: both)
    folder, saved, made = tmp_path / "all", list[str](), list[str]()

    with monkeypatch.context() as patched:
        patched.setattr(backup, "copy_out", interrupted_in(backup.copy_out, f"ws_{other.name}"))
        with pytest.raises(KeyboardInterrupt):
            backup.back_up_all(samples, folder, progress=saved.append)
    assert backup.back_up_all(samples, folder, progress=saved.append) == {}
    monkeypatch.undo()

    assert saved == [workspace.name, other.name, other.name]
    assert {path.name for path in folder.iterdir() if path.suffix != ".partial"} == {
        "directory.json",
        f"{workspace.name}.zip",
        f"{other.name}.zip",
    }
    directory.drop(samples.server, other.name)
    directory.set_state(samples.server, workspace.name, "restoring")  # killed while it was restored
    assert backup.restore_all(samples, folder, progress=made.append) == {}
    try:
        assert sorted(made) == sorted([workspace.name, other.name])
        assert directory.entry(samples.server, other.name) == both[1]
        assert (verify(samples, both[0]), verify(samples, both[1])) == ([], [])
        assert backup.restore_all(samples, folder, progress=made.append) == {}
        assert len(made) == 2
    finally:
        directory.drop(samples.server, other.name)


def interrupted_in(copy_out: Callable[..., int], schema: str) -> Callable[..., int]:
    """``copy_out``, but somebody presses Ctrl C when it comes to this schema."""

    def copying(connection: Connection, *arguments: Any) -> int:
        if connection.scalar(text("SELECT current_schema()")) == schema:
            raise KeyboardInterrupt
        return copy_out(connection, *arguments)

    return copying


def test_what_cannot_be_saved_is_named_and_the_others_are_saved(
    samples: Platform, workspace: WorkspaceEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unfinished = replace(workspace, name="unfinished", state="creating")
    gone = replace(workspace, name="gone", schema="ws_gone", role="ws_gone")
    monkeypatch.setattr(directory, "entries", lambda _server: [gone, unfinished, workspace])

    failed = backup.back_up_all(samples, tmp_path)

    assert set(failed) == {"gone", "unfinished"}
    assert failed["unfinished"] == "It is creating."
    assert [path.name for path in tmp_path.glob("*.zip")] == [f"{workspace.name}.zip"]
