"""Invoices and credit notes, to customers and from suppliers."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    Date,
    Index,
    Integer,
    String,
    Text,
    and_,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.catalog.models import Product, Tax, Unit
from addons.erp_accounting.models import guards
from addons.erp_accounting.models.account import Account
from addons.erp_accounting.models.distribution import Distribution
from addons.erp_accounting.models.entry import AMOUNTS, Entry
from addons.erp_accounting.models.payment_term import DiscountTax, PaymentTerm
from core.api import (
    ZERO,
    Choice,
    CompanyOwned,
    Document,
    DocumentFields,
    Env,
    Model,
    Money,
    Price,
    Quantity,
    Rate,
    Trigger,
    User,
    _,
    about,
    choice,
    link,
    reference,
)


class InvoiceKind(Choice):
    CUSTOMER_INVOICE = "customer_invoice", _("Customer invoice")
    CUSTOMER_CREDIT_NOTE = "customer_credit_note", _("Customer credit note")
    SUPPLIER_INVOICE = "supplier_invoice", _("Supplier invoice")
    SUPPLIER_CREDIT_NOTE = "supplier_credit_note", _("Supplier credit note")

    @property
    def is_sale(self) -> bool:
        return self in {InvoiceKind.CUSTOMER_INVOICE, InvoiceKind.CUSTOMER_CREDIT_NOTE}

    @property
    def is_credit_note(self) -> bool:
        return self in {InvoiceKind.CUSTOMER_CREDIT_NOTE, InvoiceKind.SUPPLIER_CREDIT_NOTE}

    @property
    def party_sign(self) -> int:
        """1 when the party's account is debited (customer invoice, supplier credit note), else -1."""
        return 1 if self in {InvoiceKind.CUSTOMER_INVOICE, InvoiceKind.SUPPLIER_CREDIT_NOTE} else -1

    @property
    def credit_note(self) -> "InvoiceKind":
        return InvoiceKind.CUSTOMER_CREDIT_NOTE if self.is_sale else InvoiceKind.SUPPLIER_CREDIT_NOTE


class InvoiceState(Choice):
    DRAFT = "draft", _("Draft")
    POSTED = "posted", _("Posted"), "accent"
    CANCELLED = "cancelled", _("Cancelled")


class PaymentStatus(Choice):
    OPEN = "open", _("Not paid")
    PARTIAL = "partial", _("Partly paid"), "warn"
    PAID = "paid", _("Paid"), "ok"
    CREDITED = "credited", _("Credited")


def _is_unfinished(invoice: Any) -> ColumnElement[bool]:
    """Not posted yet, or not paid."""
    unpaid = invoice.payment_status.in_((PaymentStatus.OPEN, PaymentStatus.PARTIAL))
    return or_(invoice.state == InvoiceState.DRAFT, and_(invoice.state == InvoiceState.POSTED, unpaid))


