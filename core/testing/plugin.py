"""The pytest plugin: ``env``, ``as_user``, ``workspace`` and statement counting. Partners load it by
``pytest_plugins``.

``@pytest.mark.addons("crm_sales", "bridge_crm_erp")`` says what is enabled for a test; dependencies follow.
Tests are connected as the application, as pages and jobs are; ``@pytest.mark.as_owner`` is for those that
take a trigger away to see what is found without it.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from core.testing.statements import Statements, counting
from core.testing.workspaces import Workspaces, platform_for_tests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from playwright.sync_api import Page

    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform
    from core.testing.web import Visitor


GENERATIONS = (2_000, 20, 1_000_000)
"""Young garbage is collected as it comes; the oldest generation, only between two tests."""


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and let the garbage collector look at the same objects no more than once.

    Composed registries are millions of objects that live as long as the process: looking through them again
    and again, and once more at the end, takes a sixth of the time of a long run.
    """
    gc.set_threshold(*GENERATIONS)
    config.addinivalue_line("markers", "addons(*names): addons enabled for the workspace of this test")
    config.addinivalue_line("markers", "conformance: tests an addon inherits")
    config.addinivalue_line("markers", "as_owner: the owner is connected, so that a test may break a guard")


def pytest_runtest_logfinish() -> None:
    """Between two tests: what is still alive after some collections stays."""
    if gc.get_count()[2] > 2:
        gc.collect()
        gc.freeze()


def pytest_unconfigure() -> None:
    """The process ends: nothing is worth collecting."""
    gc.freeze()
    gc.disable()


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
    as_owner = request.node.get_closest_marker("as_owner") is not None
    with workspaces.rolled_back(enabled_for(request), as_owner=as_owner) as env:
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
def workspace(request: pytest.FixtureRequest, workspaces: Workspaces) -> Iterator[LiveWorkspace]:
    """A fresh workspace for a test about threads, processes or commits."""
    entry = workspaces.fresh(enabled_for(request))
    yield LiveWorkspace(workspaces.platform, entry)
    workspaces.release(entry)


@pytest.fixture(scope="session")
def app(platform: Platform) -> Iterator[Any]:
    """The web application, started once."""
    from core.testing.web import visiting  # imported only where a test asks for pages

    with visiting(platform) as app:
        yield app


@pytest.fixture
def client(app: Any, workspace: LiveWorkspace) -> Visitor:
    """An administrator of a fresh workspace, signed in; ``visitor`` makes more people."""
    from core.testing.web import Visitor, a_person

    return Visitor(app, workspace.entry, a_person(workspace.platform, workspace.entry))


@pytest.fixture
def visitor(app: Any, workspace: LiveWorkspace) -> Callable[..., Visitor]:
    """``visitor(name="Idriss", roles=["crm_sales.user"])`` signs somebody in; ``visitor(None)`` is a
    stranger."""
    from core.testing.web import Visitor, a_person

    def sign_in(name: str | None = "Idriss Benali", **options: Any) -> Visitor:
        person = a_person(workspace.platform, workspace.entry, name=name, **options) if name else None
        return Visitor(app, workspace.entry, person)

    return sign_in


@pytest.fixture(scope="session")
def server(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The port of a real server process on the test database."""
    from core.testing.web import serving

    with serving(platform.server.url, str(tmp_path_factory.mktemp("data"))) as port:
        yield port


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's Chromium; the test is skipped, and says so, where there is none.

    Closed at the end of the file: while it is open, its event loop runs in the thread of the tests.
    """
    from core.testing.browser import chromium as started

    with started() as browser:
        yield browser


@pytest.fixture
def browse(
    chromium: Any, server: str, workspace: LiveWorkspace
) -> Callable[..., AbstractContextManager[Page]]:
    """``with browse(phone=True, locale="fr") as page:`` opens a browser as an administrator.

    ``roles=`` makes somebody else, ``stranger=True`` nobody. Script and policy errors on any page fail the
    test.
    """
    from core.testing.browser import visit
    from core.testing.web import a_person

    def open_page(
        *, stranger: bool = False, locale: str = "en", **options: Any
    ) -> AbstractContextManager[Page]:
        person = None
        if not stranger:
            asked = {key: options.pop(key) for key in ("name", "roles", "companies") if key in options}
            person = a_person(workspace.platform, workspace.entry, locale=locale, **asked)
        return visit(chromium, server, workspace.entry, person, locale=locale, **options)

    return open_page


@pytest.fixture
def statements(platform: Platform) -> Callable[[], AbstractContextManager[Statements]]:
    """``with statements() as sent:`` collects the SQL sent meanwhile."""
    return lambda: counting(platform.server.engine)
