"""Screens of erp_stock, declared."""

from __future__ import annotations

from addons.erp_stock.views import counts, places, shipments, stock, supply

VIEWS = (*shipments.VIEWS, *stock.VIEWS, *counts.VIEWS, *places.VIEWS, *supply.VIEWS)
MENUS = (*shipments.MENUS, *stock.MENUS, *counts.MENUS, *places.MENUS, *supply.MENUS)
