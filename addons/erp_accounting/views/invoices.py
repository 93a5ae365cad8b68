"""Invoices and credit notes on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import (
    AMOUNTS,
    Invoice,
    InvoiceKind,
)
from addons.erp_accounting.queries import documents
from addons.erp_accounting.services import drafting, editing
from addons.erp_accounting.views.analytic import are_used, offered
from addons.erp_accounting.views.invoice_actions import ACTIONS
from core.api import (
    Column,
    Field,
    Form,
    Lines,
    List,
    Part,
    Preset,
    Section,
    Smart,
    Tab,
    Total,
    _,
    format_money,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env

CUSTOMER = (InvoiceKind.CUSTOMER_INVOICE, InvoiceKind.CUSTOMER_CREDIT_NOTE)
SUPPLIER = (InvoiceKind.SUPPLIER_INVOICE, InvoiceKind.SUPPLIER_CREDIT_NOTE)


def _subtitle(invoice: Any) -> str:
    parts = [str(_("Deposit invoice") if invoice.is_deposit else invoice.kind.label)]
    if invoice.their_reference:
        parts.append(invoice.their_reference)
    if invoice.origin:
        parts.append(str(_("from {origin}", origin=invoice.origin)))
    return ", ".join(parts)


def _party_label(invoice: Any) -> str:
    return _("Customer") if invoice.kind in CUSTOMER else _("Supplier")


def _totals(env: Env, invoice: Any) -> Sequence[Total]:
    if not env.access.shows(AMOUNTS):
        return []
    rows = [Total(_("Before tax"), invoice.net)]
    rows.extend(
        Total(tax["name"], documents.amount(tax["amount"]), _on(tax["base"], invoice.currency))
        for tax in invoice.taxes
    )
    if invoice.rounding:
        rows.append(Total(_("Rounding"), invoice.rounding))
    rows.append(Total(_("Total"), invoice.total, final=True))
    if invoice.is_posted and invoice.open_amount != invoice.total:
        rows.append(Total(_("Still open"), invoice.open_amount))
    return rows


def _on(base: str, currency: str) -> str:
    return str(_("on {base}", base=format_money(documents.amount(base), currency)))


def _picked(env: Env, invoice: Any, line: Any) -> None:
    editing.take_over_product(env, invoice, line)


def _recompute(env: Env, invoice: Any, _line: Any) -> None:
    drafting.recompute(env, invoice)


def _changed(env: Env, invoice: Any, names: frozenset[str]) -> None:
    editing.refresh(env, invoice, names)


COLUMNS: tuple[str | Column, ...] = (
    "number",
    "party",
    "date",
    Column("due_date", tone=lambda invoice: "bad" if invoice.is_late else ""),
    Column("their_reference", hidden=True),
    Column("origin", hidden=True),
    Column("kind", hidden=True),
    Column("owner", hidden=True),
    Column("net", sum=True),
    Column("total", sum=True),
    Column("open_amount", sum=True),
    "state",
    "payment_status",
)
PRESETS = (
    Preset("open", _("Unpaid"), ("state:posted", "payment_status:open,partial"), sort="due_date", count=True),
    Preset("late", _("Late"), ("state:posted", "payment_status:open,partial", "due_date:..yesterday")),
    Preset("drafts", _("Drafts"), ("state:draft",), count=True),
)
FILTERS = ("party", "state", "payment_status", "date", "due_date", "kind")


def _list(name: str, label: str, who: str, kinds: tuple[InvoiceKind, ...], empty: str) -> List:
    return List(
        Invoice,
        columns=tuple(Column("party", label=who) if column == "party" else column for column in COLUMNS),
        filters=FILTERS,
        default_sort="-date",
        presets=PRESETS,
        name=name,
        label=label,
        where=lambda _env, model: model.kind.in_(kinds),
        defaults={"kind": kinds[0]},
        empty=empty,
    )


INVOICES = (
    List(Invoice, columns=COLUMNS, filters=FILTERS, default_sort="-date", presets=PRESETS),
    _list(
        "customers",
        _("Customer invoices"),
        _("Customer"),
        CUSTOMER,
        _("Invoices come from customer orders, or you can write one by hand."),
    ),
    _list(
        "suppliers",
        _("Supplier invoices"),
        _("Supplier"),
        SUPPLIER,
        _("Enter the invoices that you receive here."),
    ),
    Form(
        Invoice,
        title=lambda invoice: invoice.party_name or (invoice.party.name if invoice.party else ""),
        subtitle=_subtitle,
        status="state",
        steps=("draft", "posted"),
        deletable=lambda invoice: bool(invoice.is_draft),
        defaults={"currency": lambda env: env.company.currency},
        create=editing.create,
        changed=_changed,
        warn=documents.warnings,
        sections=(
            Section(
                "",
                (
                    Field("party", label=_("Customer or supplier"), label_of=_party_label),
                    Field("kind", readonly=lambda invoice: bool(invoice.id)),
                    "their_reference",
                    "origin",
                    Field("number", readonly=True, visible=lambda invoice: bool(invoice.number)),
                ),
                (
                    Field("date", required=False),
                    "payment_term",
                    Field("due_date", readonly=True, visible=lambda invoice: bool(invoice.due_date)),
                    "currency",
                    Field("payment_status", readonly=True, visible=lambda invoice: bool(invoice.is_posted)),
                    "owner",
                ),
            ),
        ),
        tabs=(
            Tab(
                _("Lines"),
                Lines(
                    "lines",
                    (
                        "product",
                        "description",
                        "quantity",
                        "unit_price",
                        "discount",
                        "taxes",
                        "account",
                        Field("distribution", options=offered, used=are_used),
                        Field("net", readonly=True),
                    ),
                    picker="product",
                    kind="kind",
                    picked=_picked,
                    changed=_recompute,
                    totals=_totals,
                ),
                name="lines",
            ),
            Tab(
                _("Payments"),
                Part("erp_accounting/_payments.html", documents.payments_context),
                name="payments",
                count=documents.payment_count,
                visible=lambda invoice: bool(invoice.is_posted),
            ),
            Tab(
                _("Journal entry"),
                Part("erp_accounting/_entry_lines.html", documents.entry_context),
                name="entry",
                visible=lambda invoice: bool(invoice.entry_id),
            ),
            Tab(
                _("Other"),
                Section(
                    "",
                    (
                        "account",
                        Field("credit_of", readonly=True),
                        Field("deposit_for", readonly=True, visible=lambda invoice: invoice.is_deposit),
                        Field("discount_until", readonly=True),
                    ),
                    ("note",),
                ),
                name="other",
            ),
        ),
        actions=ACTIONS,
        smart=(
            Smart(
                "credit_notes",
                _("Credit notes"),
                icon="receipt-refund",
                count=documents.credit_note_count,
                url=documents.credit_notes_url,
            ),
        ),
        reports=("erp_accounting.invoice",),
    ),
)
