"""Deliveries on the order, the order on its deliveries."""

from __future__ import annotations

from typing import Any

from addons.erp_orders.models import Order
from addons.erp_stock.models import Shipment
from core.api import Column, Field, FormExtension, ListExtension, Smart, _

VIEWS: tuple[Any, ...] = (
    FormExtension(
        Order,
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
