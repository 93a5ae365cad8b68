"""The platform's own samples conform: the inherited tests run on something small first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.platform import Platform
from core.registry.discovery import discover
from core.testing.conformance import AddonConformance

if TYPE_CHECKING:
    from core.testing.workspaces import Workspaces

SAMPLES = Path(__file__).parents[1] / "addons"


@pytest.fixture
def addon_platform(workspaces: Workspaces) -> Platform:
    found = discover(folders=[SAMPLES], only=["sample_fleet", "sample_fleet_notes"])
    return Platform(workspaces.platform.server, found)


class TestFleet(AddonConformance):
    addon = "sample_fleet"


class TestNotes(AddonConformance):
    addon = "sample_fleet_notes"
