"""Tests that every addon gets for free: inherit ``AddonConformance`` and name the addon.

class TestConformance(AddonConformance):
    addon = "acme_fleet"
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

import pytest

from core.builtin.models import Company, Workspace
from core.db import directory
from core.hooks import is_for_workspace
from core.registry import demo, lifecycle, plans, schema
from core.registry.verify import verify
from core.security.access import access_of
from core.security.roles import ADMIN
from core.testing.documents import unheld_conditions
from core.testing.smoke import broken_pages
from core.testing.web import visiting
from core.views.catalog import views_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform

HOOK_LINES = ("When:", "Return:", "Refuse:", "Since")


@pytest.mark.conformance
class AddonConformance:
    """What any addon must do well, whatever it is about."""

    addon: ClassVar[str]

    @pytest.fixture
    def empty(
        self, addon_platform: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> Iterator[WorkspaceEntry]:
        """A workspace with a company and nothing but the ground."""
        monkeypatch.setenv("PASSERELLE_DATA", str(tmp_path))
        name = f"c_{uuid4().hex[:12]}"
        entry = lifecycle.create_workspace(addon_platform, name, address=f"http://{name}.localhost")
        with addon_platform.env(entry) as env:
            env.add(Company, name="Atelier Lumen", currency="EUR", country="FR")
            env.session.query(env[Workspace]).one().ready_at = env.now()
        with addon_platform.env(entry) as env:
            lifecycle.seed(env, env.registry.plugins)
        yield entry
        directory.drop(addon_platform.server, entry.name)

    @pytest.fixture
    def addon_app(
        self, request: pytest.FixtureRequest, platform: Platform, addon_platform: Platform
    ) -> Iterator[Any]:
        """The application on that platform: the one that runs already, where it is the same."""
        if addon_platform is platform:
            yield request.getfixturevalue("app")
            return
        with visiting(addon_platform) as app:
            yield app

    def test_it_is_offered(self, addon_platform: Platform) -> None:
        refused = addon_platform.discovered.refused.get(self.addon)

        assert refused is None, str(refused)
        assert self.addon in addon_platform.discovered.addons
        assert addon_platform.discovered[self.addon].manifest.summary

    def test_it_is_enabled_disabled_removed_and_brought_back_without_a_trace(
        self, addon_platform: Platform, empty: WorkspaceEntry
    ) -> None:
        """Its migrations give what its models declare, and nothing of it stays or is lost."""
        needed = [name for name in addon_platform.discovered.closure([self.addon]) if name != self.addon]
        lifecycle.enable(addon_platform, empty, needed)
        with addon_platform.server.owner() as connection:
            before = schema.catalog(connection, empty.schema)

        lifecycle.enable(addon_platform, empty, [self.addon])
        installed = lifecycle.installed(addon_platform, empty)
        assert schema.differences(addon_platform.server, empty, installed) == []
        assert lifecycle.pending_upgrades(addon_platform, empty) == {}
        assert verify(addon_platform, empty) == []
        if self.addon in plans.GROUND:
            return

        rows = _rows(addon_platform, empty, self.addon)
        lifecycle.disable(addon_platform, empty, self.addon)
        lifecycle.enable(addon_platform, empty, [self.addon])
        assert _rows(addon_platform, empty, self.addon) == rows

        lifecycle.disable(addon_platform, empty, self.addon)
        archive = lifecycle.remove(addon_platform, empty, self.addon)
        with addon_platform.server.owner() as connection:
            assert schema.catalog(connection, empty.schema) == before

        assert lifecycle.bring_back(addon_platform, empty, archive) == 0
        assert _rows(addon_platform, empty, self.addon) == rows
        assert verify(addon_platform, empty) == []

    def test_its_examples_hold_every_invariant_show_on_every_page_and_can_be_removed(
        self, addon_platform: Platform, addon_app: Any, empty: WorkspaceEntry
    ) -> None:
        lifecycle.enable(addon_platform, empty, [self.addon])
        clean = _rows(addon_platform, empty, self.addon)

        demo.load(addon_platform, empty)

        assert verify(addon_platform, empty) == []
        assert broken_pages(addon_app, addon_platform, empty) == []
        again = demo.remove(addon_platform, empty)
        assert verify(addon_platform, again) == []
        assert _rows(addon_platform, again, self.addon) == clean

    def make_documents(self, env: Env) -> None:
        """Documents in the states that the examples lack: override it where they lack some."""

    def test_its_documents_hold_their_conditions_at_every_door(
        self, addon_platform: Platform, addon_app: Any, empty: WorkspaceEntry
    ) -> None:
        """Each state of their status, each column, each line, by session, bulk, REST, import, grid and mass
        edit."""
        registry = addon_platform.registries.of([self.addon])
        declared = (model for model in registry.models.values() if model.__document__ is not None)
        if not any(model.addon == self.addon for model in declared):
            return
        lifecycle.enable(addon_platform, empty, [self.addon])
        demo.load(addon_platform, empty)
        with addon_platform.env(empty) as env:
            self.make_documents(env)

        found = unheld_conditions(addon_app, addon_platform, empty, self.addon)
        assert not found, "\n".join(found)

    def test_nothing_of_it_is_there_for_a_company_that_does_not_use_it(
        self, addon_platform: Platform
    ) -> None:
        """No hook, model or column of it; and what is left holds together without it."""
        whole = addon_platform.registries.of([self.addon])
        if self.addon not in whole.apps:
            return
        without = whole.used(whole.apps - {self.addon})
        gone = {unit for unit in whole.units if unit.partition("__")[0] == self.addon}

        assert not gone & without.plugins.keys()
        for name, caller in vars(without.hooks).items():
            plugins = {one.plugin_name for one in caller.get_hookimpls()}
            assert is_for_workspace(caller) or not gone & plugins, name
        access = access_of(without, frozenset({ADMIN}), everything=False)
        for name in whole.models.keys() - without.models.keys():
            assert not any(access.allows(name, operation) for operation in "crud")
        left: dict[str, Any] = {model.__table__.name: model for model in without.models.values()}  # type: ignore[attr-defined]  # composed classes are mapped
        for (table, column), unit in whole.column_units.items():
            if unit in gone and table in left:
                assert not access.shows_field(left[table], column)
        assert views_of(without).models.keys() == without.models.keys()

    def test_its_hooks_are_documented(self, addon_platform: Platform) -> None:
        specs = addon_platform.discovered[self.addon].hookspecs
        for name, function in vars(specs).items() if specs else ():
            if getattr(function, "passerelle_spec", None) is None:
                continue
            text = inspect.getdoc(function) or ""
            assert all(line in text for line in HOOK_LINES), f"{name} lacks one of {HOOK_LINES}"


def _rows(platform: Platform, workspace: WorkspaceEntry, addon: str) -> dict[str, int]:
    """Table -> number of rows, for the tables of an addon."""
    registry = lifecycle.installed(platform, workspace)
    with platform.server.owner() as connection:
        return {
            table: connection.exec_driver_sql(f"SELECT count(*) FROM {workspace.schema}.{table}").scalar_one()  # noqa: S608 - declared names
            for table, unit in registry.table_units.items()
            if unit.split("__")[0] == addon
        }
