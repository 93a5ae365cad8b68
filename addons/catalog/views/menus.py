"""Entries of the side bar."""

from __future__ import annotations

from core.api import Menu, _

MENUS = (
    Menu(_("Products"), view="catalog.product", icon="package", group="crm", sequence=40),
    Menu(_("Price lists"), view="catalog.price_list", icon="tags", group="settings", sequence=20),
    Menu(_("Categories"), view="catalog.category", icon="folder", group="settings", sequence=21),
    Menu(_("Units"), view="catalog.unit", icon="ruler-2", group="settings", sequence=22),
    Menu(_("Taxes"), view="catalog.tax", icon="receipt-tax", group="settings", sequence=23),
)
