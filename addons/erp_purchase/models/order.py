"""What was ordered from a vendor."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
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
from addons.catalog.models import Product, Progress, Tax, Unit
from core.api import (
    ZERO,
    Choice,
    CompanyOwned,
    Document,
    DocumentFields,
    Model,
    Money,
    Price,
    Quantity,
    Rate,
    User,
    _,
    about,
    choice,
    link,
    open_until,
    reference,
)


class OrderState(Choice):
    """Done follows from full receipt and full billing; everything else is somebody's decision."""

    DRAFT = "draft", _("Draft")
    TO_APPROVE = "to_approve", _("To approve"), "warn"
    CONFIRMED = "confirmed", _("Confirmed"), "accent"
    CHANGING = "changing", _("Being changed"), "warn"
    DONE = "done", _("Done"), "ok"
    CANCELLED = "cancelled", _("Cancelled")


LIVE = (OrderState.CONFIRMED, OrderState.CHANGING, OrderState.DONE)
"""The vendor has our yes."""
OPEN = (OrderState.DRAFT, OrderState.TO_APPROVE, OrderState.CONFIRMED, OrderState.CHANGING)


class BillPolicy(Choice):
    """What a bill may ask for. Services, and everything where no stock is kept, by what was ordered."""

    RECEIVED = "received", _("What was received")
    ORDERED = "ordered", _("What was ordered")


class Order(CompanyOwned, Model, name="order"):
    """A confirmed order changes by amendment only, and never below what was received or billed."""

    __open_when__ = open_until("state", OrderState.DONE, OrderState.CANCELLED)
    __searchable__ = ("number", "vendor_reference", "origin")
    __display__ = "title"
    __label__ = _("Purchase order")
    __labels__ = _("Purchase orders")
    __document__ = Document(
        closed_when=lambda order: order.state.in_((OrderState.DONE, OrderState.CANCELLED)),
        agreed_when=lambda order: order.state.in_((OrderState.TO_APPROVE, OrderState.CONFIRMED)),
        totals_by="services.orders:recompute",
        free_when_agreed=("vendor_reference", "origin", "owner_id", "note"),
        service_fields=(
            *("state", "number", "rate", "net_company", "receipt", "billing", "to_bill", "reason"),
            *("approved_by_id", "approved_at", "sent_at", "reminded_on"),
        ),
        computed_fields=("net", "tax", "total"),
        lock_rank=20,
        closed_hint=_("Change the order first; the change counts once it is confirmed."),
        service_hint=_("Confirm, receive or bill the order instead."),
    )

    number: Mapped[str | None] = mapped_column(String(40))
    """Given when confirmed."""
    state: Mapped[OrderState] = choice(
        OrderState, default=OrderState.DRAFT, info=about(_("Status"), track=True)
    )
    party_id: Mapped[int] = reference("base.party", info=about(_("Vendor")))
    party: Mapped[Party] = link("base.party")
    order_date: Mapped[date] = mapped_column(Date)
    expected_on: Mapped[date | None] = mapped_column(Date, info=about(_("Expected on"), track=True))
    """When everything should be here; a line may say another day."""
    currency: Mapped[str] = mapped_column(String(3))
    rate: Mapped[Decimal] = mapped_column(
        Rate, default=Decimal(1), server_default=text("1"), info=about(_("Exchange rate"))
    )
    """Company money for one unit of ``currency``, fixed when the order is confirmed."""
    vendor_reference: Mapped[str | None] = mapped_column(String(80), info=about(_("Vendor's reference")))
    origin: Mapped[str | None] = mapped_column(String(120), info=about(_("Origin")))
    """The request or the need this order answers."""
    owner_id: Mapped[int | None] = reference("core.user", nullable=True, info=about(_("Buyer")))
    owner: Mapped[User | None] = link("core.user", key="owner_id")
    policy: Mapped[BillPolicy] = choice(
        BillPolicy, default=BillPolicy.RECEIVED, info=about(_("Billed by"), track=True)
    )
    net: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Before tax"), track=True))
    tax: Mapped[Decimal] = mapped_column(Money, default=ZERO)
    total: Mapped[Decimal] = mapped_column(Money, default=ZERO)
    net_company: Mapped[Decimal] = mapped_column(
        Money,
        default=ZERO,
        server_default=text("0"),
        info=about(_("Before tax in company currency")),
    )
    receipt: Mapped[Progress] = choice(Progress, default=Progress.NOTHING, info=about(_("Received")))
    billing: Mapped[Progress] = choice(Progress, default=Progress.NOTHING, info=about(_("Billed")))
    to_bill: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, server_default=text("0"), info=about(_("Not billed yet"))
    )
    """Share of the total, taxes included, that no posted bill covers."""
    approved_by_id: Mapped[int | None] = reference(
        "core.user", nullable=True, index=False, info=about(_("Approved by"), track=True)
    )
    approved_by: Mapped[User | None] = link("core.user", key="approved_by_id")
    approved_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), info=about(_("Approved at"))
    )
    sent_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), info=about(_("Sent to the vendor"))
    )
    reminded_on: Mapped[date | None] = mapped_column(Date, info=about(_("Reminded on")))
    reason: Mapped[str | None] = mapped_column(
        String(200), info=about(help=_("Why it was refused or cancelled."))
    )
    note: Mapped[str | None] = mapped_column(Text, info=about(_("Note to the vendor")))
    lines: Mapped[list["Line"]] = link(
        "erp_purchase.line", back="order", many=True, order_by="position", owned=True
    )

    __constraints__ = (
        UniqueConstraint("company_id", "number", name="number_once"),
        CheckConstraint(
            "state IN ('draft', 'to_approve', 'cancelled') OR number IS NOT NULL",
            name="confirmed_has_a_number",
        ),
        CheckConstraint("rate > 0", name="rate_positive"),
        Index("by_party", "party_id", "state"),
        Index("expected", "company_id", "expected_on", postgresql_where=text("state = 'confirmed'")),
    )

    def before_save(self, env: Any) -> None:
        """A draft by hand is of today, in the vendor's currency."""
        super().before_save(env)
        self.order_date = self.order_date or env.today()
        if not self.currency:
            self.currency = getattr(self.party, "purchase_currency", None) or env.company.currency

    @property
    def title(self) -> str:
        """The number, or what a draft is called before it has one."""
        return self.number or str(_("Draft order {id}", id=self.id or ""))

    @property
    def products(self) -> list["Line"]:
        """The lines that have a quantity and an amount."""
        return [line for line in self.lines if line.is_product]

    @property
    def is_live(self) -> bool:
        """Confirmed, whatever came after."""
        return self.state in LIVE

    @property
    def is_overdue(self) -> bool:
        """Its day has passed, by the calendar of UTC: good enough for a mark on a list."""
        if self.receipt is Progress.FULLY or self.expected_on is None:
            return False
        return self.expected_on < datetime.now(UTC).date()

    @property
    def is_editable(self) -> bool:
        """Its lines can be written."""
        return self.state in {None, OrderState.DRAFT, OrderState.CHANGING}


