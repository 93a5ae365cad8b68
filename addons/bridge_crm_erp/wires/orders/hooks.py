"""CRM events in, ERP progress out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.bridge_crm_erp.wires.orders import catch_up, journeys, mirror, screens
from addons.bridge_crm_erp.wires.orders.models import FulfilledOrder, MirroredLine, MirroredOrder
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from addons.bridge_crm_erp.models import CatchUp
    from addons.bridge_crm_erp.services.drift import Comparison
    from addons.bridge_crm_erp.services.journeys import Journey
    from addons.crm_sales.models import Order as SalesOrder
    from addons.erp_orders.models import Order
    from core.api import Env, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (MirroredOrder, MirroredLine, FulfilledOrder)


@hookimpl
def declare_views() -> Sequence[Any]:
    return screens.VIEWS


@hookimpl
def lock_first(env: Env, model: str, ids: Sequence[int]) -> None:
    if model == MirroredOrder.model_name:
        mirror.hold(env, ids)


@hookimpl
def sales_order_confirmed(env: Env, order: SalesOrder) -> None:
    mirror.confirmed(env, order)


@hookimpl
def sales_order_amended(env: Env, order: SalesOrder) -> None:
    mirror.amended(env, order)


@hookimpl
def sales_order_cancelled(env: Env, order: SalesOrder) -> None:
    mirror.cancelled(env, order)


@hookimpl
def customer_order_progressed(env: Env, order: Order) -> None:
    mirror.progressed(env, order)


@hookimpl
def bridge_pending(env: Env) -> dict[str, int]:
    return {"orders": catch_up.pending(env)}


@hookimpl
def bridge_catch_up(env: Env, run: CatchUp) -> None:
    catch_up.run(env, run)


@hookimpl
def bridge_compare(env: Env) -> Iterable[Comparison]:
    return catch_up.compare(env)


@hookimpl
def bridge_repair(env: Env, kind: str, record_id: int) -> None:
    catch_up.repair(env, kind, record_id)


@hookimpl
def bridge_waiting(env: Env) -> dict[str, int]:
    return journeys.waiting(env)


@hookimpl
def bridge_journeys(env: Env, waiting: bool, before: int, limit: int) -> Sequence[Journey]:
    return journeys.journeys(env, only_waiting=waiting, before=before, limit=limit)
