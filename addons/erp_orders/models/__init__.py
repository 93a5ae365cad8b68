"""What erp_orders stores."""

from addons.catalog.models import Progress
from addons.erp_orders.models.customer import CREDIT, Customer
from addons.erp_orders.models.order import (
    LIVE,
    InvoicePolicy,
    Line,
    LineKind,
    LineTax,
    Milestone,
    Order,
    OrderState,
)
from addons.erp_orders.models.policy import OrderedProduct, Policy, over_delivery_of

__all__ = [
    "CREDIT",
    "LIVE",
    "Customer",
    "InvoicePolicy",
    "Line",
    "LineKind",
    "LineTax",
    "Milestone",
    "Order",
    "OrderState",
    "OrderedProduct",
    "Policy",
    "Progress",
    "over_delivery_of",
]
