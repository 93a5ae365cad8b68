from __future__ import annotations

import re
import shutil
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text, update

from core.builtin.models import Company
from core.db import directory
from core.errors import CoreError, Invalid, NotFound
from core.registry import lifecycle, migrations

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.platform import Platform

main = import_module("core.cli.main")  # the package gives the function of the same name
ADDONS = Path(__file__).parents[1] / "addons"


def test_a_workspace_is_made_listed_and_dropped(passerelle: Callable[..., str], name: str) -> None:
    made = passerelle("workspace", "create", name, "--title", "Kervran", "--addon", "sample_fleet")
    listed = passerelle("workspace", "list")
    kept = passerelle("workspace", "drop", name, typed="another\n", status=1)
    dropped = passerelle("workspace", "drop", name, typed=f"{name}\n")

    ready, code = made.splitlines()
    assert (
        ready == f"Workspace {name} is ready at http://{name}.localhost:8000, and every link to it begins so."
    )
    assert re.fullmatch(r"Set-up code: [A-Z2-9]{4}(-[A-Z2-9]{4}){3}", code)
    [line] = [line.split() for line in listed.splitlines() if line.split()[:1] == [name]]
    assert line[:5] == [name, "Kervran", name, "ready", "base"]
    assert "sample_fleet" in listed  # on a line of its own where the terminal is narrow
    assert "Nothing was dropped." in kept
    assert f"Workspace {name} is gone." in dropped
    with pytest.raises(NotFound):
        passerelle("workspace", "drop", name, "--yes")


def test_a_workspace_has_hosts_and_an_address_that_every_link_begins_with(
    passerelle: Callable[..., str], name: str, platform: Platform
) -> None:
    host = f"{name}.acme.example".replace("_", "-")

    passerelle("workspace", "create", name, "--address", f"https://{host}:8443")
    made = platform.workspace(name)
    said = passerelle("workspace", "address", name, f"https://www-{host}")
    changed = platform.workspace(name)
    passerelle("workspace", "hosts", name, host)

    assert (made.hosts, made.address) == ((name, host), f"https://{host}:8443")
    assert said == f"Every link to {name} begins with https://www-{host}.\n"
    assert (changed.hosts, changed.address) == ((name, host, f"www-{host}"), f"https://www-{host}")
    assert platform.workspace(name).hosts == (host,)
    with pytest.raises(Invalid):
        passerelle("workspace", "address", name, f"https://{host}/path")


def test_an_addon_is_enabled_disabled_removed_and_brought_back(
    passerelle: Callable[..., str], name: str
) -> None:
    passerelle("workspace", "create", name)

    assert passerelle("addon", "enable", name, "sample_fleet_notes", "--dry-run").startswith("Would enable: ")
    assert "sample_fleet" in passerelle("addon", "enable", name, "sample_fleet")
    with pytest.raises(CoreError, match="still enabled"):
        passerelle("addon", "remove", name, "sample_fleet", "--yes")
    assert passerelle("addon", "disable", name, "sample_fleet") == "Disabled: sample_fleet. Its data stays.\n"

    removed = passerelle("addon", "remove", name, "sample_fleet", typed="y\n")
    archive = removed.splitlines()[-1].rsplit(" ", 1)[1]
    back = passerelle("addon", "bring-back", name, archive)

    assert "table sample_fleet_vehicle: 0 rows" in removed
    assert back == "Everything is back.\n"
    assert passerelle("addon", "upgrade", name, "--dry-run").strip() == f"{name}: up to date"


def test_who_extends_a_model_is_told_in_order(passerelle: Callable[..., str], name: str) -> None:
    passerelle("workspace", "create", name, "--addon", "sample_fleet")

    told = passerelle("addon", "who-extends", name, "core.company").splitlines()

    assert told[0].startswith("core: Company declares active")
    assert any(line.startswith("sample_fleet: FleetCompany adds fleet_budget") for line in told)


def test_a_user_is_made_and_given_a_password(passerelle: Callable[..., str], name: str) -> None:
    passerelle("workspace", "create", name)

    made = passerelle(
        "user", "create", name, "ada@example.com", "--role", "base.admin", "--password", "long enough"
    )
    changed = passerelle("user", "password", name, "ada@example.com", "--password", "another long one")

    assert made == "ada@example.com can sign in.\n"
    assert changed == "ada@example.com has a new password; other sessions ended.\n"
    with pytest.raises(Invalid):
        passerelle("user", "create", name, "bob@example.com", "--password", "short")
    with pytest.raises(Invalid, match=r"crm\.nobody"):
        passerelle(
            "user", "create", name, "b@example.com", "--role", "crm.nobody", "--password", "long enough"
        )
    with pytest.raises(NotFound):
        passerelle("user", "password", name, "nobody@example.com", "--password", "another long one")


def test_a_workspace_is_saved_and_restored_under_another_name(
    passerelle: Callable[..., str], name: str, tmp_path: Path
) -> None:
    passerelle("workspace", "create", name, "--addon", "sample_fleet")
    passerelle("user", "create", name, "ada@example.com", "--password", "long enough")
    file = tmp_path / "saved.zip"

    passerelle("workspace", "backup", name, str(file))
    restored = passerelle("workspace", "restore", str(file), f"{name}_2")

    assert restored.strip() == f"Workspace {name}_2 is restored."
    with pytest.raises(Invalid, match="already"):
        passerelle("user", "create", f"{name}_2", "ada@example.com", "--password", "long enough")


