"""Add a company to a workspace, with what the enabled apps need in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.builtin.models import Company
from core.platform import SYSTEM
from core.registry import lifecycle
from core.security.models import UserCompany

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform


def add(
    platform: Platform, workspace: WorkspaceEntry, values: Mapping[str, Any], *, member_id: int | None
) -> int:
    """Create the company, let one user work in it, and seed it, in one transaction; give its id."""
    with platform.env(workspace, user=SYSTEM, reason="add a company") as env:
        made = env.add(Company, **values)
        if member_id is not None:
            env.add(UserCompany, user_id=member_id, company_id=made.id)
        lifecycle.bump(env)
        within = platform.env_in(
            env.scope.connection,
            workspace,
            user=SYSTEM,
            company_id=made.id,
            company_ids=(made.id,),
            registry=env.registry,
            reason="seed a company",
        )
        lifecycle.seed(within, within.registry.plugins)
        within.session.close()
        return int(made.id)
