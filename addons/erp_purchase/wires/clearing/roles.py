"""Buyers and accountants see price differences."""

from __future__ import annotations

from addons.erp_purchase.wires.clearing.models import PriceDifference
from core.api import Grant, Role

ROLES = (
    Role("erp_purchase.reader", grants=(Grant(PriceDifference, "r"),)),
    Role("erp_accounting.viewer", grants=(Grant(PriceDifference, "r"),)),
)
