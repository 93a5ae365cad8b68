"""Add a company to a workspace, with what the enabled apps need in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.builtin.models import Company
from core.platform import SYSTEM
from core.registry import lifecycle, usage
from core.security.models import UserCompany

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform


def add(
    platform: Platform,
    workspace: WorkspaceEntry,
    values: Mapping[str, Any],
    *,
    member_id: int | None,
    apps: Iterable[str] | None = None,
) -> int:
    """Create the company, let one user work in it, and seed it, in one transaction; give its id.

    It uses ``apps`` and what they need; when none are named, all that its country is offered.
    """
    with platform.env(workspace, user=SYSTEM, reason="add a company", whole=True) as env:
        made = env.add(Company, **values)
        if member_id is not None:
            env.add(UserCompany, user_id=member_id, company_id=made.id)
        lifecycle.bump(env)
        if apps is not None:
            usage.keep_only(env, made, apps)
        usage.seed(env, made.id, None, usage.apps_of(env, made.id))
        return int(made.id)
