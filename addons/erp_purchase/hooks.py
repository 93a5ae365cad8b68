"""What erp_purchase tells the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_purchase import jobs, models, roles, views, web
from addons.erp_purchase.queries import soundness
from addons.erp_purchase.reports import documents
from addons.erp_purchase.services import demo, personal, policies
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from addons.base.models import Party
    from core.api import Env, Finding, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (*models.MODELS, *models.EXTENSIONS)


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
    return web.ROUTES


@hookimpl
def declare_reports() -> Sequence[Any]:
    return documents.REPORTS


@hookimpl
def declare_jobs() -> Sequence[Any]:
    return jobs.JOBS


@hookimpl
def seed_data(env: Env) -> None:
    policies.set_up(env)


@hookimpl
def demo_data(env: Env) -> None:
    demo.example_purchases(env)


@hookimpl
def verify(env: Env) -> Iterable[Finding]:
    return soundness.findings(env)


@hookimpl
def open_business(env: Env, party: Party) -> Sequence[str]:
    return list(personal.still_open(env, party))


@hookimpl
def person_anonymised(env: Env, party: Party) -> None:
    personal.forget(env, party)
