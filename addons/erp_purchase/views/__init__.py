"""Screens of erp_purchase, declared."""

from __future__ import annotations

from addons.erp_purchase.views import dashboard, menus, orders, policy, prices, requests, vendors

VIEWS = (*orders.VIEWS, *requests.VIEWS, *prices.VIEWS, *vendors.VIEWS, *policy.VIEWS, *dashboard.VIEWS)
MENUS = menus.MENUS
