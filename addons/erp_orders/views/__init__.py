"""Screens of erp_orders, declared."""

from __future__ import annotations

from addons.erp_orders.views import customers, orders

VIEWS = (*orders.VIEWS, *customers.VIEWS)
MENUS = orders.MENUS
