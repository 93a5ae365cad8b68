"""Any subset of addons works: each alone (by its conformance), one side only, all, all but each, in different
orders."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from core.builtin.models import Company, Workspace
from core.db import directory
from core.registry import lifecycle, schema
from core.registry.discovery import discover
from core.registry.verify import verify
from core.testing.conformance import AddonConformance
from core.testing.smoke import broken_pages
from tests.documents_in_every_state import make_missing_documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform

FOUND = discover()
ADDONS = [name for name in FOUND.addons if name != "core"]
ERP = [name for name in ADDONS if FOUND[name].manifest.category in {"ERP", "Localisation"}]
SUBSETS = {
    "ERP only": ERP,
    "all": ADDONS,
    **{
        f"all without {name}": [other for other in ADDONS if name not in FOUND.closure([other])]
        for name in ADDONS
        if name not in ("base", "catalog")  # no app is left
    },
}
"""Each alone, and with it the CRM only, is what ``AddonConformance`` tries, with its examples."""


@pytest.fixture
def empty(platform: Platform) -> Iterator[WorkspaceEntry]:
    """A workspace with a French company and the ground."""
    entry = lifecycle.create_workspace(platform, f"s_{uuid4().hex[:12]}")
    with platform.env(entry) as env:
        env.add(Company, name="Atelier Lumen", currency="EUR", country="FR")
        env.session.query(env[Workspace]).one().ready_at = env.now()
    with platform.env(entry) as env:
        lifecycle.seed(env, env.registry.plugins)
    yield entry
    directory.drop(platform.server, entry.name)


def check(platform: Platform, workspace: WorkspaceEntry) -> None:
    """Declarations and database agree, and every invariant holds."""
    installed = platform.registries.of(lifecycle.states(platform, workspace))
    assert schema.differences(platform.server, workspace, installed) == []
    assert verify(platform, workspace) == []


@pytest.mark.parametrize("names", SUBSETS.values(), ids=SUBSETS)
def test_a_subset_of_addons_has_the_schema_it_declares_and_every_page_opens(
    app: Any, platform: Platform, empty: WorkspaceEntry, names: list[str]
) -> None:
    lifecycle.enable(platform, empty, names)

    assert set(names) <= lifecycle.enabled_set(platform, empty)
    check(platform, empty)
    assert broken_pages(app, platform, empty) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_enabling_does_not_matter(platform: Platform, empty: WorkspaceEntry, seed: int) -> None:
    names = list(ADDONS)
    random.Random(seed).shuffle(names)  # noqa: S311 - an order, not a secret

    for name in names:
        if name not in lifecycle.enabled_set(platform, empty):
            lifecycle.enable(platform, empty, [name])

    assert lifecycle.enabled_set(platform, empty) == {"core", *ADDONS}
    check(platform, empty)


@pytest.mark.parametrize("name", ADDONS)
class TestConformance(AddonConformance):
    """Every addon conforms; the same tests that a partner's addon inherits."""

    @pytest.fixture(autouse=True)
    def named(self, name: str) -> None:
        type(self).addon = name

    def make_documents(self, env: Env) -> None:
        make_missing_documents(env, self.addon)
