"""Receipts on the order, the order on its receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_purchase.models import Order, OrderState
from addons.erp_purchase.wires.stock import receiving
from addons.erp_stock.models import LocationKind, Shipment
from core.api import Action, Column, Field, FormExtension, ListExtension, Smart, _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from addons.erp_stock.models import Location
    from core.api import Env


def _ours(_env: Env, _order: Any, location: type[Location]) -> ColumnElement[bool]:
    return location.kind == LocationKind.INTERNAL


def _misses_returned(order: Order) -> bool:
    return order.state is OrderState.CONFIRMED and any(
        line.returned and line.kept_quantity < line.quantity for line in order.products
    )


VIEWS: tuple[Any, ...] = (
    FormExtension(
        Order,
        fields=(
            Field("location", options=_ours, after="policy", placeholder=_("Where receipts usually go")),
        ),
        actions=(
            Action(
                "expect_replacement",
                service=receiving.expect_replacement,
                label=_("Expect the replacement"),
                icon="truck-return",
                menu=True,
                visible=_misses_returned,
                explain=_("A receipt is planned for what was sent back."),
            ),
        ),
        smart=(
            Smart(
                "receipts",
                _("Receipts"),
                icon="package-import",
                target="erp_stock.shipment",
                via="purchase_order_id",
            ),
        ),
    ),
    FormExtension(
        Shipment,
        fields=(
            Field("purchase_order", readonly=True, after="origin", visible=lambda s: s.purchase_order_id),
        ),
    ),
    ListExtension(Shipment, columns=(Column("purchase_order", hidden=True, after="origin"),)),
)
