"""The figures of customers: kept, shown, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import Party
from addons.bridge_crm_erp.wires.customers import screens, standing
from addons.bridge_crm_erp.wires.customers.models import CustomerFigures, KnownCustomer
from core.api import Grant, Role, hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from addons.base.services.panels import Fact
    from addons.bridge_crm_erp.models import CatchUp
    from addons.bridge_crm_erp.services.drift import Comparison
    from core.api import Env, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (CustomerFigures, KnownCustomer)


@hookimpl
def declare_views() -> Sequence[Any]:
    return screens.VIEWS


@hookimpl
def declare_roles() -> Sequence[Any]:
    return (Role("base.user", grants=(Grant(CustomerFigures, "r"),)),)


@hookimpl
def record_merged(env: Env, kept: Model, merged: Model) -> None:
    if isinstance(kept, Party):
        standing.refresh_everywhere(env, [kept.id, merged.id])


@hookimpl
def record_unmerged(env: Env, kept: Model, restored: Model) -> None:
    if isinstance(kept, Party):
        standing.refresh_everywhere(env, [kept.id, restored.id])


@hookimpl
def customer_facts(env: Env, party: Party) -> Sequence[Fact]:
    return standing.facts(env, party)


@hookimpl
def bridge_refresh(env: Env) -> None:
    standing.refresh(env)


@hookimpl
def bridge_pending(env: Env) -> dict[str, int]:
    return {"customers": standing.pending(env)}


@hookimpl
def bridge_catch_up(env: Env, run: CatchUp) -> None:
    standing.catch_up(env, run)


@hookimpl
def bridge_compare(env: Env) -> Iterable[Comparison]:
    return standing.compare(env)


@hookimpl
def bridge_repair(env: Env, kind: str, record_id: int) -> None:
    if kind == "customers":
        standing.refresh(env, [record_id])


@hookimpl
def bridge_waiting(env: Env) -> dict[str, int]:
    return {"late": standing.late(env)}
