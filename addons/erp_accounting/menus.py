"""The side bar's entries of accounting."""

from __future__ import annotations

from core.api import Menu, _

VIEWER = "erp_accounting.viewer"
ACCOUNTANT = "erp_accounting.accountant"

MENUS = (
    Menu(_("Invoices"), view="erp_accounting.invoice:customers", icon="receipt", group="erp", sequence=10),
    Menu(
        _("Supplier invoices"),
        view="erp_accounting.invoice:suppliers",
        icon="file-invoice",
        group="erp",
        sequence=12,
    ),
    Menu(_("Payments"), view="erp_accounting.payment", icon="cash", group="erp", sequence=14),
    Menu(
        _("Journal entries"),
        view="erp_accounting.entry",
        icon="notebook",
        group="erp",
        sequence=16,
        role=VIEWER,
    ),
    Menu(
        _("Financial reports"), view="/accounting", icon="report-money", group="erp", sequence=18, role=VIEWER
    ),
    Menu(
        _("Accounting settings"),
        view="/accounting/settings",
        icon="book-2",
        group="settings",
        sequence=60,
        role=ACCOUNTANT,
    ),
    Menu(
        _("Accounts"),
        view="erp_accounting.account",
        icon="list-numbers",
        group="settings",
        sequence=61,
        role=ACCOUNTANT,
    ),
    Menu(
        _("Journals"),
        view="erp_accounting.journal",
        icon="books",
        group="settings",
        sequence=62,
        role=ACCOUNTANT,
    ),
    Menu(
        _("Payment terms"),
        view="erp_accounting.payment_term",
        icon="calendar-dollar",
        group="settings",
        sequence=63,
        role=ACCOUNTANT,
    ),
)
