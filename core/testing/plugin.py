"""The pytest plugin: ``env``, ``as_user``, ``workspace`` and statement counting. Partners load it by
``pytest_plugins``.

``@pytest.mark.addons("crm_sales", "bridge_crm_erp")`` says what is enabled for a test; dependencies follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from core.testing.statements import Statements, counting
from core.testing.workspaces import Workspaces, platform_for_tests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    config.addinivalue_line("markers", "addons(*names): addons enabled for the workspace of this test")
    config.addinivalue_line("markers", "conformance: tests an addon inherits")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a partner's project name the folders of its addons: ``addons_path = ["."]`` in its pytest
    options."""
    parser.addini("addons_path", "folders with addons of this project", type="paths", default=[])


@pytest.fixture(scope="session")
def platform(pytestconfig: pytest.Config) -> Platform:
    """The process's platform on the test server."""
    return platform_for_tests(pytestconfig.getini("addons_path"))


@pytest.fixture
def addon_platform(platform: Platform) -> Platform:
    """The platform on which ``AddonConformance`` tries an addon; override it to discover other folders."""
    return platform


@pytest.fixture(scope="session")
def workspaces(platform: Platform) -> Iterator[Workspaces]:
    """Makes workspaces; all are dropped at the end of the session."""
    made = Workspaces(platform)
    yield made
    made.close()


def enabled_for(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The addons that a test's marker names."""
    marker = request.node.get_closest_marker("addons")
    return tuple(marker.args) if marker else ()


@pytest.fixture
def env(request: pytest.FixtureRequest, workspaces: Workspaces) -> Iterator[Env]:
    """The platform's own Env (everything allowed) in a transaction that is rolled back."""
    with workspaces.rolled_back(enabled_for(request)) as env:
        yield env


@dataclass(frozen=True)
class LiveWorkspace:
    """A workspace whose transactions commit."""

    platform: Platform
    entry: WorkspaceEntry

    def env(self, **options: Any) -> AbstractContextManager[Env]:
        """One transaction of its own; usable from any thread, several at once."""
        return self.platform.env(self.entry, **options)


@pytest.fixture
def workspace(request: pytest.FixtureRequest, workspaces: Workspaces) -> LiveWorkspace:
    """A fresh workspace for a test about threads, processes or commits."""
    return LiveWorkspace(workspaces.platform, workspaces.fresh(enabled_for(request)))


@pytest.fixture
def statements(platform: Platform) -> Callable[[], AbstractContextManager[Statements]]:
    """``with statements() as sent:`` collects the SQL sent meanwhile."""
    return lambda: counting(platform.server.engine)