class LineKind(Choice):
    """Only products carry quantities and amounts."""

    PRODUCT = "product", _("Product")
    SECTION = "section", _("Section")
    NOTE = "note", _("Note")


class Line(CompanyOwned, Model, name="line", versioned=False):
    """Received, returned and billed are never typed: they are recomputed from the documents."""

    __label__ = _("Purchase order line")
    __labels__ = _("Purchase order lines")
    __display__ = "description"
    __document_fields__ = DocumentFields(
        service_fields=("received", "returned", "billed"), computed_fields=("net",)
    )

    order_id: Mapped[int] = reference("erp_purchase.order", ondelete="CASCADE")
    order: Mapped[Order] = link("erp_purchase.order", back="lines")
    position: Mapped[int] = mapped_column(Integer, default=1)
    kind: Mapped[LineKind] = choice(LineKind, default=LineKind.PRODUCT)
    product_id: Mapped[int | None] = reference("catalog.product", nullable=True)
    product: Mapped[Product | None] = link("catalog.product")
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    vendor_code: Mapped[str | None] = mapped_column(String(60), info=about(_("Vendor's reference")))
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(1))
    unit_id: Mapped[int | None] = reference("catalog.unit", nullable=True)
    unit: Mapped[Unit | None] = link("catalog.unit")
    unit_price: Mapped[Decimal] = mapped_column(Price, default=ZERO)
    discount: Mapped[Decimal] = mapped_column(Rate, default=ZERO, info=about(_("Discount %")))
    taxes: Mapped[list[Tax]] = link("catalog.tax", through="erp_purchase.line_tax", many=True)
    net: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Before tax")))
    expected_on: Mapped[date | None] = mapped_column(Date, info=about(_("Expected on")))
    received: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, server_default=text("0"))
    returned: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, server_default=text("0"))
    billed: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, server_default=text("0"))

    __constraints__ = (
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        CheckConstraint("unit_price >= 0", name="price_not_negative"),
        CheckConstraint("discount BETWEEN 0 AND 100", name="discount_range"),
        CheckConstraint("kind <> 'product' OR product_id IS NOT NULL OR description <> ''", name="says_what"),
    )

    @property
    def is_product(self) -> bool:
        """It has a quantity and an amount."""
        return self.kind in (None, LineKind.PRODUCT)

    @property
    def is_goods(self) -> bool:
        """It arrives at the dock; services and free text do not."""
        return self.product is not None and self.product.is_goods

    @property
    def kept_quantity(self) -> Decimal:
        """Received and still here."""
        return self.received - self.returned


class LineTax(Model, name="line_tax", versioned=False):
    """Joins a line of a purchase order and a tax on it."""

    line_id: Mapped[int] = reference("erp_purchase.line", ondelete="CASCADE")
    tax_id: Mapped[int] = reference("catalog.tax")

    __constraints__ = (UniqueConstraint("line_id", "tax_id", name="once"),)
