"""What erp_orders stores."""

from addons.erp_orders.models.customer import Customer
from addons.erp_orders.models.order import (
    LIVE,
    InvoicePolicy,
    Line,
    LineKind,
    LineTax,
    Milestone,
    Order,
    OrderState,
    Progress,
)

__all__ = [
    "LIVE",
    "Customer",
    "InvoicePolicy",
    "Line",
    "LineKind",
    "LineTax",
    "Milestone",
    "Order",
    "OrderState",
    "Progress",
]
