"""What bridge_crm_erp tells the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.bridge_crm_erp import jobs, models, roles, views
from addons.bridge_crm_erp.services import drift
from addons.bridge_crm_erp.web import bridge
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.api import Env, Finding, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (models.Effect, models.CatchUp, models.DriftCheck)


@hookimpl
def declare_views() -> Sequence[Any]:
    return views.VIEWS


@hookimpl
def declare_menus() -> Sequence[Any]:
    return views.MENUS


@hookimpl
def declare_roles() -> Sequence[Any]:
    return roles.ROLES


@hookimpl
def declare_routes() -> Sequence[Any]:
    return (bridge.show, bridge.check, bridge.repair, bridge.catch_up)


@hookimpl
def declare_jobs() -> Sequence[Any]:
    return (jobs.catch_up, jobs.nightly)


@hookimpl
def verify(env: Env) -> Iterable[Finding]:
    return drift.findings(env)