class Invoice(CompanyOwned, Model, name="invoice"):
    """Final once posted, with its own copy of names and addresses: corrections are credit notes.

    Amounts of lines and totals are positive on invoices and credit notes alike, in the document's currency.
    """

    __open_when__ = _is_unfinished
    __label__ = _("Invoice")
    __labels__ = _("Invoices")
    __display__ = "title"
    __searchable__ = ("number", "their_reference", "origin", "party_name")
    __document__ = Document(
        closed_when=lambda invoice: invoice.state != InvoiceState.DRAFT,
        totals_by="services.drafting:recompute",
        service_fields=(
            *("state", "payment_status", "number", "rate", "entry_id", "paid_on"),
            *("discount_percent", "discount_until", "discount_tax"),
            *("open_amount", "open_amount_company", "total_company", "net_company"),
            *("credit_of_id", "is_deposit", "deposit_for_id"),
            *("party_name", "party_address", "party_vat", "party_registration"),
            *("company_name", "company_address", "company_vat", "company_registration"),
        ),
        computed_fields=("net", "tax", "rounding", "total", "taxes"),
        lock_rank=50,
        closed_hint=_("Create a credit note to correct it."),
        service_hint=_("Post, pay or credit the document instead."),
    )

    __not_copied__ = frozenset(
        {
            *("state", "payment_status", "number", "date", "due_date", "rate", "entry_id", "credit_of_id"),
            *("discount_percent", "discount_until", "discount_tax", "deposit_for_id", "paid_on", "taxes"),
            *("net", "tax", "rounding", "total", "open_amount"),
            *("total_company", "net_company", "open_amount_company"),
            *("party_name", "party_address", "party_vat", "party_registration"),
            *("company_name", "company_address", "company_vat", "company_registration"),
        }
    )

    kind: Mapped[InvoiceKind] = choice(
        InvoiceKind, default=InvoiceKind.CUSTOMER_INVOICE, info=about(_("Kind"))
    )
    state: Mapped[InvoiceState] = choice(
        InvoiceState, default=InvoiceState.DRAFT, info=about(_("Status"), track=True)
    )
    payment_status: Mapped[PaymentStatus] = choice(
        PaymentStatus, default=PaymentStatus.OPEN, info=about(_("Payment"))
    )
    number: Mapped[str | None] = mapped_column(String(40), info=about(_("Number")))
    date: Mapped[dt.date | None] = mapped_column(
        Date, info=about(_("Invoice date"), help=_("Today's date when it is left empty."))
    )
    due_date: Mapped[dt.date | None] = mapped_column(Date, info=about(_("Due date")))
    """Of the last instalment."""
    party_id: Mapped[int] = reference("base.party", info=about(_("Customer or supplier")))
    party: Mapped[Party] = link("base.party")
    currency: Mapped[str] = mapped_column(String(3), info=about(_("Currency")))
    rate: Mapped[Decimal] = mapped_column(
        Rate, default=Decimal(1), server_default="1", info=about(_("Exchange rate"))
    )
    """Company money for one unit of `currency`, fixed when posted."""
    payment_term_id: Mapped[int | None] = reference(
        "erp_accounting.payment_term", nullable=True, index=False, info=about(_("Payment terms"))
    )
    payment_term: Mapped[PaymentTerm | None] = link("erp_accounting.payment_term")
    discount_percent: Mapped[Decimal] = mapped_column(
        Rate, default=ZERO, server_default="0", info=about(_("Early payment discount %"))
    )
    discount_until: Mapped[dt.date | None] = mapped_column(Date, info=about(_("Discount when paid until")))
    discount_tax: Mapped[DiscountTax] = choice(
        DiscountTax, default=DiscountTax.REDUCED, info=about(_("Tax of the discount"))
    )
    """The terms of the discount as they were when the invoice was posted."""
    account_id: Mapped[int | None] = reference(
        "erp_accounting.account",
        nullable=True,
        index=False,
        info=about(_("Account of the customer or supplier")),
    )
    account: Mapped[Account | None] = link("erp_accounting.account")
    their_reference: Mapped[str] = mapped_column(
        String(80),
        default="",
        server_default="",
        info=about(_("Their reference"), help=_("Printed on the invoice.")),
    )
    origin: Mapped[str] = mapped_column(String(80), default="", server_default="", info=about(_("Origin")))
    owner_id: Mapped[int | None] = reference("core.user", nullable=True, info=about(_("Owner")))
    owner: Mapped[User | None] = link("core.user", key="owner_id")
    note: Mapped[str] = mapped_column(
        Text, default="", server_default="", info=about(_("Note on the document"))
    )
    net: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Before tax"), group=AMOUNTS))
    tax: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Tax"), group=AMOUNTS))
    rounding: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Rounding"), group=AMOUNTS))
    total: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Total"), group=AMOUNTS))
    open_amount: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, info=about(_("Open amount"), group=AMOUNTS)
    )
    total_company: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, info=about(_("Total in company currency"), group=AMOUNTS)
    )
    net_company: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, info=about(_("Before tax in company currency"), group=AMOUNTS)
    )
    open_amount_company: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, info=about(_("Open amount in company currency"), group=AMOUNTS)
    )
    paid_on: Mapped[dt.date | None] = mapped_column(Date, info=about(_("Paid on")))
    entry_id: Mapped[int | None] = reference(
        "erp_accounting.entry", nullable=True, info=about(_("Journal entry"))
    )
    entry: Mapped[Entry | None] = link("erp_accounting.entry")
    credit_of_id: Mapped[int | None] = reference(
        "erp_accounting.invoice", nullable=True, info=about(_("Credit note of"))
    )
    credit_of: Mapped["Invoice | None"] = link("erp_accounting.invoice", key="credit_of_id")
    is_deposit: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default="false", info=about(_("Deposit invoice"))
    )
    deposit_for_id: Mapped[int | None] = reference(
        "erp_accounting.invoice", nullable=True, info=about(_("Deposit for"))
    )
    deposit_for: Mapped["Invoice | None"] = link("erp_accounting.invoice", key="deposit_for_id")
    """The draft it is an advance on, when it began from one."""
    party_name: Mapped[str] = mapped_column(
        String(200), default="", server_default="", info=about(_("Name on the document"))
    )
    party_address: Mapped[str] = mapped_column(
        Text, default="", server_default="", info=about(_("Address on the document"))
    )
    party_vat: Mapped[str] = mapped_column(
        String(40), default="", server_default="", info=about(_("VAT number on the document"))
    )
    party_registration: Mapped[str] = mapped_column(String(40), default="", server_default="")
    company_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    company_address: Mapped[str] = mapped_column(Text, default="", server_default="")
    company_vat: Mapped[str] = mapped_column(String(40), default="", server_default="")
    company_registration: Mapped[str] = mapped_column(String(40), default="", server_default="")
    taxes: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=list, server_default="[]", info=about(internal=True, group=AMOUNTS)
    )
    """Per tax: code, name, category, rate, base, amount, reason; texts, as printed."""
    lines: Mapped[list["InvoiceLine"]] = link(
        "erp_accounting.invoice_line", back="invoice", many=True, order_by="position", owned=True
    )

    __constraints__ = (
        Index(
            "number",
            "company_id",
            "kind",
            "number",
            unique=True,
            postgresql_where=text("number IS NOT NULL AND kind LIKE 'customer%'"),
        ),
        Index(
            "late", "company_id", "due_date", postgresql_where=text("state = 'posted' AND open_amount <> 0")
        ),
        Index("company_date", "company_id", "date"),
        CheckConstraint(
            "state <> 'posted' OR (number IS NOT NULL AND date IS NOT NULL AND entry_id IS NOT NULL)",
            name="posted_is_numbered",
        ),
        CheckConstraint("rate > 0", name="rate_positive"),
        CheckConstraint("total = net + tax + rounding", name="parts_add_up"),
    )
    __triggers__ = (
        Trigger("posted_is_final", "BEFORE INSERT OR UPDATE OR DELETE", guards.INVOICE),
        guards.never_emptied(),
    )

    @property
    def title(self) -> str:
        """The number once posted; before that what it will be."""
        return self.number or str(
            _("Draft invoice") if not self.kind.is_credit_note else _("Draft credit note")
        )

    @property
    def is_draft(self) -> bool:
        return self.state is InvoiceState.DRAFT

    @property
    def is_late(self) -> bool:
        """Past its due date and not settled, by the calendar of UTC: good enough for a mark on a list."""
        settled = self.payment_status in {PaymentStatus.PAID, PaymentStatus.CREDITED}
        if settled or not self.is_posted or self.due_date is None or self.kind.is_credit_note:
            return False
        return self.due_date < dt.datetime.now(dt.UTC).date()

    @property
    def is_posted(self) -> bool:
        return self.state is InvoiceState.POSTED

    def before_save(self, env: Env) -> None:
        """In the company's currency unless said otherwise."""
        super().before_save(env)
        if self.currency is None:
            self.currency = env.company.currency