def test_verify_says_that_every_invariant_holds_or_which_does_not(
    passerelle: Callable[..., str], name: str, platform: Platform
) -> None:
    passerelle("workspace", "create", name, "--addon", "sample_fleet")
    assert "Every invariant holds." in passerelle("verify", name)

    with platform.server.owner() as connection:
        connection.execute(text(f"ALTER TABLE ws_{name}.sample_fleet_vehicle DROP COLUMN model"))
    broken = passerelle("verify", name, status=1)

    assert "sample_fleet_vehicle.model is declared but not in the database" in broken.replace("\n", " ")


def test_the_reference_of_hooks_is_printed(passerelle: Callable[..., str]) -> None:
    assert "### vehicle_retired" in passerelle("hooks")


@pytest.mark.parametrize(("typed", "kept"), [("", 1), ("keep()\n", 2)])
def test_the_shell_keeps_nothing_unless_it_is_told_to(
    passerelle: Callable[..., str], name: str, platform: Platform, typed: str, kept: int
) -> None:
    passerelle("workspace", "create", name)
    with platform.env(name) as env:
        env.add(Company, name="First")

    passerelle("shell", name, typed=f"_ = env.add(Company, name='Second')\n{typed}")

    with platform.env(name) as env:
        assert env.session.query(env[Company]).count() == kept


def revisions_of(platform: Platform, folder: Path, body: str) -> None:
    """Give the sample fleet a second revision, in a copy of its folder."""
    addon = platform.discovered["sample_fleet"]
    copy = folder / "versions"
    shutil.copytree(
        addon.path / "migrations" / "versions", copy, ignore=shutil.ignore_patterns("__pycache__")
    )
    (copy / "0002_more.py").write_text(
        f'from alembic import op\nimport sqlalchemy as sa\nrevision, down_revision = "0002", "0001"\n\n'
        f"def upgrade():\n    {body}\n"
    )


@pytest.mark.parametrize("dry", [True, False])
def test_an_upgrade_tells_time_and_locks_goes_past_a_workspace_that_fails_and_on_where_it_stopped(
    passerelle: Callable[..., str],
    name: str,
    platform: Platform,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    dry: bool,
) -> None:
    """Given three workspaces, of which the second cannot take the revision: a vehicle is in its way."""
    names = [f"{name}_{letter}" for letter in "abc"]
    for one in names:
        passerelle("workspace", "create", one, "--addon", "sample_fleet")
    with platform.env(names[1]) as env:
        env.add(Company, name="Atelier Lumen")
    with platform.env(names[1]) as env:
        env.add(env.registry.model("sample_fleet.vehicle"), plate="B", model="Van")
    revisions_of(
        platform,
        tmp_path,
        "op.execute(\"ALTER TABLE sample_fleet_vehicle ADD CHECK (plate <> 'B'),"
        " ALTER COLUMN plate TYPE varchar(19) USING plate || ''\")",
    )
    original = migrations.units_of
    monkeypatch.setattr(
        migrations,
        "units_of",
        lambda registry: [
            replace(unit, versions=tmp_path / "versions") if unit.name == "sample_fleet" else unit
            for unit in original(registry)
        ],
    )
    monkeypatch.setattr(
        main.addons.directory, "entries", lambda server: [directory.entry(server, one) for one in names]
    )

    try:
        arguments = ("addon", "upgrade", *(["--dry-run"] if dry else []))
        said = passerelle(*arguments, status=1)

        failed = f"{names[1]}: Revision 0002 of sample_fleet failed: "
        assert failed in said
        assert "Traceback" not in said
        assert f"3 workspaces: 2 {'to upgrade' if dry else 'upgraded'}, 1 failed." in said
        assert f"Failed: {names[1]}" in said
        done = re.findall(rf"{name}_[ac]: sample_fleet 0002(.*)", said)
        assert len(done) == 2
        if dry:
            assert all(
                re.fullmatch(
                    r": \d+\.\d\d s, locks sample_fleet_vehicle \(AccessExclusiveLock, rewritten\)", one
                )
                for one in done
            )
            pending = lifecycle.pending_upgrades(platform, platform.workspace(names[0]))
            assert list(pending) == ["sample_fleet"]
            # and two processes at once say what they find, which is the code as it is on the disk
            monkeypatch.setenv("PASSERELLE_ADDONS_PATH", str(ADDONS))
            assert "3 workspaces: 3 up to date." in passerelle("addon", "upgrade", "--jobs", "2")
        else:
            with platform.env(names[1]) as env:
                vehicle = env.registry.model("sample_fleet.vehicle")
                env.session.execute(update(vehicle).values(plate="repaired"))
            assert "3 workspaces: 1 upgraded, 2 up to date." in passerelle("addon", "upgrade")
    finally:
        for one in names:
            directory.drop(platform.server, one)
