from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from core.cli import context
from core.db import directory
from core.errors import CoreError, NotFound
from core.testing.workspaces import platform_for_tests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.platform import Platform

main = import_module("core.cli.main")  # the package gives the function of the same name
ADDONS = Path(__file__).parents[1] / "addons"


@pytest.fixture(scope="session")
def platform() -> Platform:
    return platform_for_tests([ADDONS])


@pytest.fixture
def passerelle(platform: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., str]:
    """Run a command in this process, on the tests' own server; a refusal is raised."""
    monkeypatch.setenv("PASSERELLE_DATA", str(tmp_path))
    for module in (
        main.addons,
        main.demo,
        main.keys,
        main.partners,
        main.running,
        main.users,
        main.workspaces,
    ):
        monkeypatch.setattr(module, "the_platform", lambda: platform)
    monkeypatch.setattr(context, "the_platform", lambda: platform)
    runner = CliRunner()

    def run(*arguments: str, status: int = 0, typed: str = "") -> str:
        result = runner.invoke(main.app, list(arguments), input=typed, env={"COLUMNS": "200"})
        if isinstance(result.exception, CoreError):
            raise result.exception
        assert result.exit_code == status, result.output
        return result.output

    return run


@pytest.fixture
def name(platform: Platform) -> Iterator[str]:
    """A name for a workspace; what was made of it is dropped."""
    chosen = f"c_{uuid4().hex[:12]}"
    yield chosen
    for made in (chosen, f"{chosen}_2"):
        try:
            directory.drop(platform.server, made)
        except NotFound:
            continue
