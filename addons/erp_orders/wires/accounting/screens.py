"""Invoices on the order, the order on its invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import Invoice
from addons.erp_orders.models import InvoicePolicy, Order, OrderState
from addons.erp_orders.wires.accounting import deposits, invoicing
from core.api import Action, Ask, Field, FormExtension, Smart, _

if TYPE_CHECKING:
    from decimal import Decimal

    from core.api import Env


def _invoice(env: Env, order: Order) -> Invoice:
    return invoicing.create_invoice(env, order)


def _deposit(env: Env, order: Order, *, percent: Decimal) -> Invoice:
    return deposits.invoice_deposit(env, order, percent=percent)


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
            Action(
                "invoice_deposit",
                service=_deposit,
                label=_("Invoice a deposit…"),
                icon="coin",
                primary=lambda o: o.state is OrderState.CONFIRMED and o.policy is InvoicePolicy.DEPOSIT,
                menu=True,
                visible=lambda o: o.state in {OrderState.CONFIRMED, OrderState.HELD},
                explain=_("Its share is deducted, with its tax, from each invoice of the order."),
                ask=(
                    Ask(
                        "percent",
                        _("Share of the order %"),
                        "number",
                        default=lambda _env, o: o.deposit_percent,
                    ),
                ),
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
