"""What a customer ordered: the demand to fulfil."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Address, Party
from addons.erp_orders.models import kept
from addons.erp_orders.models.line import Line
from core.api import ZERO, Choice, CompanyOwned, Model, Money, User, _, about, choice, link, reference


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
    """When a line may be invoiced. Services, and everything where no stock is kept, by what was ordered."""

    DELIVERED = "delivered", _("What was delivered")
    ORDERED = "ordered", _("What was ordered")


class Progress(Choice):
    """How far deliveries or invoices are."""

    NOTHING = "nothing", _("Nothing yet")
    PARTLY = "partly", _("Partly"), "warn"
    FULLY = "fully", _("Fully"), "ok"


class Order(CompanyOwned, Model, name="order"):
    """A confirmed order changes by amendment only, and never below what was delivered or invoiced."""

    __searchable__ = ("number", "customer_reference")
    __display__ = "title"
    __label__ = _("Customer order")
    __labels__ = _("Customer orders")

    number: Mapped[str | None] = mapped_column(String(40))
    """Given when confirmed; an order that comes from elsewhere brings its own."""
    state: Mapped[OrderState] = choice(OrderState, default=OrderState.DRAFT, info=about(_("Status"), track=True))
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
    customer_reference: Mapped[str | None] = mapped_column(String(80), info=about(_("Their reference")))
    owner_id: Mapped[int | None] = reference("core.user", nullable=True)
    owner: Mapped[User | None] = link("core.user")
    policy: Mapped[InvoicePolicy] = choice(
        InvoicePolicy, default=InvoicePolicy.DELIVERED, info=about(_("Invoice by"), track=True)
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
    reason: Mapped[str | None] = mapped_column(String(200), info=about(help=_("Why it is on hold or cancelled.")))
    note: Mapped[str | None] = mapped_column(Text)
    lines: Mapped[list[Line]] = link("erp_orders.line", back="order", many=True, order_by="position", owned=True)

    __constraints__ = (
        UniqueConstraint("company_id", "number", name="number_once"),
        CheckConstraint("state IN ('draft', 'cancelled') OR number IS NOT NULL", name="confirmed_has_a_number"),
        Index("by_party", "party_id", "state"),
    )

    def before_save(self, env: Any) -> None:
        """The status and progress by services only; a draft by hand is in the company's currency, of today."""
        super().before_save(env)
        self.currency = self.currency or env.company.currency
        self.order_date = self.order_date or env.today()
        kept.refuse_by_hand(env, self, "state", "number", "delivery", "invoicing", "to_invoice", "net", "tax", "total")

    @property
    def title(self) -> str:
        """The number, or what a draft is called before it has one."""
        return self.number or str(_("Draft order {id}", id=self.id or ""))

    @property
    def products(self) -> list[Line]:
        """The lines that have a quantity and an amount."""
        return [line for line in self.lines if line.is_product]

    @property
    def is_live(self) -> bool:
        """Confirmed, whatever came after."""
        return self.state in LIVE
