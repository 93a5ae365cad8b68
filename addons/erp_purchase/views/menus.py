"""Entries of the side bar."""

from __future__ import annotations

from core.api import Menu, _

ORDERS = "erp_purchase.order"

MENUS = (
    Menu(_("Purchase orders"), view=ORDERS, icon="truck", group="erp", sequence=30),
    Menu(
        _("Requests for quotation"),
        view="erp_purchase.request",
        icon="message-question",
        group="erp",
        sequence=31,
    ),
    Menu(
        _("Vendor prices"),
        view="erp_purchase.price",
        icon="tag",
        group="erp",
        sequence=33,
        under=ORDERS,
    ),
    Menu(
        _("Purchasing figures"),
        view="erp_purchase/dashboard/purchasing",
        icon="chart-bar",
        group="erp",
        sequence=34,
        role="erp_purchase.reader",
        under=ORDERS,
    ),
    Menu(
        _("Purchasing rules"),
        view="/purchasing/rules",
        icon="checklist",
        group="settings",
        sequence=64,
        role="erp_purchase.approver",
    ),
)
