"""Pages of erp_orders that no declared view can draw."""

from __future__ import annotations

from addons.erp_orders.web import rules

ROUTES = (rules.rules,)
