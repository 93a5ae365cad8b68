"""Buyers see what is on its way and what is on the shelf."""

from __future__ import annotations

from addons.erp_stock.models import (
    Location,
    Move,
    OperationType,
    Quant,
    ReorderRule,
    Shipment,
    SupplyRequest,
    Warehouse,
)
from core.api import Grant, Role

ROLES = (
    Role(
        "erp_purchase.reader",
        grants=tuple(
            Grant(model, "r")
            for model in (
                Warehouse,
                Location,
                OperationType,
                Shipment,
                Move,
                Quant,
                SupplyRequest,
                ReorderRule,
            )
        ),
    ),
)
