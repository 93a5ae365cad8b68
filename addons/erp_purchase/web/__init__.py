"""Pages of erp_purchase that no declared view can draw."""

from __future__ import annotations

from addons.erp_purchase.web import rules

ROUTES = (rules.rules,)
