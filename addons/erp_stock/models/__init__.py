"""What erp_stock stores."""

from addons.erp_stock.models.count import Count, CountLine, CountState, Scrap, ScrapState
from addons.erp_stock.models.landed_cost import (
    LandedCost,
    LandedCostLine,
    LandedCostState,
    LandedReceipt,
    LandedShare,
    Split,
)
from addons.erp_stock.models.location import OWNED, Location, LocationKind
from addons.erp_stock.models.lot import Lot
from addons.erp_stock.models.product import Costing, Removal, StockedProduct, Tracking
from addons.erp_stock.models.quant import Quant
from addons.erp_stock.models.revaluation import Revaluation, RevaluationState
from addons.erp_stock.models.shipment import OPEN_STATES, DayPart, Move, MoveState, Shipment, ShipmentState
from addons.erp_stock.models.supply import EXPECTED, ReorderRule, SupplyRequest, SupplyRoute, SupplyState
from addons.erp_stock.models.valuation import Layer, Valuation
from addons.erp_stock.models.warehouse import (
    DeliverySteps,
    OperationKind,
    OperationType,
    ReceiptSteps,
    Step,
    Warehouse,
)

__all__ = [
    "EXPECTED",
    "OPEN_STATES",
    "OWNED",
    "Costing",
    "Count",
    "CountLine",
    "CountState",
    "DayPart",
    "DeliverySteps",
    "LandedCost",
    "LandedCostLine",
    "LandedCostState",
    "LandedReceipt",
    "LandedShare",
    "Layer",
    "Location",
    "LocationKind",
    "Lot",
    "Move",
    "MoveState",
    "OperationKind",
    "OperationType",
    "Quant",
    "ReceiptSteps",
    "Removal",
    "ReorderRule",
    "Revaluation",
    "RevaluationState",
    "Scrap",
    "ScrapState",
    "Shipment",
    "ShipmentState",
    "Split",
    "Step",
    "StockedProduct",
    "SupplyRequest",
    "SupplyRoute",
    "SupplyState",
    "Tracking",
    "Valuation",
    "Warehouse",
]
