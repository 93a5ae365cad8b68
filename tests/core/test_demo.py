from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from core.builtin.models import Company
from core.errors import RuleBroken
from core.registry import demo, lifecycle
from core.security.models import User
from tests.core.test_lifecycle import plates, samples, workspace

if TYPE_CHECKING:
    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

__all__ = ["samples", "workspace"]


def test_removing_the_examples_keeps_people_companies_and_apps(
    samples: Platform, workspace: WorkspaceEntry
) -> None:
    lifecycle.enable(samples, workspace, ["sample_fleet"])
    with samples.env(workspace) as env:
        env.add(User, name="Camille Roche", email="camille@atelier-lumen.example")
    demo.load(samples, workspace)
    with samples.env(workspace) as env:
        env.add(env.registry.model("sample_fleet.vehicle"), plate="EXAMPLE-9")

    clean = demo.remove(samples, workspace)

    assert clean.name == workspace.name
    assert plates(samples, samples.workspace(workspace.name)) == [("POOL-1", None)]
    assert lifecycle.states(samples, clean) == {"core": True, "sample_fleet": True}
    with samples.env(clean) as env:
        assert env.session.scalars(select(env[Company].name)).all() == ["Atelier Lumen"]
        assert env.session.scalars(select(env[User].email)).all() == ["camille@atelier-lumen.example"]
        assert env.add(User, name="Idriss Benali", email="idriss@atelier-lumen.example").id == 2


def test_examples_are_written_once_and_removed_once(samples: Platform, workspace: WorkspaceEntry) -> None:
    with pytest.raises(RuleBroken, match="no example data"):
        demo.remove(samples, workspace)
    demo.load(samples, workspace)

    with pytest.raises(RuleBroken, match="example data already"):
        demo.load(samples, workspace)
