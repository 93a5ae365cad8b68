"""Who may do what with the stock."""

from __future__ import annotations

from addons.base.models import Address, Party
from addons.catalog.models import Product, Unit
from addons.erp_stock.models import (
    Count,
    CountLine,
    LandedCost,
    LandedCostLine,
    LandedReceipt,
    LandedShare,
    Layer,
    Location,
    Lot,
    Move,
    OperationType,
    Quant,
    ReorderRule,
    Revaluation,
    Scrap,
    Shipment,
    SupplyRequest,
    Valuation,
    Warehouse,
)
from core.api import Grant, Role, _

ROLES = (
    Role(
        "erp_stock.user",
        _("Warehouse"),
        implies=("base.user",),
        grants=(
            Grant(Party, "r"),
            Grant(Address, "r"),
            Grant(Product, "r"),
            Grant(Unit, "r"),
            Grant(Warehouse, "r"),
            Grant(Location, "r"),
            Grant(OperationType, "r"),
            Grant(Lot, "cru"),
            Grant(Shipment, "crud"),
            Grant(Move, "crud"),
            Grant(Count, "cru"),
            Grant(CountLine, "crud"),
            Grant(Scrap, "crud"),
            Grant(Quant, "r"),
            Grant(Valuation, "r"),
            Grant(Layer, "r"),
            Grant(ReorderRule, "r"),
            Grant(SupplyRequest, "ru"),
            Grant(Revaluation, "r"),
        ),
    ),
    Role(
        "erp_stock.manager",
        _("Stock manager"),
        implies=("erp_stock.user",),
        grants=(
            Grant(Warehouse, "cru"),
            Grant(Location, "cru"),
            Grant(OperationType, "cru"),
            Grant(Product, "ru"),
            Grant(Count, "crud"),
            Grant(ReorderRule, "crud"),
            Grant(LandedCost, "crud"),
            Grant(LandedCostLine, "crud"),
            Grant(LandedReceipt, "crud"),
            Grant(LandedShare, "r"),
        ),
        field_groups=("catalog.cost",),
    ),
)
"""Quants, valuations and layers are written by services only: the models refuse everybody else."""
