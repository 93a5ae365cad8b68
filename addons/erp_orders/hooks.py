"""What erp_orders tells the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_orders import models, roles, views, web
from addons.erp_orders.queries import soundness
from addons.erp_orders.services import demo, personal, policies
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from addons.base.models import Party
    from core.api import Env, Finding, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (
        models.Customer,
        models.OrderedProduct,
        models.Policy,
        models.Order,
        models.Line,
        models.LineTax,
        models.Milestone,
    )


@hookimpl
def declare_views() -> Sequence[Any]:
    return views.VIEWS


@hookimpl
def declare_menus() -> Sequence[Any]:
    return views.MENUS


@hookimpl
def declare_routes() -> Sequence[Any]:
    return web.ROUTES


@hookimpl
def seed_data(env: Env) -> None:
    policies.set_up(env)


@hookimpl
def declare_roles() -> Sequence[Any]:
    return roles.ROLES


@hookimpl
def demo_data(env: Env) -> None:
    demo.example_orders(env)


@hookimpl
def verify(env: Env) -> Iterable[Finding]:
    return soundness.findings(env)


@hookimpl
def open_business(env: Env, party: Party) -> Sequence[str]:
    return list(personal.still_open(env, party))


@hookimpl
def person_anonymised(env: Env, party: Party) -> None:
    personal.forget(env, party)
