"""Removing an addon takes nothing away before the archive holds it; killed, it took all or nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from core.builtin.models import Company
from core.db import directory
from core.errors import RuleBroken
from core.platform import Platform
from core.registry import archive, lifecycle, removal, schema
from core.registry.discovery import discover
from core.registry.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.directory import WorkspaceEntry

SAMPLES = Path(__file__).parents[1] / "addons"
ADDONS = ("sample_fleet", "sample_fleet_notes")
KILLS = int(os.environ.get("PASSERELLE_TEST_KILLS", "8"))
"""30 take a minute and a half; a few in every run."""

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def samples(workspaces: Any) -> Platform:
    return Platform(workspaces.platform.server, discover(folders=[SAMPLES], only=ADDONS))


@pytest.fixture
def workspace(samples: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[WorkspaceEntry]:
    """One in which the fleet is used, and disabled."""
    monkeypatch.setenv("PASSERELLE_DATA", str(tmp_path))
    entry = lifecycle.create_workspace(samples, f"gone_{uuid4().hex[:12]}")
    with samples.env(entry) as env:
        env.add(Company, name="Atelier Lumen")
    lifecycle.enable(samples, entry, ADDONS)
    with samples.env(entry) as env:
        model: Any = env.registry.model("sample_fleet.vehicle")
        vehicle = env.session.scalars(select(model)).one()
        env.hooks.vehicle_retired(env=env, vehicle=vehicle)
        env.company.fleet_budget = 1200  # type: ignore[attr-defined]  # the sample's own column
        gone = env.add(model, plate="GONE")
        env.session.delete(gone)
    for name in reversed(ADDONS):
        lifecycle.disable(samples, entry, name)
    yield entry
    directory.drop(samples.server, entry.name)


def content(samples: Platform, workspace: WorkspaceEntry) -> tuple[Any, Rows]:
    """The structure of the schema, and every row of every table but those that tell what was done."""
    told = {"core_addon_event", "core_audit", "core_workspace", "core_addon"}
    with samples.server.owner() as connection:
        structure = schema.catalog(connection, workspace.schema)
        connection.execute(text("SELECT set_config('search_path', :s, false)"), {"s": workspace.schema})
        tables = sorted({name.partition(".")[0] for kind, name in structure if kind == "column"} - told)
        found: Rows = {}
        for table in tables:
            rows = connection.execute(text(f"SELECT t::text FROM {table} t ORDER BY id"))
            found[table] = [tuple(row) for row in rows]
        next_ids = connection.execute(
            text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = :s ORDER BY 1"),
            {"s": workspace.schema},
        )
        found["next ids"] = [tuple(row) for row in next_ids if row[0].startswith("sample_")]
        return structure, found


def test_what_comes_back_is_what_was_there(samples: Platform, workspace: WorkspaceEntry) -> None:
    before = content(samples, workspace)

    path = lifecycle.remove(samples, workspace, "sample_fleet")
    assert lifecycle.bring_back(samples, workspace, path) == 0

    assert content(samples, workspace) == before
    assert verify(samples, workspace) == []


def test_an_archive_that_cannot_be_read_back_removes_nothing(
    samples: Platform, workspace: WorkspaceEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(samples, workspace)
    written = archive.write

    def half_written(*arguments: Any) -> None:
        written(*arguments)
        path: Path = arguments[-1]
        with zipfile.ZipFile(path) as good:
            parts = {name: good.read(name) for name in good.namelist()}
        with zipfile.ZipFile(path, "w") as bad:
            for name, part in parts.items():
                bad.writestr(name, part[: len(part) // 2] if name.startswith("tables/") else part)

    monkeypatch.setattr(removal.archive, "write", half_written)

    with pytest.raises(archive.ArchiveDamaged, match=r"sample_fleet_vehicle\.copy"):
        lifecycle.remove(samples, workspace, "sample_fleet")

    assert content(samples, workspace) == before
    assert lifecycle.states(samples, workspace)["sample_fleet"] is False


def test_a_flipped_byte_of_an_archive_is_found_before_anything_is_brought_back(
    samples: Platform, workspace: WorkspaceEntry
) -> None:
    path = lifecycle.remove(samples, workspace, "sample_fleet")
    before = content(samples, workspace)
    damaged = bytearray(path.read_bytes())
    damaged[60] ^= 0xFF
    path.write_bytes(damaged)

    with pytest.raises(archive.ArchiveDamaged):
        lifecycle.bring_back(samples, workspace, path)

    assert content(samples, workspace) == before


def test_rows_that_go_while_the_archive_is_written_are_noticed(
    samples: Platform, workspace: WorkspaceEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = removal.save

    def save_and_lose(*arguments: Any) -> Any:
        found = saved(*arguments)
        with samples.server.owner() as connection:
            connection.execute(text(f"DELETE FROM {workspace.schema}.sample_fleet_vehicle"))
        return found

    monkeypatch.setattr(removal, "save", save_and_lose)

    with pytest.raises(RuleBroken, match="while it was being saved"):
        lifecycle.remove(samples, workspace, "sample_fleet")

    assert lifecycle.states(samples, workspace)["sample_fleet"] is False


class Changer:
    """The other process, and how long its commands take when nobody kills it."""

    def __init__(self, samples: Platform, workspace: WorkspaceEntry, data: Path) -> None:
        command = [sys.executable, "-m", "tests.core.lifecycle_process", samples.server.url, workspace.name]
        self.process = subprocess.Popen(  # noqa: S603  # a module of these tests
            [*command, *ADDONS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=os.environ | {"PASSERELLE_DATA": str(data)},
        )

    def run(self, command: str, *, kill_after: float = 0) -> tuple[list[str], float]:
        """What the command said and how long it took; killed after so many seconds, unless it is done."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{kill_after} {command}\n")
        said = []
        while not (line := self.process.stdout.readline().strip()).startswith("ended"):
            assert line, "the process has ended"
            said.append(line)
        return said, float(line.split()[1])

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


def test_killed_at_any_moment_it_has_taken_all_or_nothing_and_all_comes_back(
    samples: Platform, workspace: WorkspaceEntry, tmp_path: Path
) -> None:
    before = content(samples, workspace)
    changer = Changer(samples, workspace, tmp_path)
    (path,), length = changer.run("remove sample_fleet")
    changer.run(f"bring_back {path}")
    dice = random.Random(41)  # noqa: S311 - moments, not secrets

    for _ in range(KILLS):
        if lifecycle.states(samples, workspace)["sample_fleet"]:
            lifecycle.disable(samples, workspace, "sample_fleet")
        changer.run("remove sample_fleet", kill_after=dice.uniform(0, 1.2 * length))
        removed = "sample_fleet" not in wait_for_states(samples, workspace)
        if removed:
            newest = max((tmp_path / "archives" / workspace.name).glob("sample_fleet-*.zip"))
            changer.run(f"bring_back {newest}", kill_after=dice.uniform(0, 1.2 * length))
            if "sample_fleet" not in wait_for_states(samples, workspace):
                assert lifecycle.bring_back(samples, workspace, newest) == 0
        assert content(samples, workspace) == before

    changer.close()
    assert verify(samples, workspace) == []


def wait_for_states(samples: Platform, workspace: WorkspaceEntry) -> dict[str, bool]:
    """The states once the killed process' connections are gone: the server notices at their next word."""
    idle = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    deadline = time.monotonic() + 10
    with samples.server.owner() as connection:
        while connection.scalar(idle) and time.monotonic() < deadline:
            time.sleep(0.01)
    return lifecycle.states(samples, workspace)
