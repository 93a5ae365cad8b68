"""Pages of erp_purchase that no declared view can draw."""

from __future__ import annotations

from addons.erp_purchase.web import comparison, rules

ROUTES = (rules.rules, *comparison.ROUTES)
