"""CRM orders out, deliveries and invoices of another ERP in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.bridge_crm_erp.models import Event
from addons.bridge_crm_erp.services import outgoing
from addons.bridge_crm_erp.wires.foreign_erp import invoices, receiving
from addons.bridge_crm_erp.wires.foreign_erp.models import BilledLink
from core.api import Slot, hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from addons.base.models import ExternalSystem
    from addons.bridge_crm_erp.services.messages import Message, Taken
    from addons.crm_sales.models import Order
    from core.api import Env, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (BilledLink,)


@hookimpl
def bridge_billed(env: Env) -> Select[*tuple[Any, ...]]:
    return invoices.billed(env)


@hookimpl
def declare_views() -> Sequence[Any]:
    return (
        Slot("crm_sales.order.side", template="bridge_crm_erp/_foreign_order.html", context=receiving.beside),
    )


@hookimpl
def sales_order_confirmed(env: Env, order: Order) -> None:
    outgoing.tell(env, Event.ORDER_CONFIRMED, order)


@hookimpl
def sales_order_amended(env: Env, order: Order) -> None:
    outgoing.tell(env, Event.ORDER_AMENDED, order)


@hookimpl
def sales_order_cancelled(env: Env, order: Order) -> None:
    outgoing.tell(env, Event.ORDER_CANCELLED, order)


@hookimpl
def bridge_receive(env: Env, system: ExternalSystem, message: Message) -> Taken | None:
    return receiving.receive(env, system, message)
