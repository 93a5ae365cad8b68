"""Who may do what with customer orders."""

from __future__ import annotations

from addons.base.models import Address, Party
from addons.catalog.models import Product, Tax, Unit
from addons.erp_orders.models import CREDIT, Line, LineTax, Milestone, Order, Policy
from core.api import Grant, Role, _

ROLES = (
    Role(
        "erp_orders.user",
        _("Customer orders"),
        implies=("base.user",),
        grants=(
            Grant(Party, "cru"),
            Grant(Address, "cru"),
            Grant(Product, "r"),
            Grant(Unit, "r"),
            Grant(Tax, "r"),
            Grant(Order, "crud"),
            Grant(Line, "crud"),
            Grant(LineTax, "crud"),
            Grant(Milestone, "crud"),
            Grant(Policy, "r"),
        ),
        field_groups=(CREDIT,),
    ),
    Role(
        "erp_orders.manager",
        _("Order manager"),
        implies=("erp_orders.user",),
        grants=(Grant(Policy, "cru"),),
    ),
)
