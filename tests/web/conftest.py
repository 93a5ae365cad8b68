"""The application on the test server, with the sample addons, and browsers for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from core.builtin.models import Company, Workspace
from core.platform import Platform
from core.registry import lifecycle
from core.registry.discovery import discover
from core.testing.workspaces import Workspaces
from core.web.app import Application, create_app
from tests.web.browsers import Browser, user

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.db.directory import WorkspaceEntry

SAMPLES = Path(__file__).parents[1] / "addons"


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PASSERELLE_PASSWORDS", "fast")
    monkeypatch.setenv("PASSERELLE_DATA", str(tmp_path))


@pytest.fixture(scope="session")
def samples(workspaces: Any) -> Platform:
    """The platform with the sample addons only: quick, and nothing of a business in the way."""
    found = discover(folders=[SAMPLES], only=["sample_fleet", "sample_fleet_notes", "sample_rental"])
    return Platform(workspaces.platform.server, found)


@pytest.fixture(scope="session")
def app(samples: Platform) -> Iterator[Application]:
    made = create_app(samples, threads=8)
    yield made
    made.site.gate.executor.shutdown()


@pytest.fixture(scope="session")
def created(samples: Platform) -> Iterator[Workspaces]:
    """Makes workspaces of the sample addons."""
    made = Workspaces(samples)
    yield made
    made.drop()


@pytest.fixture
def fresh(created: Workspaces) -> Iterator[WorkspaceEntry]:
    """A workspace in which the set-up wizard has not run."""
    entry = created.created()
    yield entry
    created.release(entry)


@pytest.fixture
def here(samples: Platform, fresh: WorkspaceEntry) -> WorkspaceEntry:
    """A workspace with one company, set up."""
    with samples.env(fresh, reason="test") as env:
        env.add(Company, name="Atelier Lumen")
        env.session.scalars(select(env[Workspace])).one().ready_at = env.now()
        lifecycle.bump(env)
    return fresh


@pytest.fixture
def browser(app: Application, samples: Platform, here: WorkspaceEntry) -> Callable[[], Browser]:
    """Make browsers in which nobody is signed in."""
    return lambda: Browser(app, samples, here)


@pytest.fixture
def admin(browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry) -> Browser:
    """A browser in which an administrator is signed in."""
    return browser().sign_in(user(samples, here))
