"""Invoices on the order, the order on its invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import Invoice
from addons.erp_orders.models import Order, OrderState
from addons.erp_orders.wires.accounting import invoicing
from core.api import Action, Field, FormExtension, Smart, _

if TYPE_CHECKING:
    from core.api import Env


def _invoice(env: Env, order: Order) -> Invoice:
    return invoicing.create_invoice(env, order)


VIEWS: tuple[Any, ...] = (
    FormExtension(
        Order,
        actions=(
            Action(
                "create_invoice",
                service=_invoice,
                label=_("Create invoice"),
                icon="receipt",
                primary=lambda o: o.state is OrderState.CONFIRMED and o.delivery.value == "fully",
                visible=lambda o: o.state in {OrderState.CONFIRMED, OrderState.DONE, OrderState.HELD},
            ),
        ),
        smart=(
            Smart("invoices", _("Invoices"), icon="receipt", target="erp_accounting.invoice", via="order_id"),
        ),
    ),
    FormExtension(
        Invoice,
        fields=(Field("order", readonly=True, after="their_reference", visible=lambda i: i.order_id),),
    ),
)