class LineKind(Choice):
    PRODUCT = "product", _("Line")
    SECTION = "section", _("Section")
    NOTE = "note", _("Note")


class InvoiceLine(CompanyOwned, Model, name="invoice_line", versioned=False):
    """Quantity times price less discount, rounded once; a negative quantity takes something back, as a
    deposit."""

    __label__ = _("Invoice line")
    __labels__ = _("Invoice lines")
    __display__ = "description"
    __document_fields__ = DocumentFields(service_fields=("deposit_id",), computed_fields=("net",))

    __not_copied__ = frozenset({"invoice_id", "net"})

    invoice_id: Mapped[int] = reference("erp_accounting.invoice", ondelete="CASCADE")
    invoice: Mapped[Invoice] = link("erp_accounting.invoice", back="lines")
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    kind: Mapped[LineKind] = choice(LineKind, default=LineKind.PRODUCT, info=about(_("Kind of line")))
    product_id: Mapped[int | None] = reference("catalog.product", nullable=True, info=about(_("Product")))
    product: Mapped[Product | None] = link("catalog.product")
    description: Mapped[str] = mapped_column(
        Text, default="", server_default="", info=about(_("Description"))
    )
    quantity: Mapped[Decimal] = mapped_column(
        Quantity, default=Decimal(1), server_default="1", info=about(_("Quantity"))
    )
    unit_id: Mapped[int | None] = reference("catalog.unit", nullable=True, index=False, info=about(_("Unit")))
    unit: Mapped[Unit | None] = link("catalog.unit")
    unit_price: Mapped[Decimal] = mapped_column(
        Price, default=ZERO, info=about(_("Unit price"), group=AMOUNTS)
    )
    discount: Mapped[Decimal] = mapped_column(
        Rate, default=ZERO, server_default="0", info=about(_("Disc. %"), group=AMOUNTS)
    )
    account_id: Mapped[int | None] = reference(
        "erp_accounting.account", nullable=True, index=False, info=about(_("Account"))
    )
    account: Mapped[Account | None] = link("erp_accounting.account")
    distribution_id: Mapped[int | None] = reference(
        "erp_accounting.distribution",
        nullable=True,
        index=False,
        info=about(_("Analytic"), help=_("The analytic account, or how the line is divided over several.")),
    )
    distribution: Mapped[Distribution | None] = link("erp_accounting.distribution")
    net: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Before tax"), group=AMOUNTS))
    """The line's share of the document's net."""
    deposit_id: Mapped[int | None] = reference(
        "erp_accounting.invoice", nullable=True, info=about(_("Deducted deposit"))
    )
    deposit: Mapped[Invoice | None] = link("erp_accounting.invoice", key="deposit_id")
    """The deposit invoice that this line takes back."""
    taxes: Mapped[list[Tax]] = link(
        "catalog.tax", through="erp_accounting.invoice_line_tax", many=True, lazy="selectin"
    )

    __constraints__ = (
        CheckConstraint("discount BETWEEN 0 AND 100", name="discount_in_range"),
        Index("company_product", "company_id", "product_id"),
    )
    __triggers__ = (
        Trigger("posted_is_final", "BEFORE INSERT OR UPDATE OR DELETE", guards.LINE_OF_POSTED_INVOICE),
        guards.never_emptied(),
    )


class InvoiceLineTax(Model, name="invoice_line_tax", versioned=False):
    """Joins an invoice line and a tax on it."""

    line_id: Mapped[int] = reference("erp_accounting.invoice_line", ondelete="CASCADE")
    tax_id: Mapped[int] = reference("catalog.tax")

    __constraints__ = (Index("once", "line_id", "tax_id", unique=True),)
    __triggers__ = (
        Trigger("posted_is_final", "BEFORE INSERT OR UPDATE OR DELETE", guards.TAX_OF_POSTED_LINE),
        guards.never_emptied(),
    )
