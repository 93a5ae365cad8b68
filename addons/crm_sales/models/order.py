"""What a customer has ordered: the commercial promise."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, DateTime, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Tax
from addons.crm_sales.models.document import SalesDocument, SalesLine
from addons.crm_sales.models.quote import Quote
from core.api import Choice, Document, Model, _, about, choice, link, open_in, reference


class OrderStatus(Choice):
    DRAFT = "draft", _("Draft")
    CONFIRMED = "confirmed", _("Confirmed"), "accent"
    CANCELLED = "cancelled", _("Cancelled"), "bad"


class Order(SalesDocument, Model, name="order"):
    """Confirmed, it is a promise: it can be amended while nothing contradicts, or cancelled with a reason."""

    __open_when__ = open_in("status", OrderStatus.DRAFT)
    __label__ = _("Sales order")
    __labels__ = _("Sales orders")
    __display__ = "number"
    __searchable__ = ("number", "customer_reference")
    __document__ = Document(
        closed_when=lambda order: order.status == OrderStatus.CANCELLED,
        agreed_when=lambda order: order.status == OrderStatus.CONFIRMED,
        amended_by="services.orders:amended",
        totals_by="services.orders:recompute",
        free_when_agreed=("owner_id", "team_id", "opportunity_id", "contact_id", "price_list_id"),
        fixed_when_agreed=("party_id", "order_date", "currency"),
        service_fields=("status", "quote_id", "confirmed_at", "cancelled_at", "cancel_reason"),
        lock_rank=10,
        closed_hint=_("Create a new order."),
        service_hint=_("Confirm or cancel the order instead."),
    )

    status: Mapped[OrderStatus] = choice(OrderStatus, default=OrderStatus.DRAFT)
    quote_id: Mapped[int | None] = reference("crm_sales.quote", nullable=True, index=False)
    quote: Mapped[Quote | None] = link("crm_sales.quote")
    order_date: Mapped[date] = mapped_column(Date, info=about(track=True))
    requested_date: Mapped[date | None] = mapped_column(Date, info=about(_("Delivery date"), track=True))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Confirmed")))
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Cancelled")))
    cancel_reason: Mapped[str | None] = mapped_column(Text, info=about(_("Reason for cancelling")))
    lines: Mapped[list["OrderLine"]] = link(
        "crm_sales.order_line", back="order", many=True, order_by="position", owned=True
    )

    __constraints__ = (
        UniqueConstraint("company_id", "number", name="number_once"),
        UniqueConstraint("quote_id", name="one_order_a_quote"),
        CheckConstraint("total = net + tax + rounding", name="parts_add_up"),
        CheckConstraint("requested_date >= order_date", name="requested_after_ordered"),
        CheckConstraint(
            "status = 'draft' OR confirmed_at IS NOT NULL OR status = 'cancelled'",
            name="confirmed_has_a_date",
        ),
    )

    @property
    def is_draft(self) -> bool:
        return self.status == OrderStatus.DRAFT

    @property
    def is_confirmed(self) -> bool:
        return self.status == OrderStatus.CONFIRMED


class OrderLine(SalesLine, Model, name="order_line", versioned=False):
    """What was promised of one product."""

    __label__ = _("Order line")
    __labels__ = _("Order lines")
    __display__ = "description"

    __not_copied__ = frozenset({"order_id"})

    order_id: Mapped[int] = reference("crm_sales.order", ondelete="CASCADE")
    order: Mapped[Order] = link("crm_sales.order", back="lines")
    taxes: Mapped[list[Tax]] = link("catalog.tax", through="crm_sales.order_line_tax", many=True)

    __constraints__ = (
        CheckConstraint("discount BETWEEN 0 AND 100", name="discount_range"),
        CheckConstraint("kind <> 'product' OR product_id IS NOT NULL OR description <> ''", name="says_what"),
    )


class OrderLineTax(Model, name="order_line_tax", versioned=False):
    """Joins an order line and a tax."""

    __display__ = "id"

    order_line_id: Mapped[int] = reference("crm_sales.order_line", ondelete="CASCADE")
    tax_id: Mapped[int] = reference("catalog.tax", index=False)

    __constraints__ = (UniqueConstraint("order_line_id", "tax_id", name="once"),)
