"""Deliveries on the order, the order on its deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_orders.models import Order, OrderState
from addons.erp_orders.wires.stock import fulfilment
from addons.erp_stock.models import Shipment
from core.api import Action, Column, Field, FormExtension, ListExtension, Smart, _

if TYPE_CHECKING:
    from core.api import Env


def _promise(env: Env, order: Order) -> None:
    fulfilment.promise(env, order)


def _ask(env: Env, order: Order) -> None:
    fulfilment.ask_for_missing(env, order)


VIEWS: tuple[Any, ...] = (
    FormExtension(
        Order,
        actions=(
            Action(
                "promise",
                service=_promise,
                label=_("Promise a date"),
                icon="calendar-check",
                menu=True,
                visible=lambda o: o.state not in {OrderState.CANCELLED, OrderState.DONE},
                explain=_("The first day on which everything can leave, by stock and what is on its way."),
            ),
            Action(
                "ask_for_missing",
                service=_ask,
                label=_("Ask for what is missing"),
                icon="shopping-cart",
                menu=True,
                visible=lambda o: o.state is OrderState.CONFIRMED and o.delivery.value != "fully",
                explain=_(
                    "Supply requests are made of what waits for goods; asked twice, they are made once."
                ),
            ),
        ),
        smart=(
            Smart(
                "shipments",
                _("Deliveries"),
                icon="truck-delivery",
                target="erp_stock.shipment",
                via="order_id",
            ),
        ),
    ),
    FormExtension(
        Shipment, fields=(Field("order", readonly=True, after="origin", visible=lambda s: s.order_id),)
    ),
    ListExtension(Shipment, columns=(Column("order", hidden=True, after="origin"),)),
)
