"""Accounts, journals, terms and settings on screen; what accounting adds to the screens of others."""

from __future__ import annotations

from addons.base.models import Party
from addons.catalog.models import Category, Tax
from addons.erp_accounting.models import Account, Invoice, Journal, Ledger, PaymentTerm
from addons.erp_accounting.queries import documents
from addons.erp_accounting.views.periods import LEDGER_SMART, LOCK_ACTIONS
from core.api import (
    Chart,
    Column,
    Field,
    Form,
    FormExtension,
    Lines,
    List,
    Section,
    Slot,
    Smart,
    Tab,
    _,
)

BOOKS = (
    List(
        Account,
        columns=("code", "name", "type", "reconcilable", Column("tags", hidden=True), "active"),
        filters=("type", "active"),
        default_sort="code",
    ),
    Form(
        Account,
        title="title",
        sections=(Section("", ("code", "name", "type"), ("reconcilable", "tags", "active")),),
        smart=(
            Smart(
                "lines",
                _("Entry lines"),
                icon="list-details",
                count=documents.line_count,
                url=documents.ledger_url,
            ),
        ),
    ),
    List(
        Journal,
        columns=("code", "name", "kind", "prefix", "account", "for_credit_notes", "active"),
        filters=("kind", "active"),
        default_sort="code",
    ),
    Form(
        Journal,
        title="name",
        sections=(
            Section("", ("code", "name", "kind"), ("prefix", "account", "for_credit_notes", "active")),
        ),
        smart=(
            Smart("entries", _("Entries"), icon="notebook", target="erp_accounting.entry", via="journal"),
        ),
    ),
    List(PaymentTerm, columns=("name", "note", "active"), filters=("active",), default_sort="name"),
    Form(
        PaymentTerm,
        title="name",
        sections=(
            Section(
                "",
                ("name", "active", "cash"),
                ("discount_percent", "discount_days", "discount_tax", "note"),
            ),
        ),
        tabs=(
            Tab(
                _("Instalments"),
                Lines("lines", ("share", "value", "delay", "months", "days", "day"), picker="share"),
                name="instalments",
            ),
        ),
    ),
    List(
        Ledger,
        columns=("lock_sales", "lock_purchases", "lock_all", "lock_hard"),
        create=False,
    ),
    Form(
        Ledger,
        title="title",
        deletable=False,
        actions=LOCK_ACTIONS,
        smart=LEDGER_SMART,
        sections=(
            Section(
                _("Lock dates"),
                (Field("lock_sales", readonly=True), Field("lock_purchases", readonly=True)),
                (Field("lock_all", readonly=True), Field("lock_hard", readonly=True)),
            ),
            Section(
                _("Books"),
                ("fiscal_month", "carries_forward"),
                ("retention_years", "legal_note", "creditor_id", "reminders_nightly"),
            ),
        ),
        tabs=(
            Tab(
                _("Accounts"),
                Section(
                    "",
                    (
                        "receivable",
                        "payable",
                        "sales",
                        "services",
                        "purchases",
                        "expenses",
                        "deposits",
                        "suspense",
                        "bank_fees",
                        "tax_collected",
                        "tax_deductible",
                        "tax_payable",
                        "tax_credit",
                        "rounding",
                        "retained",
                    ),
                    (
                        "write_off_loss",
                        "write_off_gain",
                        "dunning_fee",
                        "exchange_loss",
                        "exchange_gain",
                        "discount_given",
                        "discount_taken",
                        "inventory",
                        "goods_received",
                        "cost_of_sales",
                        "stock_loss",
                        "production",
                        "landed_costs",
                        "result",
                        "loss",
                    ),
                ),
                name="accounts",
            ),
        ),
    ),
    FormExtension(
        Tax,
        sections=(
            Section(_("Accounting"), ("account", "exigible"), ("reverse_rate", "reverse_account")),
            Section(_("Tax return"), ("base_box",), ("due_box", "deductible_box")),
        ),
    ),
    FormExtension(
        Category,
        sections=(
            Section(
                _("Accounting"),
                (Field("income_accounts", label=_("Income account")),),
                (Field("expense_accounts", label=_("Expense account")),),
            ),
        ),
    ),
    FormExtension(
        Party,
        smart=(
            Smart("invoices", _("Invoices"), icon="receipt", target="erp_accounting.invoice", via="party"),
        ),
    ),
    Slot("base.party.side", template="erp_accounting/_party_side.html", context=documents.party_context),
    Chart(
        Invoice,
        name="invoiced",
        label=_("Invoiced before tax"),
        by="date",
        measure="net_company",
        where=lambda _env, model: (model.state == "posted") & (model.kind == "customer_invoice"),
    ),
)
