"""Screens of erp_stock, declared."""

from __future__ import annotations

from addons.erp_stock.views import counts, landing, lots, places, shipments, stock, supply

VIEWS = (
    *shipments.VIEWS,
    *stock.VIEWS,
    *landing.VIEWS,
    *lots.VIEWS,
    *counts.VIEWS,
    *places.VIEWS,
    *supply.VIEWS,
)
MENUS = (
    *shipments.MENUS,
    *stock.MENUS,
    *landing.MENUS,
    *lots.MENUS,
    *counts.MENUS,
    *places.MENUS,
    *supply.MENUS,
)
