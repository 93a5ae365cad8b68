"""What crm_sales stores."""

from addons.crm_sales.models.document import LineKind, SalesDocument, SalesLine
from addons.crm_sales.models.opportunity import Opportunity, OpportunityState, StageChange
from addons.crm_sales.models.order import Order, OrderLine, OrderLineTax, OrderStatus
from addons.crm_sales.models.pipeline import LostReason, Pipeline, Stage
from addons.crm_sales.models.quote import Quote, QuoteLine, QuoteLineTax, QuoteStatus
from addons.crm_sales.models.team import Team, TeamMember

__all__ = [
    "LineKind",
    "LostReason",
    "Opportunity",
    "OpportunityState",
    "Order",
    "OrderLine",
    "OrderLineTax",
    "OrderStatus",
    "Pipeline",
    "Quote",
    "QuoteLine",
    "QuoteLineTax",
    "QuoteStatus",
    "SalesDocument",
    "SalesLine",
    "Stage",
    "StageChange",
    "Team",
    "TeamMember",
]
