"""Deals with customers: one model of each kind of field."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, DateTime, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import ZERO, Choice, Model, Money, Price, Quantity, _, about, choice, link, reference


class Stage(Choice):
    NEW = "new", _("New")
    QUOTED = "quoted", _("Quoted"), "accent"
    WON = "won", _("Won"), "ok"
    LOST = "lost", _("Lost"), "bad"


class Customer(Model, name="customer"):
    """Who buys."""

    __label__ = _("Customer")
    __labels__ = _("Customers")
    __searchable__ = ("name", "email")

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(120))
    credit: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, info=about(_("Credit"), group="sample_shop.secret")
    )
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class Tag(Model, name="tag", versioned=False):
    """A word on a deal."""

    name: Mapped[str] = mapped_column(String(40))


class Deal(Model, name="deal"):
    """Won or lost is final."""

    __display__ = "title"
    __label__ = _("Deal")
    __labels__ = _("Deals")
    __searchable__ = ("title",)
    __constraints__ = (CheckConstraint("expected >= 0", name="expected_not_negative"),)

    title: Mapped[str] = mapped_column(String(200), info=about(track=True))
    customer_id: Mapped[int] = reference("sample_shop.customer", info=about(track=True))
    customer: Mapped[Customer] = link("sample_shop.customer")
    stage: Mapped[Stage] = choice(Stage, default=Stage.NEW, info=about(track=True))
    expected: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Expected amount")))
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    probability: Mapped[int] = mapped_column(Integer, default=10)
    close_date: Mapped[date | None] = mapped_column(Date, index=True)
    called_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    notes: Mapped[str] = mapped_column(Text, default="")
    margin: Mapped[Decimal | None] = mapped_column(
        Money, info=about(_("Margin"), group="sample_shop.secret", track=True)
    )
    tags: Mapped[list[Tag]] = link("sample_shop.tag", through="sample_shop.deal_tag", many=True)
    lines: Mapped[list["Line"]] = link(
        "sample_shop.line", back="deal", many=True, order_by="position", owned=True
    )

    @property
    def weighted(self) -> Decimal:
        """Expected amount times probability."""
        return self.expected * self.probability / 100


class DealTag(Model, name="deal_tag", versioned=False):
    """Which tag is on which deal."""

    deal_id: Mapped[int] = reference("sample_shop.deal", ondelete="CASCADE")
    tag_id: Mapped[int] = reference("sample_shop.tag")


class Line(Model, name="line", versioned=False):
    """A part of a deal."""

    deal_id: Mapped[int] = reference("sample_shop.deal", ondelete="CASCADE")
    deal: Mapped[Deal] = link("sample_shop.deal", back="lines")
    customer_id: Mapped[int | None] = reference("sample_shop.customer", nullable=True)
    customer: Mapped[Customer | None] = link("sample_shop.customer")
    position: Mapped[int] = mapped_column(Integer, default=0)
    description: Mapped[str] = mapped_column(String(200), default="")
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(1))
    price: Mapped[Decimal] = mapped_column(Price, default=ZERO)
    amount: Mapped[Decimal] = mapped_column(Money, default=ZERO)
