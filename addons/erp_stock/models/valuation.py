"""What the stock is worth."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Product
from addons.erp_stock.models import kept
from addons.erp_stock.models.shipment import Move
from core.api import ZERO, CompanyOwned, Model, Money, Price, Quantity, _, about, link, reference


class Valuation(CompanyOwned, Model, name="valuation", versioned=False):
    """Quantity and value of a product in a company: always the sum of its layers.

    Its row is the lock under which a product's costs are computed, one move after the other.
    """

    __label__ = _("Stock value")
    __labels__ = _("Stock values")
    __display__ = "display_name"

    product_id: Mapped[int] = reference("catalog.product")
    product: Mapped[Product] = link("catalog.product", key="product_id")
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=ZERO)
    value: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(group="catalog.cost"))
    last_on: Mapped[date | None] = mapped_column(Date, info=about(_("Last moved on")))
    last_part: Mapped[int] = mapped_column(SmallInteger, default=0, info=about(internal=True))
    """The part of that day; a move after it is valued at once, one before it makes later ones be valued
    anew."""
    method: Mapped[str | None] = mapped_column(String(12), info=about(internal=True))
    """By which its last move was valued."""
    since_on: Mapped[date | None] = mapped_column(Date, info=about(internal=True))
    since_id: Mapped[int] = mapped_column(BigInteger, default=0, info=about(internal=True))
    """The day and the last layer before the method changed, with nothing in stock: nothing reaches behind
    it."""

    __constraints__ = (
        UniqueConstraint("company_id", "product_id", name="product_once"),
        CheckConstraint("quantity >= 0", name="not_below_zero"),
        CheckConstraint("quantity > 0 OR value = 0", name="nothing_is_worth_nothing"),
    )

    def before_save(self, env: Any) -> None:
        """By services only."""
        super().before_save(env)
        kept.refuse_by_hand(env, self)

    def before_delete(self, env: Any) -> None:
        """By services only."""
        super().before_delete(env)
        kept.refuse_by_hand(env, self)

    @property
    def display_name(self) -> str:
        """The product."""
        return self.product.name if self.product else ""  # not written yet

    @property
    def average_cost(self) -> Decimal:
        """What one unit is worth now; zero when there is none."""
        return self.value / self.quantity if self.quantity else ZERO


IN_ORDER = ("on", "part", "tie", "id")
"""The order in which the layers of a product count."""


class Layer(CompanyOwned, Model, name="layer", versioned=False):
    """What one move added to the value of the stock, or took from it. The sum of the layers is the stock
    value.

    A layer of goods that came in also knows how much of it is left; first in, first out takes the oldest
    first.
    """

    __audited__ = False  # services alone write it; who did what stands on the moves
    __label__ = _("Valuation layer")
    __labels__ = _("Valuation layers")
    __display__ = "id"

    product_id: Mapped[int] = reference("catalog.product")
    product: Mapped[Product] = link("catalog.product", key="product_id")
    move_id: Mapped[int] = reference("erp_stock.move")
    move: Mapped[Move] = link("erp_stock.move", key="move_id")
    on: Mapped[date] = mapped_column(Date)
    part: Mapped[int] = mapped_column(SmallInteger, default=1, info=about(internal=True))
    """Of the day, as on the move."""
    tie: Mapped[str] = mapped_column(String(60), default="", info=about(internal=True))
    """Orders moves that were recorded later for the same part of a day by what they are, not by who typed
    first."""
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    value: Mapped[Decimal] = mapped_column(Money, info=about(group="catalog.cost"))
    left_quantity: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, info=about(_("Quantity left")))
    left_value: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, info=about(_("Value left"), group="catalog.cost")
    )
    landed: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, info=about(_("Landed costs"), group="catalog.cost")
    )
    """Part of the value of what came in: freight, customs and the like."""
    fallback: Mapped[Decimal] = mapped_column(Price, default=ZERO, info=about(internal=True))
    """The product's own cost when the move was recorded, for goods that came in without one into empty
    stock."""

    __constraints__ = (
        UniqueConstraint("move_id", name="once_per_move"),
        CheckConstraint("left_quantity >= 0 AND left_value >= 0", name="left_not_negative"),
        CheckConstraint("left_quantity > 0 OR left_value = 0", name="nothing_is_worth_nothing"),
        Index(
            "left_first",
            "company_id",
            "product_id",
            *IN_ORDER,
            postgresql_where=text("left_quantity > 0"),
        ),
        Index("in_order", "company_id", "product_id", *IN_ORDER),
    )

    def before_save(self, env: Any) -> None:
        """By services only."""
        super().before_save(env)
        kept.refuse_by_hand(env, self)

    def before_delete(self, env: Any) -> None:
        """By services only."""
        super().before_delete(env)
        kept.refuse_by_hand(env, self)
