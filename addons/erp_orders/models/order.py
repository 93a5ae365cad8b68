"""What a customer ordered: the demand to fulfil."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Address, Party
from addons.catalog.models import Product, Progress, Tax, Unit
from addons.erp_orders.models.policy import over_delivery_of
from core.api import (
    HUNDRED,
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
    round_half_up,
)


class OrderState(Choice):
    """Done follows from full delivery and full invoicing; everything else is somebody's decision."""

    DRAFT = "draft", _("Draft")
    CONFIRMED = "confirmed", _("Confirmed"), "accent"
    CHANGING = "changing", _("Being changed"), "warn"
    HELD = "held", _("On hold"), "warn"
    DONE = "done", _("Done"), "ok"
    CANCELLED = "cancelled", _("Cancelled")


LIVE = (OrderState.CONFIRMED, OrderState.CHANGING, OrderState.HELD, OrderState.DONE)
"""The customer's yes is in."""


class InvoicePolicy(Choice):
    """When a line may be invoiced. Services, and everything where no stock is kept, by what was ordered.

    A deposit comes before anything else and is deducted again; milestones free shares of the whole order.
    """

    DELIVERED = "delivered", _("What was delivered")
    ORDERED = "ordered", _("What was ordered")
    DEPOSIT = "deposit", _("A deposit, then what was delivered")
    MILESTONE = "milestone", _("Milestones")


class Order(CompanyOwned, Model, name="order"):
    """A confirmed order changes by amendment only, and never below what was delivered or invoiced."""

    __open_when__ = open_until("state", OrderState.DONE, OrderState.CANCELLED)
    __searchable__ = ("number", "customer_reference")
    __display__ = "title"
    __label__ = _("Customer order")
    __labels__ = _("Customer orders")
    __document__ = Document(
        closed_when=lambda order: order.state.in_((OrderState.DONE, OrderState.CANCELLED)),
        agreed_when=lambda order: order.state.in_((OrderState.CONFIRMED, OrderState.HELD)),
        totals_by="services.orders:recompute",
        free_when_agreed=(
            *("address_id", "delivery_address", "customer_reference", "owner_id", "note"),
            *("requested_date", "promised_date"),
        ),
        service_fields=("state", "number", "rate", "delivery", "invoicing", "to_invoice", "reason"),
        computed_fields=("net", "tax", "total"),
        lock_rank=20,
        closed_hint=_("Change the order first; the change counts once it is confirmed."),
        service_hint=_("Confirm, deliver or invoice the order instead."),
    )

    number: Mapped[str | None] = mapped_column(String(40))
    """Given when confirmed; an order that comes from elsewhere brings its own."""
    state: Mapped[OrderState] = choice(
        OrderState, default=OrderState.DRAFT, info=about(_("Status"), track=True)
    )
    party_id: Mapped[int] = reference("base.party", info=about(_("Customer")))
    party: Mapped[Party] = link("base.party")
    address_id: Mapped[int | None] = reference("base.address", nullable=True, info=about(_("Deliver to")))
    address: Mapped[Address | None] = link("base.address")
    delivery_address: Mapped[str | None] = mapped_column(Text, info=about(_("Address on this order")))
    """Written out; it wins over the address of the customer's file."""
    order_date: Mapped[date] = mapped_column(Date)
    requested_date: Mapped[date | None] = mapped_column(Date, info=about(track=True))
    promised_date: Mapped[date | None] = mapped_column(Date, info=about(track=True))
    currency: Mapped[str] = mapped_column(String(3))
    rate: Mapped[Decimal] = mapped_column(
        Rate, default=Decimal(1), server_default=text("1"), info=about(_("Exchange rate"))
    )
    """Company money for one unit of ``currency``, fixed when the order is confirmed."""
    customer_reference: Mapped[str | None] = mapped_column(String(80), info=about(_("Their reference")))
    owner_id: Mapped[int | None] = reference("core.user", nullable=True)
    owner: Mapped[User | None] = link("core.user")
    policy: Mapped[InvoicePolicy] = choice(
        InvoicePolicy, default=InvoicePolicy.DELIVERED, info=about(_("Invoice by"), track=True)
    )
    deposit_percent: Mapped[Decimal] = mapped_column(
        Rate, default=Decimal(30), server_default=text("30"), info=about(_("Deposit %"))
    )
    under_delivery: Mapped[Decimal] = mapped_column(
        Rate,
        default=ZERO,
        server_default=text("0"),
        info=about(
            _("Accepted under-delivery %"),
            help=_("A line counts as delivered when no more than this is missing."),
        ),
    )
    net: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Before tax"), track=True))
    tax: Mapped[Decimal] = mapped_column(Money, default=ZERO)
    total: Mapped[Decimal] = mapped_column(Money, default=ZERO)
    delivery: Mapped[Progress] = choice(Progress, default=Progress.NOTHING, info=about(_("Delivered")))
    invoicing: Mapped[Progress] = choice(Progress, default=Progress.NOTHING, info=about(_("Invoiced")))
    to_invoice: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, server_default=text("0"), info=about(_("Not invoiced yet"))
    )
    """Share of the total, taxes included, that no posted invoice covers; counts against the credit limit."""
    reason: Mapped[str | None] = mapped_column(
        String(200), info=about(help=_("Why it is on hold or cancelled."))
    )
    note: Mapped[str | None] = mapped_column(Text)
    lines: Mapped[list["Line"]] = link(
        "erp_orders.line", back="order", many=True, order_by="position", owned=True
    )
    milestones: Mapped[list["Milestone"]] = link(
        "erp_orders.milestone", back="order", many=True, order_by="position", owned=True
    )

    __constraints__ = (
        UniqueConstraint("company_id", "number", name="number_once"),
        CheckConstraint(
            "state IN ('draft', 'cancelled') OR number IS NOT NULL", name="confirmed_has_a_number"
        ),
        CheckConstraint("rate > 0", name="rate_positive"),
        CheckConstraint("deposit_percent > 0 AND deposit_percent <= 100", name="deposit_percent_range"),
        CheckConstraint("under_delivery >= 0 AND under_delivery < 100", name="under_delivery_range"),
        Index("by_party", "party_id", "state"),
    )

    def before_save(self, env: Any) -> None:
        """A draft by hand is in the company's currency, of today."""
        super().before_save(env)
        self.currency = self.currency or env.company.currency
        self.order_date = self.order_date or env.today()

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
    def is_agreed(self) -> bool:
        """Confirmed and not open for changes, or over."""
        return self.state not in {None, OrderState.DRAFT, OrderState.CHANGING}

    @property
    def agreed_in(self) -> str:
        """Where the order was agreed with the customer and is amended or cancelled; empty for here."""
        return ""


