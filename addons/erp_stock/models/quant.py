"""What is on the shelf."""

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Product
from addons.erp_stock.models import kept
from addons.erp_stock.models.location import Location
from core.api import ZERO, CompanyOwned, Model, Quantity, _, about, link, reference


class Quant(CompanyOwned, Model, name="quant", versioned=False):
    """The quantity of a product in one of our locations: always the sum of its moves, kept by services only.

    The database refuses stock below zero and reserving more than is there, whoever asks.
    """

    __label__ = _("Stock on hand")
    __labels__ = _("Stock on hand")
    __display__ = "display_name"

    product_id: Mapped[int] = reference("catalog.product")
    product: Mapped[Product] = link("catalog.product", key="product_id")
    location_id: Mapped[int] = reference("erp_stock.location")
    location: Mapped[Location] = link("erp_stock.location", key="location_id")
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, info=about(_("On hand")))
    reserved: Mapped[Decimal] = mapped_column(Quantity, default=ZERO)

    __constraints__ = (
        UniqueConstraint("product_id", "location_id", name="place_once"),
        CheckConstraint("quantity >= 0", name="not_below_zero"),
        CheckConstraint("reserved >= 0 AND reserved <= quantity", name="reserved_is_there"),
    )

    def before_save(self, env: Any) -> None:
        """By services only."""
        super().before_save(env)
        kept.refuse_by_hand(env, self)

    @property
    def available(self) -> Decimal:
        """On hand and promised to nobody."""
        return self.quantity - self.reserved

    @property
    def display_name(self) -> str:
        """Product and place."""
        return f"{self.product.name}, {self.location.full_name}"
