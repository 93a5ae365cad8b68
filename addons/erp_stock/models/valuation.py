"""What the stock is worth."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Product
from addons.erp_stock.models import kept
from addons.erp_stock.models.shipment import Move
from core.api import ZERO, CompanyOwned, Model, Money, Quantity, _, about, link, reference


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

    __constraints__ = (
        UniqueConstraint("company_id", "product_id", name="product_once"),
        CheckConstraint("quantity >= 0", name="not_below_zero"),
        CheckConstraint("quantity > 0 OR value = 0", name="nothing_is_worth_nothing"),
    )

    def before_save(self, env: Any) -> None:
        """By services only."""
        super().before_save(env)
        kept.refuse_by_hand(env, self)

    @property
    def display_name(self) -> str:
        """The product."""
        return self.product.name

    @property
    def average_cost(self) -> Decimal:
        """What one unit is worth now; zero when there is none."""
        return self.value / self.quantity if self.quantity else ZERO


class Layer(CompanyOwned, Model, name="layer", versioned=False):
    """What one move added to the value of the stock, or took from it. The sum of the layers is the stock
    value.

    A layer of goods that came in also knows how much of it is left; first in, first out takes the oldest
    first.
    """

    __label__ = _("Valuation layer")
    __labels__ = _("Valuation layers")
    __display__ = "id"

    product_id: Mapped[int] = reference("catalog.product")
    product: Mapped[Product] = link("catalog.product", key="product_id")
    move_id: Mapped[int] = reference("erp_stock.move")
    move: Mapped[Move] = link("erp_stock.move", key="move_id")
    on: Mapped[date] = mapped_column(Date)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    value: Mapped[Decimal] = mapped_column(Money, info=about(group="catalog.cost"))
    left_quantity: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, info=about(_("Quantity left")))
    left_value: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, info=about(_("Value left"), group="catalog.cost")
    )

    __constraints__ = (
        UniqueConstraint("move_id", name="once_per_move"),
        CheckConstraint("left_quantity >= 0 AND left_value >= 0", name="left_not_negative"),
        CheckConstraint("left_quantity > 0 OR left_value = 0", name="nothing_is_worth_nothing"),
        Index(
            "left_first", "company_id", "product_id", "on", "id", postgresql_where=text("left_quantity > 0")
        ),
    )

    def before_save(self, env: Any) -> None:
        """By services only."""
        super().before_save(env)
        kept.refuse_by_hand(env, self)
