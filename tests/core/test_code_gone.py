"""Code that is gone locks nothing: what it left is shown, disabled, removed, and comes back with it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from core.builtin.models import Company
from core.db import directory
from core.errors import AddonError, RuleBroken
from core.platform import Platform
from core.registry import backup, generate, lifecycle, schema
from core.registry.discovery import discover
from core.registry.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.db.directory import WorkspaceEntry

SAMPLES = Path(__file__).parents[1] / "addons"
ALL = ["sample_fleet", "sample_fleet_notes", "sample_rental"]


@pytest.fixture(scope="module")
def whole(workspaces: Any) -> Platform:
    return Platform(workspaces.platform.server, discover(folders=[SAMPLES], only=ALL))


@pytest.fixture(scope="module")
def bare(workspaces: Any) -> Platform:
    """The same server after the folders were deleted."""
    return Platform(workspaces.platform.server, discover(only=[]))


@pytest.fixture
def workspace(whole: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[WorkspaceEntry]:
    monkeypatch.setenv("PASSERELLE_DATA", str(tmp_path))
    entry = lifecycle.create_workspace(whole, f"gone_{uuid4().hex[:12]}")
    with whole.env(entry) as env:
        env.add(Company, name="Atelier Lumen")
    yield entry
    directory.drop(whole.server, entry.name)


def test_what_is_left_without_its_code_is_told_disabled_removed_and_brought_back(
    whole: Platform, bare: Platform, workspace: WorkspaceEntry, tmp_path: Path
) -> None:
    """Given an enabled addon with rows, a column on the company and a wire, whose folder is deleted."""
    with whole.server.owner() as connection:
        before = schema.catalog(connection, workspace.schema)
    lifecycle.enable(whole, workspace, ALL)
    with whole.env(workspace) as env:
        env.company.fleet_budget = 1200  # type: ignore[attr-defined]  # the sample's own column

    # then everything else stays manageable, and what is missing is named
    assert lifecycle.enabled_set(bare, workspace) == {"core"}
    assert lifecycle.pending_upgrades(bare, workspace) == {}
    assert lifecycle.preview_enable(bare, workspace, ["core"]).all == ()
    assert {str(finding).partition(" (")[0] for finding in verify(bare, workspace)} == {
        "the code of every app is here: sample_fleet",
        "the code of every app is here: sample_fleet_notes",
        "the code of every app is here: sample_rental",
    }
    with pytest.raises(AddonError, match="no addon 'sample_fleet' here"):
        lifecycle.enable(bare, workspace, ["sample_fleet"])
    with bare.env(workspace) as env:
        env.add(Company, name="Made without the code")

    # and what stands on it goes first
    with pytest.raises(RuleBroken, match="sample_fleet is needed by sample_rental"):
        lifecycle.disable(bare, workspace, "sample_fleet")
    with pytest.raises(RuleBroken, match="sample_fleet_notes is still enabled"):
        lifecycle.remove(bare, workspace, "sample_fleet_notes")
    for name in reversed(ALL):
        lifecycle.disable(bare, workspace, name)
        if name == "sample_fleet":
            plan = lifecycle.preview_removal(bare, workspace, name)
            assert plan.tables == {"sample_fleet_vehicle": 1, "sample_fleet_trip": 0}
            assert plan.columns == {("core_company", "fleet_budget"): 1}
        path = lifecycle.remove(bare, workspace, name)

    # and nothing of it stays, until its archive comes back beside its code
    with bare.server.owner() as connection:
        assert schema.catalog(connection, workspace.schema) == before
    assert verify(bare, workspace) == []
    assert lifecycle.bring_back(whole, workspace, path) == 0
    with whole.env(workspace) as env:
        vehicle = env.registry.model("sample_fleet.vehicle")
        assert list(env.session.scalars(select(vehicle.plate))) == ["POOL-1"]
        assert env.company.fleet_budget == 1200  # type: ignore[attr-defined]  # the sample's own column
    assert verify(whole, workspace) == []


def test_code_that_comes_back_finds_everything_and_a_backup_made_without_it_holds_it(
    whole: Platform, bare: Platform, workspace: WorkspaceEntry, tmp_path: Path
) -> None:
    lifecycle.enable(whole, workspace, ALL)

    backup.back_up(bare, workspace, tmp_path / "without.zip")

    assert lifecycle.enabled_set(whole, workspace) == {"core", *ALL}
    assert verify(whole, workspace) == []
    again = backup.restore(whole, tmp_path / "without.zip", f"again_{uuid4().hex[:12]}")
    try:
        with whole.env(again) as env:
            vehicle = env.registry.model("sample_fleet.vehicle")
            assert list(env.session.scalars(select(vehicle.plate))) == ["POOL-1"]
    finally:
        directory.drop(whole.server, again.name)


TRUCKS = """
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column
from core.api import Model, hookimpl

class Truck(Model, name="truck"):
    plate: Mapped[str] = mapped_column(String(20), unique=True)

@hookimpl
def declare_models():
    return [Truck]

@hookimpl
def seed_data(env):
    {seed}
"""
TWICE = "env.add(Truck, plate='A'); env.add(Truck, plate='A')"


def test_an_addon_without_the_migration_it_needs_is_refused_with_the_command(
    started: Callable[..., Platform], workspace: WorkspaceEntry
) -> None:
    platform = started(acme_bare={"hooks.py": TRUCKS.format(seed="pass")})

    with pytest.raises(RuleBroken, match="no migration of it makes acme_bare_truck") as refused:
        lifecycle.enable(platform, workspace, ["acme_bare"])

    assert refused.value.hint == "Whoever wrote it runs: passerelle migration acme_bare"
    assert lifecycle.states(platform, workspace) == {"core": True}


@pytest.mark.parametrize(
    ("seed", "told"),
    [
        (TWICE, "duplicate key value violates unique constraint"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
def test_first_records_that_the_database_refuses_are_told_in_one_sentence(
    started: Callable[..., Platform],
    workspace: WorkspaceEntry,
    caplog: pytest.LogCaptureFixture,
    seed: str,
    told: str,
) -> None:
    platform = started(acme_seed={"hooks.py": TRUCKS.format(seed=seed)})
    generate.revise(platform, "acme_seed", "First")
    with platform.server.owner() as connection:
        before = schema.catalog(connection, workspace.schema)

    with (
        caplog.at_level(logging.CRITICAL, "passerelle.addons"),
        pytest.raises(RuleBroken, match=told) as refused,
    ):
        lifecycle.enable(platform, workspace, ["acme_seed"])

    assert "acme_seed could not write its first records:" in str(refused.value.message)
    assert "\n" not in str(refused.value)
    with platform.server.owner() as connection:
        assert schema.catalog(connection, workspace.schema) == before
