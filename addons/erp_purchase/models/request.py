"""What is asked of several vendors, and what each of them offers."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Computed,
    Date,
    DateTime,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.catalog.models import Product, Unit
from addons.erp_purchase.models.order import Line
from core.api import (
    HUNDRED,
    ZERO,
    Choice,
    CompanyOwned,
    Document,
    DocumentFields,
    Model,
    Price,
    Quantity,
    Rate,
    User,
    _,
    about,
    choice,
    link,
    never_open,
    open_in,
    reference,
)

NUMBER = "'Q-' || CASE WHEN id < 10000 THEN lpad(id::text, 4, '0') ELSE id::text END"
"""A request promises nothing: its number may have gaps, so nobody waits for a counter."""


class RequestState(Choice):
    """Decided once orders were made of what was chosen."""

    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Waiting for offers"), "accent"
    DECIDED = "decided", _("Decided"), "ok"
    CANCELLED = "cancelled", _("Cancelled")


class Request(CompanyOwned, Model, name="request"):
    """The same lines go to every vendor that is asked; what was chosen becomes orders."""

    __open_when__ = open_in("state", RequestState.DRAFT, RequestState.SENT)
    __searchable__ = ("number", "title")
    __display__ = "number"
    __label__ = _("Request for quotation")
    __labels__ = _("Requests for quotation")
    __document__ = Document(
        closed_when=lambda request: request.state.in_((RequestState.DECIDED, RequestState.CANCELLED)),
        service_fields=("state",),
        lock_rank=18,
        closed_hint=_("Start a new request for quotation."),
        service_hint=_("Send it, make orders of it or cancel it instead."),
    )

    number: Mapped[str] = mapped_column(String(40), Computed(NUMBER, persisted=True))
    title: Mapped[str | None] = mapped_column(String(160), info=about(_("About")))
    state: Mapped[RequestState] = choice(
        RequestState, default=RequestState.DRAFT, info=about(_("Status"), track=True)
    )
    needed_on: Mapped[date | None] = mapped_column(Date, info=about(_("Needed on"), track=True))
    answer_by: Mapped[date | None] = mapped_column(Date, info=about(_("Offers until"), track=True))
    owner_id: Mapped[int | None] = reference("core.user", nullable=True, info=about(_("Buyer")))
    owner: Mapped[User | None] = link("core.user", key="owner_id")
    note: Mapped[str | None] = mapped_column(Text, info=about(_("Note to the vendors")))
    lines: Mapped[list["RequestLine"]] = link(
        "erp_purchase.request_line", back="request", many=True, order_by="position", owned=True
    )
    quotations: Mapped[list["Quotation"]] = link(
        "erp_purchase.quotation", back="request", many=True, order_by="id", owned=True
    )

    @property
    def is_open(self) -> bool:
        """Offers can still come in and be chosen."""
        return self.state in {None, RequestState.DRAFT, RequestState.SENT}


class RequestLine(CompanyOwned, Model, name="request_line", versioned=False):
    """So much of a product is asked for."""

    __label__ = _("Line of a request")
    __labels__ = _("Lines of a request")
    __display__ = "description"

    request_id: Mapped[int] = reference("erp_purchase.request", ondelete="CASCADE")
    request: Mapped[Request] = link("erp_purchase.request", back="lines")
    position: Mapped[int] = mapped_column(Integer, default=1)
    product_id: Mapped[int] = reference("catalog.product")
    product: Mapped[Product] = link("catalog.product")
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(1))
    unit_id: Mapped[int | None] = reference("catalog.unit", nullable=True)
    unit: Mapped[Unit | None] = link("catalog.unit")

    __constraints__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)


class QuotationState(Choice):
    """How far one vendor is."""

    DRAFT = "draft", _("Not sent yet")
    SENT = "sent", _("Asked"), "accent"
    ANSWERED = "answered", _("Offer received"), "ok"
    DECLINED = "declined", _("No offer")


class Quotation(CompanyOwned, Model, name="quotation"):
    """What one vendor is asked and offers, for as long as the request is open. A price of nothing at all is
    no offer."""

    __open_when__ = never_open
    __label__ = _("Vendor's offer")
    __labels__ = _("Vendors' offers")
    __display__ = "title"
    __searchable__ = ("vendor_reference",)
    __document__ = Document(
        totals_by="services.requests:answered",
        service_fields=("state", "sent_at"),
        lock_rank=19,
        service_hint=_("Send it, or enter the prices of the vendor instead."),
    )

    request_id: Mapped[int] = reference("erp_purchase.request", ondelete="CASCADE")
    request: Mapped[Request] = link("erp_purchase.request", back="quotations")
    party_id: Mapped[int] = reference("base.party", info=about(_("Vendor")))
    party: Mapped[Party] = link("base.party")
    state: Mapped[QuotationState] = choice(
        QuotationState, default=QuotationState.DRAFT, info=about(_("Status"), track=True)
    )
    currency: Mapped[str] = mapped_column(String(3))
    vendor_reference: Mapped[str | None] = mapped_column(String(80), info=about(_("Vendor's reference")))
    sent_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), info=about(_("Sent to the vendor"))
    )
    valid_until: Mapped[date | None] = mapped_column(Date, info=about(_("Valid until")))
    note: Mapped[str | None] = mapped_column(Text)
    lines: Mapped[list["QuotationLine"]] = link(
        "erp_purchase.quotation_line", back="quotation", many=True, order_by="position", owned=True
    )

    __constraints__ = (UniqueConstraint("request_id", "party_id", name="vendor_once"),)

    @property
    def title(self) -> str:
        """The request and the vendor."""
        return f"{self.request.number}, {self.party.name}"


class QuotationLine(CompanyOwned, Model, name="quotation_line", versioned=False):
    """What one vendor offers for one line; at most one offer a line is chosen."""

    __label__ = _("Offer")
    __labels__ = _("Offers")
    __display__ = "description"
    __document_fields__ = DocumentFields(service_fields=("chosen", "order_line_id"))

    quotation_id: Mapped[int] = reference("erp_purchase.quotation", ondelete="CASCADE")
    quotation: Mapped[Quotation] = link("erp_purchase.quotation", back="lines")
    request_line_id: Mapped[int] = reference("erp_purchase.request_line", ondelete="CASCADE")
    request_line: Mapped[RequestLine] = link("erp_purchase.request_line")
    position: Mapped[int] = mapped_column(Integer, default=1)
    unit_price: Mapped[Decimal | None] = mapped_column(
        Price, info=about(help=_("For the unit that was asked; empty when there is no offer."))
    )
    discount: Mapped[Decimal] = mapped_column(
        Rate, default=ZERO, server_default=text("0"), info=about(_("Discount %"))
    )
    lead_days: Mapped[int | None] = mapped_column(Integer, info=about(_("Lead time"), help=_("In days.")))
    remark: Mapped[str | None] = mapped_column(String(200))
    chosen: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    order_line_id: Mapped[int | None] = reference(
        "erp_purchase.line", nullable=True, ondelete="SET NULL", info=about(_("Ordered by"))
    )
    order_line: Mapped[Line | None] = link("erp_purchase.line")

    __constraints__ = (
        CheckConstraint("unit_price >= 0", name="price_not_negative"),
        CheckConstraint("discount BETWEEN 0 AND 100", name="discount_range"),
        CheckConstraint("lead_days >= 0", name="lead_days_not_negative"),
        CheckConstraint("NOT chosen OR unit_price IS NOT NULL", name="an_offer_is_chosen"),
        UniqueConstraint("quotation_id", "request_line_id", name="once"),
        Index("one_chosen", "request_line_id", unique=True, postgresql_where=text("chosen")),
    )

    @property
    def description(self) -> str:
        """What was asked for."""
        asked = self.request_line
        return (asked.description or asked.product.name) if asked is not None else ""

    @property
    def quantity(self) -> Decimal:
        """How much was asked for."""
        return self.request_line.quantity if self.request_line is not None else ZERO

    @property
    def net_price(self) -> Decimal | None:
        """One unit after the discount, in the vendor's currency."""
        if self.unit_price is None:
            return None
        return self.unit_price * (HUNDRED - self.discount) / HUNDRED
