from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from core import platform as platforms
from core.builtin.models import AddonEvent, Company
from core.db import directory
from core.errors import RuleBroken
from core.platform import Platform
from core.registry import archive, lifecycle, migrations, schema
from core.registry.discovery import discover

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.directory import WorkspaceEntry

SAMPLES = Path(__file__).parents[1] / "addons"


@pytest.fixture(scope="module")
def samples(workspaces: Any) -> Platform:
    return Platform(
        workspaces.platform.server, discover(folders=[SAMPLES], only=["sample_fleet", "sample_fleet_notes"])
    )


@pytest.fixture
def workspace(samples: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[WorkspaceEntry]:
    monkeypatch.setenv("PASSERELLE_DATA", str(tmp_path))
    entry = lifecycle.create_workspace(samples, f"life_{uuid4().hex[:12]}")
    with samples.env(entry) as env:
        env.add(Company, name="Atelier Lumen")
    yield entry
    directory.drop(samples.server, entry.name)


def differences(samples: Platform, workspace: WorkspaceEntry) -> list[str]:
    installed = samples.registries.of(lifecycle.states(samples, workspace))
    return schema.differences(samples.server, workspace, installed)


def plates(samples: Platform, workspace: WorkspaceEntry) -> list[tuple[str, str | None]]:
    with samples.env(workspace) as env:
        vehicle = env.registry.model("sample_fleet.vehicle")
        return [(row.plate, getattr(row, "remark", None)) for row in env.session.scalars(select(vehicle))]


def test_the_preview_tells_what_will_come(samples: Platform, workspace: WorkspaceEntry) -> None:
    plan = lifecycle.preview_enable(samples, workspace, ["sample_fleet"])

    assert plan.chosen == ("sample_fleet",)
    assert plan.tables == ("sample_fleet_trip", "sample_fleet_vehicle")
    assert plan.columns == (("core_company", "fleet_budget"),)
    assert lifecycle.states(samples, workspace) == {"core": True}


def test_migrations_give_what_the_models_declare(samples: Platform, workspace: WorkspaceEntry) -> None:
    lifecycle.enable(samples, workspace, ["sample_fleet"])
    lifecycle.enable(samples, workspace, ["sample_fleet_notes"])

    assert differences(samples, workspace) == []
    assert plates(samples, workspace) == [("POOL-1", None)]


def test_a_disabled_addon_is_hidden_and_its_data_comes_back(
    samples: Platform, workspace: WorkspaceEntry
) -> None:
    lifecycle.enable(samples, workspace, ["sample_fleet"])

    lifecycle.disable(samples, workspace, "sample_fleet")

    with samples.env(workspace) as env:
        assert "sample_fleet.vehicle" not in env.registry.models
        assert not hasattr(env[Company], "fleet_budget")
        env.add(Company, name="Made while disabled")
    lifecycle.enable(samples, workspace, ["sample_fleet"])
    assert plates(samples, workspace) == [("POOL-1", None)]


def test_removing_exports_everything_and_leaves_no_trace(
    samples: Platform, workspace: WorkspaceEntry
) -> None:
    before = schema.declared(samples.server, samples.registries.of([]))
    lifecycle.enable(samples, workspace, ["sample_fleet", "sample_fleet_notes"])
    with samples.env(workspace) as env:
        vehicle = env.session.scalars(select(env.registry.model("sample_fleet.vehicle"))).one()
        env.hooks.vehicle_retired(env=env, vehicle=vehicle)
        env.company.fleet_budget = 1200  # type: ignore[attr-defined]  # the sample's own column
    lifecycle.disable(samples, workspace, "sample_fleet_notes")
    lifecycle.disable(samples, workspace, "sample_fleet")
    plan = lifecycle.preview_removal(samples, workspace, "sample_fleet")

    path = lifecycle.remove(samples, workspace, "sample_fleet")

    assert plan.tables == {"sample_fleet_trip": 0, "sample_fleet_vehicle": 1}
    assert plan.columns == {("core_company", "fleet_budget"): 1}
    with samples.server.owner() as connection:
        assert schema.catalog(connection, workspace.schema) == before
    assert archive.read(path).columns == {
        "core_company": ["fleet_budget"],
        "sample_fleet_vehicle": ["remark"],
    } or (archive.read(path).columns == {"core_company": ["fleet_budget"]})

    lost = lifecycle.bring_back(samples, workspace, path)
    lifecycle.enable(samples, workspace, ["sample_fleet_notes"])

    assert lost == 0
    assert plates(samples, workspace) == [("POOL-1", "Retired")]
    assert differences(samples, workspace) == []
    with samples.env(workspace) as env:
        assert env.company.fleet_budget == 1200  # type: ignore[attr-defined]  # the sample's own column
        actions = env.session.scalars(
            select(env[AddonEvent].action).where(env[AddonEvent].addon_name == "sample_fleet").order_by("id")
        )
        assert list(actions) == ["enabled", "disabled", "removed", "brought back", "enabled"]


def test_the_ground_cannot_be_touched(samples: Platform, workspace: WorkspaceEntry) -> None:
    with pytest.raises(RuleBroken, match="stays enabled"):
        lifecycle.disable(samples, workspace, "core")
    with pytest.raises(RuleBroken, match="cannot be removed"):
        lifecycle.remove(samples, workspace, "core")


def test_an_enabled_addon_cannot_be_removed(samples: Platform, workspace: WorkspaceEntry) -> None:
    lifecycle.enable(samples, workspace, ["sample_fleet"])

    with pytest.raises(RuleBroken, match="Fleet is still enabled"):
        lifecycle.remove(samples, workspace, "sample_fleet")


def test_a_hook_that_raises_leaves_everything_as_it_was(
    samples: Platform, workspace: WorkspaceEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    with samples.server.owner() as connection:
        before = schema.catalog(connection, workspace.schema)

    full = "The garage is full."

    def refuse(env: Any, names: Any) -> None:
        raise RuleBroken(full)

    monkeypatch.setattr(lifecycle, "seed", refuse)
    with pytest.raises(RuleBroken, match="garage is full"):
        lifecycle.enable(samples, workspace, ["sample_fleet"])

    with samples.server.owner() as connection:
        assert schema.catalog(connection, workspace.schema) == before
    assert lifecycle.states(samples, workspace) == {"core": True}


def test_a_migration_that_fails_half_way_is_taken_down(
    samples: Platform, workspace: WorkspaceEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    with samples.server.owner() as connection:
        before = schema.catalog(connection, workspace.schema)

    def fail(self: Any, index: Any, **kw: Any) -> None:
        raise OSError(28, "disk full")

    monkeypatch.setattr(migrations.OnlineImpl, "create_index", fail)
    with pytest.raises(RuleBroken, match=r"Revision 0001 of sample_fleet failed: OSError: .*disk full"):
        lifecycle.enable(samples, workspace, ["sample_fleet"])

    with samples.server.owner() as connection:
        assert schema.catalog(connection, workspace.schema) == before
    assert lifecycle.states(samples, workspace) == {"core": True}


def test_two_people_cannot_change_apps_at_the_same_time(samples: Platform, workspace: WorkspaceEntry) -> None:
    with (
        lifecycle._alone(samples, workspace),
        pytest.raises(RuleBroken, match="Another app is being changed"),
    ):
        lifecycle.enable(samples, workspace, ["sample_fleet"])


def test_removing_waits_for_whoever_still_reads(
    samples: Platform, workspace: WorkspaceEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    lifecycle.enable(samples, workspace, ["sample_fleet"])
    lifecycle.disable(samples, workspace, "sample_fleet")
    monkeypatch.setattr(lifecycle, "OLDER_TRANSACTIONS_SECONDS", 0.2)

    with samples.env(workspace), pytest.raises(RuleBroken, match="long task"):
        lifecycle.remove(samples, workspace, "sample_fleet")

    assert lifecycle.states(samples, workspace) == {"core": True, "sample_fleet": False}


def test_enabling_waits_for_no_report_that_reads_other_tables(
    samples: Platform, workspace: WorkspaceEntry
) -> None:
    with samples.env(workspace) as env:
        env.session.scalars(select(env[AddonEvent])).all()  # a long report holds its tables

        lifecycle.enable(samples, workspace, ["sample_fleet"])

        assert lifecycle.states(samples, workspace) == {"core": True, "sample_fleet": True}


def test_a_table_that_stays_in_use_is_named_and_nothing_is_left(
    samples: Platform, workspace: WorkspaceEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "ATTEMPTS", 2)
    with samples.server.owner() as connection:
        before = schema.catalog(connection, workspace.schema)

    with samples.env(workspace) as env:
        env.session.scalars(select(env[Company])).all()
        with pytest.raises(RuleBroken, match="still in use"):
            lifecycle.enable(samples, workspace, ["sample_fleet"])

    with samples.server.owner() as connection:
        assert schema.catalog(connection, workspace.schema) == before


def test_nothing_is_pending_after_an_installation(samples: Platform, workspace: WorkspaceEntry) -> None:
    lifecycle.enable(samples, workspace, ["sample_fleet"])

    assert lifecycle.pending_upgrades(samples, workspace) == {}
    assert lifecycle.upgrade(samples, workspace) == {}


def test_a_workspace_never_reads_another(samples: Platform, workspace: WorkspaceEntry) -> None:
    other = lifecycle.create_workspace(samples, f"life_{uuid4().hex[:12]}")
    try:
        with samples.env(workspace) as env, pytest.raises(Exception, match="permission denied for schema"):
            env.scope.connection.execute(text(f"TABLE {other.schema}.core_company"))
    finally:
        directory.drop(samples.server, other.name)


def test_data_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PASSERELLE_DATA", str(tmp_path))

    assert platforms.data_folder() == tmp_path
    assert migrations.LOCK_TIMEOUT == "100ms"


def test_data_without_history_is_never_taken_down(samples: Platform, workspace: WorkspaceEntry) -> None:
    lifecycle.enable(samples, workspace, ["sample_fleet"])
    with samples.server.owner() as connection:
        connection.execute(text(f"DROP TABLE {workspace.schema}.alembic_version_sample_fleet"))

    with pytest.raises(RuleBroken, match="Fleet has data here, but nothing says at which version"):
        lifecycle.enable(samples, workspace, ["sample_fleet_notes"])

    assert plates(samples, workspace) == [("POOL-1", None)]
