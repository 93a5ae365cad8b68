"""What bridge_crm_erp tells the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.bridge_crm_erp import jobs, models, roles, views
from addons.bridge_crm_erp.services import drift, incoming, outgoing
from addons.bridge_crm_erp.services.messages import Message, Taken
from addons.bridge_crm_erp.web import bridge
from core.api import Endpoint, _, hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.api import Env, Finding, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (models.Effect, models.CatchUp, models.DriftCheck, models.ForeignLink)


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
    return bridge.ROUTES


@hookimpl
def declare_jobs() -> Sequence[Any]:
    return (jobs.catch_up, jobs.nightly)


@hookimpl
def verify(env: Env) -> Iterable[Finding]:
    return drift.findings(env)


@hookimpl
def declare_endpoints() -> Sequence[Any]:
    return (
        Endpoint(
            "bridge_crm_erp.messages",
            _("Tell what happened in another CRM or ERP"),
            Message,
            Taken,
            incoming.take,
            roles.FOREIGN,
        ),
    )


@hookimpl
def declare_events() -> Sequence[Any]:
    return outgoing.events()
