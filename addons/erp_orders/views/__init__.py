"""Screens of erp_orders, declared."""

from __future__ import annotations

from addons.erp_orders.views import customers, orders, policy

VIEWS = (*orders.VIEWS, *customers.VIEWS, *policy.VIEWS)
MENUS = (*orders.MENUS, *policy.MENUS)
