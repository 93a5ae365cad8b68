"""What is on the shelf."""

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Product
from addons.erp_stock.models import kept
from addons.erp_stock.models.location import Location
from addons.erp_stock.models.lot import Lot
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
    lot_id: Mapped[int | None] = reference("erp_stock.lot", nullable=True)
    lot: Mapped[Lot | None] = link("erp_stock.lot", key="lot_id")
    serial: Mapped[bool] = mapped_column(default=False, info=about(internal=True))
    """One piece with a number of its own: the database lets it be in one place only."""
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, info=about(_("On hand")))
    reserved: Mapped[Decimal] = mapped_column(Quantity, default=ZERO)

    __constraints__ = (
        UniqueConstraint(
            "product_id", "location_id", "lot_id", name="place_once", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint("NOT serial OR quantity IN (0, 1)", name="serial_is_one"),
        Index("serial_once", "lot_id", unique=True, postgresql_where=text("serial AND quantity > 0")),
        CheckConstraint("quantity >= 0", name="not_below_zero"),
        CheckConstraint("reserved >= 0 AND reserved <= quantity", name="reserved_is_there"),
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
    def available(self) -> Decimal:
        """On hand and promised to nobody."""
        return self.quantity - self.reserved

    @property
    def display_name(self) -> str:
        """Product, lot and place."""
        if self.product is None or self.location is None:  # not written yet
            return ""
        lot = f" {self.lot.name}" if self.lot else ""
        return f"{self.product.name}{lot}, {self.location.full_name}"