class LineKind(Choice):
    """Only products carry quantities and amounts."""

    PRODUCT = "product", _("Product")
    SECTION = "section", _("Section")
    NOTE = "note", _("Note")


class Line(CompanyOwned, Model, name="line", versioned=False):
    """Reserved, delivered, returned and invoiced are never typed: they are recomputed from the documents."""

    __label__ = _("Order line")
    __labels__ = _("Order lines")
    __display__ = "description"
    __document_fields__ = DocumentFields(
        service_fields=("reserved", "delivered", "returned", "invoiced"), computed_fields=("net",)
    )

    order_id: Mapped[int] = reference("erp_orders.order", ondelete="CASCADE")
    order: Mapped[Order] = link("erp_orders.order", back="lines")
    position: Mapped[int] = mapped_column(Integer, default=1)
    kind: Mapped[LineKind] = choice(LineKind, default=LineKind.PRODUCT)
    product_id: Mapped[int | None] = reference("catalog.product", nullable=True)
    product: Mapped[Product | None] = link("catalog.product")
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(1))
    unit_id: Mapped[int | None] = reference("catalog.unit", nullable=True)
    unit: Mapped[Unit | None] = link("catalog.unit")
    unit_price: Mapped[Decimal] = mapped_column(Price, default=ZERO)
    discount: Mapped[Decimal] = mapped_column(Rate, default=ZERO, info=about(_("Discount %")))
    taxes: Mapped[list[Tax]] = link("catalog.tax", through="erp_orders.line_tax", many=True)
    net: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Before tax")))
    over_delivery: Mapped[Decimal] = mapped_column(
        Rate,
        default=ZERO,
        server_default=text("0"),
        info=about(
            _("Over-delivery %"),
            help=_("How much more than ordered may leave; the invoice follows what was delivered."),
        ),
    )
    reserved: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, server_default=text("0"))
    delivered: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, server_default=text("0"))
    returned: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, server_default=text("0"))
    invoiced: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, server_default=text("0"))

    __constraints__ = (
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        CheckConstraint("unit_price >= 0", name="price_not_negative"),
        CheckConstraint("discount BETWEEN 0 AND 100", name="discount_range"),
        CheckConstraint("over_delivery BETWEEN 0 AND 100", name="over_delivery_range"),
        CheckConstraint("kind <> 'product' OR product_id IS NOT NULL OR description <> ''", name="says_what"),
    )

    def before_save(self, env: Any) -> None:
        """What may leave beyond begins with what product or company say."""
        super().before_save(env)
        if self.over_delivery is None:
            self.over_delivery = over_delivery_of(env, self.product)

    @property
    def is_product(self) -> bool:
        """It has a quantity and an amount."""
        return self.kind in (None, LineKind.PRODUCT)

    @property
    def is_goods(self) -> bool:
        """It is delivered; services and free text are not."""
        return self.product is not None and self.product.is_goods

    @property
    def kept_quantity(self) -> Decimal:
        """Delivered and still with the customer."""
        return self.delivered - self.returned

    @property
    def most(self) -> Decimal:
        """The most that may be with the customer: ordered, and what is accepted beyond."""
        return round_half_up(self.quantity * (HUNDRED + (self.over_delivery or ZERO)) / HUNDRED, 6)


class LineTax(Model, name="line_tax", versioned=False):
    """Joins an order line and a tax on it."""

    line_id: Mapped[int] = reference("erp_orders.line", ondelete="CASCADE")
    tax_id: Mapped[int] = reference("catalog.tax")

    __constraints__ = (UniqueConstraint("line_id", "tax_id", name="once"),)


class Milestone(CompanyOwned, Model, name="milestone", versioned=False):
    """A share of the order that may be invoiced once somebody says that it is reached."""

    __label__ = _("Milestone")
    __labels__ = _("Milestones")
    __display__ = "name"
    __document_fields__ = DocumentFields(service_fields=("reached_on",))

    order_id: Mapped[int] = reference("erp_orders.order", ondelete="CASCADE")
    order: Mapped[Order] = link("erp_orders.order", back="milestones")
    position: Mapped[int] = mapped_column(Integer, default=1)
    name: Mapped[str] = mapped_column(String(160), info=about(_("Milestone")))
    share: Mapped[Decimal] = mapped_column(Rate, info=about(_("Share %")))
    planned_on: Mapped[date | None] = mapped_column(Date, info=about(_("Planned for")))
    reached_on: Mapped[date | None] = mapped_column(Date, info=about(_("Reached on")))

    __constraints__ = (
        CheckConstraint("share > 0 AND share <= 100", name="share_range"),
        CheckConstraint("name <> ''", name="name_not_empty"),
    )
