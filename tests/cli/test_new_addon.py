from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli import newaddon

ROOT = Path(__file__).parents[2]


def passerelle(*arguments: str, folder: Path, data: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PASSERELLE_DATA": str(data), "COLUMNS": "200"}
    environment.pop("PASSERELLE_DATABASE_URL", None)
    command = [sys.executable, "-m", "core.cli", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own command


def test_a_new_addon_is_enabled_checked_and_tested_untouched(tmp_path: Path) -> None:
    data = tmp_path / "data"

    made = passerelle("new-addon", "acme_fleet", "--into", str(tmp_path), folder=tmp_path, data=data)
    assert made.returncode == 0, made.stderr
    project = tmp_path / "acme_fleet"
    assert [p.name for p in (project / "acme_fleet" / "migrations" / "versions").glob("*.py")] == [
        "0001_first.py"
    ]

    here = {"folder": project, "data": data}
    checked = passerelle("--addons-path", ".", "check-addon", "acme_fleet", **here)
    created = passerelle("--addons-path", ".", "workspace", "create", "acme", "--addon", "acme_fleet", **here)
    listed = passerelle("--addons-path", ".", "addon", "list", "acme", **here)

    assert (checked.returncode, checked.stdout) == (0, "acme_fleet has nothing to repair.\n")
    assert created.returncode == 0, created.stderr
    [line] = [line for line in listed.stdout.splitlines() if "acme_fleet" in line]
    assert line.split()[:3] == ["acme_fleet", "0.1.0", "enabled"]

    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert tests.returncode == 0, tests.stdout
    assert "9 passed" in tests.stdout


@pytest.mark.parametrize("name", ["Acme", "1fleet", "acme fleet", "../fleet", "x"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(newaddon.CannotWrite):
        newaddon.write(tmp_path, name, model="vehicle", author="You")

    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "acme_fleet").mkdir()

    with pytest.raises(newaddon.CannotWrite, match="is there already"):
        newaddon.write(tmp_path, "acme_fleet", model="vehicle", author="You")
