"""The side bar's entries of accounting."""

from __future__ import annotations

from core.api import Menu, _

VIEWER = "erp_accounting.viewer"
ACCOUNTANT = "erp_accounting.accountant"

REPORTS = "/accounting"
BANK = "/accounting/bank"


def _report(label: str, name: str, icon: str, sequence: int) -> Menu:
    """A report stands under the reports, while one reads them."""
    return Menu(
        label, f"{REPORTS}/{name}", icon=icon, group="erp", sequence=sequence, role=VIEWER, under=REPORTS
    )


MENUS = (
    Menu(_("Invoices"), view="erp_accounting.invoice:customers", icon="receipt", group="erp", sequence=10),
    Menu(
        _("Supplier invoices"),
        view="erp_accounting.invoice:suppliers",
        icon="file-invoice",
        group="erp",
        sequence=12,
    ),
    Menu(
        _("Import a bill"),
        view="/accounting/bills/import",
        icon="file-upload",
        group="erp",
        sequence=13,
        role="erp_accounting.invoicing",
        under="erp_accounting.invoice:suppliers",
    ),
    Menu(
        _("Reminders"),
        view="/accounting/reminders",
        icon="mail-forward",
        group="erp",
        sequence=11,
        role="erp_accounting.invoicing",
        under="erp_accounting.invoice:customers",
    ),
    Menu(
        _("Recurring invoices"),
        view="erp_accounting.recurrence",
        icon="repeat",
        group="erp",
        sequence=11,
        role="erp_accounting.invoicing",
        under="erp_accounting.invoice:customers",
    ),
    Menu(
        _("Reminder levels"),
        view="erp_accounting.dunning_level",
        icon="stairs-up",
        group="settings",
        sequence=64,
        role=ACCOUNTANT,
    ),
    Menu(_("Payments"), view="erp_accounting.payment", icon="cash", group="erp", sequence=14),
    Menu(
        _("Receive or pay"),
        view="/accounting/allocate",
        icon="cash-banknote",
        group="erp",
        sequence=15,
        role="erp_accounting.invoicing",
        under="erp_accounting.payment",
    ),
    Menu(_("Bank"), view=BANK, icon="building-bank", group="erp", sequence=16, role=VIEWER),
    Menu(
        _("Bank statements"),
        view="erp_accounting.bank_statement",
        icon="file-text",
        group="erp",
        sequence=16,
        role=VIEWER,
        under=BANK,
    ),
    Menu(
        _("Bank rules"),
        view="erp_accounting.bank_rule",
        icon="wand",
        group="erp",
        sequence=17,
        role=ACCOUNTANT,
        under=BANK,
    ),
    Menu(
        _("Bank accounts"),
        view="erp_accounting.bank_account",
        icon="building-bank",
        group="settings",
        sequence=62,
        role=ACCOUNTANT,
    ),
    Menu(
        _("Payment batches"),
        view="erp_accounting.payment_batch",
        icon="stack-2",
        group="erp",
        sequence=16,
        role="erp_accounting.invoicing",
        under="erp_accounting.payment",
    ),
    Menu(
        _("New batch"),
        view="/accounting/batches/new",
        icon="plus",
        group="erp",
        sequence=17,
        role="erp_accounting.invoicing",
        under="erp_accounting.payment",
    ),
    Menu(
        _("Direct debit mandates"),
        view="erp_accounting.mandate",
        icon="signature",
        group="erp",
        sequence=17,
        role="erp_accounting.invoicing",
        under="erp_accounting.payment",
    ),
    Menu(
        _("Journal entries"),
        view="erp_accounting.entry",
        icon="notebook",
        group="erp",
        sequence=20,
        role=VIEWER,
        under=REPORTS,
    ),
    Menu(_("Financial reports"), view=REPORTS, icon="report-money", group="erp", sequence=18, role=VIEWER),
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
    _report(_("Integrity"), "integrity", "shield-check", 28),
    Menu(
        _("Closing"),
        "/accounting/closing",
        icon="lock",
        group="erp",
        sequence=27,
        role=ACCOUNTANT,
        under=REPORTS,
    ),
    _report(_("Profit and loss"), "profit-and-loss", "trending-up", 21),
    _report(_("Balance sheet"), "balance-sheet", "scale", 22),
    _report(_("Cash flow"), "cash-flow", "coins", 22),
    _report(_("Trial balance"), "trial-balance", "list-check", 23),
    _report(_("General ledger"), "general-ledger", "book", 24),
    _report(_("Partner ledger"), "partner-ledger", "address-book", 25),
    _report(_("Aged balances"), "aged-balances", "clock-dollar", 26),
    _report(_("Pivot"), "pivot", "table", 26),
    _report(_("Tax return"), "vat-return", "receipt-tax", 26),
)
