"""Invoices and credit notes on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import (
    AMOUNTS,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Journal,
    JournalKind,
    PaymentStatus,
)
from addons.erp_accounting.queries import documents
from addons.erp_accounting.services import (
    allocating,
    correcting,
    discounts,
    drafting,
    editing,
    invoices,
    payments,
)
from addons.erp_accounting.services.correcting import Correction
from core.api import (
    Action,
    Ask,
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
    from datetime import date

    from core.api import Env

CUSTOMER = (InvoiceKind.CUSTOMER_INVOICE, InvoiceKind.CUSTOMER_CREDIT_NOTE)
SUPPLIER = (InvoiceKind.SUPPLIER_INVOICE, InvoiceKind.SUPPLIER_CREDIT_NOTE)


def _is_open(invoice: Any) -> bool:
    return bool(invoice.is_posted and invoice.payment_status in {PaymentStatus.OPEN, PaymentStatus.PARTIAL})


def _can_credit(invoice: Any) -> bool:
    return bool(invoice.is_posted and not invoice.kind.is_credit_note)


def _is_settled(invoice: Any) -> bool:
    return bool(invoice.is_posted and invoice.payment_status is not PaymentStatus.OPEN)


def _subtitle(invoice: Any) -> str:
    parts = [str(invoice.kind.label)]
    if invoice.their_reference:
        parts.append(invoice.their_reference)
    if invoice.origin:
        parts.append(str(_("from {origin}", origin=invoice.origin)))
    return ", ".join(parts)


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


def _only_banks(_env: Env, _record: Any, journal: Any) -> Any:
    return journal.kind.in_([JournalKind.BANK, JournalKind.CASH])


def _open_amount(env: Env, invoice: Any) -> Any:
    """What is open, less a discount that can still be taken."""
    if invoice.open_amount == invoice.total and discounts.available(invoice, env.today()):
        return invoice.total - discounts.of_instalment(invoice, invoice.total).total
    return invoice.open_amount


def _allocate(_env: Env, invoice: Any) -> str:
    direction = "in" if invoice.kind.party_sign > 0 else "out"
    return f"/accounting/allocate?direction={direction}&party={invoice.party_id}&entry={invoice.entry_id}"


def _today(env: Env, _invoice: Any) -> date:
    return env.today()


POST = Action(
    "post",
    service=invoices.post,
    label=_("Post"),
    icon="check",
    primary=True,
    visible=lambda invoice: bool(invoice.is_draft),
    done=_("Invoice posted."),
    bulk=True,
)
PAY = Action(
    "pay",
    service=allocating.pay,
    label=_("Register a payment…"),
    icon="cash",
    primary=True,
    visible=_is_open,
    done=_("Payment registered."),
    ask=(
        Ask("amount", _("Amount"), "money", default=_open_amount),
        Ask("date", _("Date"), "date", default=_today),
        Ask(
            "journal",
            _("Bank or cash journal"),
            "relation",
            model=Journal,
            options=_only_banks,
            default=lambda env, _invoice: payments.usual_bank(env),
        ),
        Ask(
            "discount",
            _("Deduct the early payment discount"),
            "bool",
            required=False,
            default=lambda env, invoice: discounts.available(invoice, env.today()),
        ),
        Ask(
            "write_off",
            _("Write the difference off"),
            "bool",
            required=False,
            help=_("Otherwise it stays open, or as credit of the customer or supplier."),
        ),
        Ask("memo", _("Reference"), required=False),
    ),
)
ALLOCATE = Action(
    "allocate",
    service=_allocate,
    label=_("Pay several together…"),
    icon="arrows-split-2",
    menu=True,
    visible=_is_open,
)
CREDIT = Action(
    "credit",
    service=correcting.correct,
    label=_("Create a credit note…"),
    icon="receipt-refund",
    visible=_can_credit,
    explain=_("A posted invoice is never changed: a credit note takes it back."),
    ask=(
        Ask(
            "how",
            _("What to do"),
            "choice",
            choices=tuple((one.value, one.label) for one in Correction),
            default=lambda _env, _invoice: Correction.DRAFT.value,
        ),
        Ask("reason", _("Reason"), required=False),
        Ask("date", _("Date"), "date", default=_today),
    ),
)
APPLY = Action(
    "apply_credit",
    service=payments.apply_oldest_credit,
    label=_("Use existing credit"),
    icon="arrows-exchange",
    menu=True,
    visible=_is_open,
    done=_("Credit used."),
)
WRITE_OFF = Action(
    "write_off",
    service=payments.give_up,
    label=_("Write off what is open…"),
    icon="eraser",
    menu=True,
    danger=True,
    visible=_is_open,
    confirm=lambda invoice: _("Write off what is open of {invoice}?", invoice=invoice.title),
    keep=_("Keep it open"),
    done=_("Written off."),
)
UNRECONCILE = Action(
    "unreconcile",
    service=payments.undo_payments,
    label=_("Undo the payments…"),
    icon="link-off",
    menu=True,
    visible=_is_settled,
    confirm=lambda invoice: _("Undo what settled {invoice}?", invoice=invoice.title),
    explain=_("The payments stay posted, as credit. Exchange differences are reversed."),
    keep=_("Keep them"),
    done=_("The invoice is open again."),
)
CANCEL = Action(
    "cancel",
    service=invoices.cancel,
    label=_("Cancel the draft"),
    icon="ban",
    menu=True,
    visible=lambda invoice: bool(invoice.is_draft),
)
REOPEN = Action(
    "reopen",
    service=invoices.reopen,
    label=_("Make it a draft again"),
    icon="arrow-back-up",
    visible=lambda invoice: invoice.state is InvoiceState.CANCELLED,
)

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


def _list(name: str, label: str, kinds: tuple[InvoiceKind, ...], empty: str) -> List:
    return List(
        Invoice,
        columns=COLUMNS,
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
        CUSTOMER,
        _("Invoices come from customer orders, or you can write one by hand."),
    ),
    _list("suppliers", _("Supplier invoices"), SUPPLIER, _("Enter the invoices that you receive here.")),
    Form(
        Invoice,
        title=lambda invoice: invoice.party_name or (invoice.party.name if invoice.party else ""),
        subtitle=_subtitle,
        status="state",
        steps=("draft", "posted"),
        readonly=lambda invoice: not invoice.is_draft,
        deletable=lambda invoice: bool(invoice.is_draft),
        create=editing.create,
        changed=_changed,
        warn=documents.warnings,
        sections=(
            Section(
                "",
                (
                    Field("party", label=_("Customer or supplier")),
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
                        Field("net", readonly=True),
                    ),
                    picker="product",
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
                Section("", ("account", Field("credit_of", readonly=True)), ("note",)),
                name="other",
            ),
        ),
        actions=(POST, PAY, ALLOCATE, CREDIT, APPLY, WRITE_OFF, UNRECONCILE, CANCEL, REOPEN),
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
