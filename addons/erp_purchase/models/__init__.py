"""What erp_purchase stores."""

from addons.catalog.models import Progress
from addons.erp_purchase.models.order import (
    LIVE,
    OPEN,
    BillPolicy,
    Line,
    LineKind,
    LineTax,
    Order,
    OrderState,
)
from addons.erp_purchase.models.policy import Policy
from addons.erp_purchase.models.price import VendorPrice
from addons.erp_purchase.models.request import (
    Quotation,
    QuotationLine,
    QuotationState,
    Request,
    RequestLine,
    RequestState,
)
from addons.erp_purchase.models.vendor import Vendor

MODELS = (Policy, VendorPrice, Order, Line, LineTax, Request, RequestLine, Quotation, QuotationLine)
EXTENSIONS = (Vendor,)

__all__ = [
    "EXTENSIONS",
    "LIVE",
    "MODELS",
    "OPEN",
    "BillPolicy",
    "Line",
    "LineKind",
    "LineTax",
    "Order",
    "OrderState",
    "Policy",
    "Progress",
    "Quotation",
    "QuotationLine",
    "QuotationState",
    "Request",
    "RequestLine",
    "RequestState",
    "Vendor",
    "VendorPrice",
]
