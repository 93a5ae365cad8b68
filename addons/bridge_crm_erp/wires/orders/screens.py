"""Each order shows the other one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.bridge_crm_erp.wires.orders import mirror
from addons.crm_sales.models import Order as SalesOrder
from addons.erp_orders.models import Order
from core.api import Column, Field, FormExtension, ListExtension, Smart, _

if TYPE_CHECKING:
    from core.api import Env


def _count(env: Env, sales_order: SalesOrder) -> int | None:
    with env.system("whether an ERP order stands for this CRM order") as system:
        return 1 if mirror.of(system, sales_order.id) else None


def _url(env: Env, sales_order: SalesOrder) -> str:
    with env.system("the ERP order of this CRM order") as system:
        order = mirror.of(system, sales_order.id)
        return f"/app/erp_orders/order/{order.id}" if order else ""


VIEWS: tuple[Any, ...] = (
    ListExtension(
        SalesOrder,
        columns=(Column("delivery", after="status"), Column("invoicing", after="delivery")),
        filters=("delivery", "invoicing"),
    ),
    FormExtension(
        SalesOrder,
        fields=(
            Field(
                "delivery", readonly=True, after="requested_date", visible=lambda o: o.delivery is not None
            ),
            Field("invoicing", readonly=True, after="delivery", visible=lambda o: o.invoicing is not None),
        ),
        smart=(Smart("erp_order", _("ERP order"), icon="file-check", count=_count, url=_url),),
    ),
    FormExtension(
        Order,
        fields=(
            Field("crm_order", readonly=True, after="customer_reference", visible=lambda o: o.crm_order_id),
        ),
    ),
)
