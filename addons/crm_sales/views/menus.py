"""Entries of the side bar."""

from __future__ import annotations

from core.api import Menu, _

MENUS = (
    Menu(_("Dashboard"), view="crm_sales/dashboard/sales", icon="chart-bar", sequence=20),
    Menu(_("Opportunities"), view="crm_sales.opportunity", icon="target", group="crm", sequence=20),
    Menu(_("Quotes"), view="crm_sales.quote", icon="file-invoice", group="crm", sequence=25),
    Menu(_("Sales orders"), view="crm_sales.order", icon="receipt", group="crm", sequence=30),
    Menu(_("Pipelines"), view="crm_sales.pipeline", icon="route", group="settings", sequence=10),
    Menu(_("Lost reasons"), view="crm_sales.lost_reason", icon="thumb-down", group="settings", sequence=11),
    Menu(_("Sales teams"), view="crm_sales.team", icon="users-group", group="settings", sequence=12),
)
