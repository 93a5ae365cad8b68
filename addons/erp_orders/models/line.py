"""One product of a customer order."""

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Product, Tax, Unit
from addons.erp_orders.models import kept
from core.api import ZERO, Choice, CompanyOwned, Model, Money, Price, Quantity, Rate, _, about, choice, link, reference


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

    order_id: Mapped[int] = reference("erp_orders.order", ondelete="CASCADE")
    order: Mapped["Order"] = link("erp_orders.order", back="lines")  # noqa: F821  # it lives in order.py, which imports this file
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
    reserved: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, server_default=text("0"))
    delivered: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, server_default=text("0"))
    returned: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, server_default=text("0"))
    invoiced: Mapped[Decimal] = mapped_column(Quantity, default=ZERO, server_default=text("0"))

    __constraints__ = (
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        CheckConstraint("unit_price >= 0", name="price_not_negative"),
        CheckConstraint("discount BETWEEN 0 AND 100", name="discount_range"),
        CheckConstraint("kind <> 'product' OR product_id IS NOT NULL OR description <> ''", name="says_what"),
    )

    def before_save(self, env: Any) -> None:
        """Progress by services only."""
        super().before_save(env)
        kept.refuse_by_hand(env, self, "reserved", "delivered", "returned", "invoiced")

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


class LineTax(Model, name="line_tax", versioned=False):
    """Joins an order line and a tax on it."""

    line_id: Mapped[int] = reference("erp_orders.line", ondelete="CASCADE")
    tax_id: Mapped[int] = reference("catalog.tax")

    __constraints__ = (UniqueConstraint("line_id", "tax_id", name="once"),)
