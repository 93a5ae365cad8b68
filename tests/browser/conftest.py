from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from core.builtin.models import Company, Workspace
from core.db import directory
from core.registry import demo, lifecycle
from core.testing.plugin import LiveWorkspace

if TYPE_CHECKING:
    from collections.abc import Iterator

APPS = ("crm_sales", "erp_orders", "erp_stock", "erp_accounting", "bridge_crm_erp")


@pytest.fixture(scope="session")
def with_examples(workspaces: Any) -> Iterator[LiveWorkspace]:
    """Everything enabled, with the examples an administrator can write. Several files share it."""
    platform = workspaces.platform
    entry = lifecycle.create_workspace(platform, f"records_{uuid4().hex[:12]}", "Atelier Lumen")
    with platform.env(entry, reason="test") as env:
        env.add(Company, name="Atelier Lumen", country="FR")
        env.session.scalars(select(env[Workspace])).one().ready_at = env.now()
        lifecycle.bump(env)
    lifecycle.enable(platform, entry, APPS)
    with platform.env(entry, reason="test") as env:
        lifecycle.seed(env, env.registry.plugins)
        env.hooks.workspace_ready(env=env)
    demo.load(platform, entry)
    yield LiveWorkspace(platform, entry)
    directory.drop(platform.server, entry.name)
