"""What the company sells, buys and keeps."""

from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models.tax import Tax
from addons.catalog.models.unit import Unit
from core.api import ZERO, Choice, Model, Price, _, about, choice, link, reference, sort_index


class ProductKind(Choice):
    GOODS = "goods", _("Goods")
    SERVICE = "service", _("Service")


class Category(Model, name="category"):
    """Categories form a tree; price rules on a category hold for everything below it."""

    __label__ = _("Category")
    __labels__ = _("Categories")
    __searchable__ = ("name",)

    name: Mapped[str] = mapped_column(String(120))
    parent_id: Mapped[int | None] = reference("catalog.category", nullable=True)
    parent: Mapped["Category | None"] = link("catalog.category", key="parent_id")
    description: Mapped[str | None] = mapped_column(Text)

    __constraints__ = (
        CheckConstraint("name <> ''", name="name_not_empty"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )


class Product(Model, name="product"):
    """Goods can be stocked and delivered, services cannot. An archived product stays on its documents."""

    __label__ = _("Product")
    __labels__ = _("Products")
    __searchable__ = ("name", "code", "barcode")

    kind: Mapped[ProductKind] = choice(ProductKind, default=ProductKind.GOODS)
    name: Mapped[str] = mapped_column(String(200), info=about(track=True))
    code: Mapped[str | None] = mapped_column(String(60), info=about(_("Reference"), track=True))
    barcode: Mapped[str | None] = mapped_column(String(60))
    category_id: Mapped[int | None] = reference("catalog.category", nullable=True)
    category: Mapped[Category | None] = link("catalog.category")
    unit_id: Mapped[int] = reference("catalog.unit")
    unit: Mapped[Unit] = link("catalog.unit")
    sale_price: Mapped[Decimal] = mapped_column(
        Price, default=ZERO, server_default=text("0"), info=about(_("Sale price"), track=True)
    )
    cost: Mapped[Decimal] = mapped_column(
        Price, default=ZERO, server_default=text("0"), info=about(group="catalog.cost", track=True)
    )
    description: Mapped[str | None] = mapped_column(
        Text, info=about(help=_("Printed under the name on quotes."))
    )
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))
    sale_taxes: Mapped[list[Tax]] = link("catalog.tax", through="catalog.product_sale_tax", many=True)
    purchase_taxes: Mapped[list[Tax]] = link("catalog.tax", through="catalog.product_purchase_tax", many=True)

    __constraints__ = (
        sort_index(),
        UniqueConstraint("code", name="code_once"),
        UniqueConstraint("barcode", name="barcode_once"),
        CheckConstraint("name <> ''", name="name_not_empty"),
        CheckConstraint("sale_price >= 0", name="sale_price_not_negative"),
        CheckConstraint("cost >= 0", name="cost_not_negative"),
    )

    @property
    def is_goods(self) -> bool:
        return self.kind == ProductKind.GOODS


class ProductSaleTax(Model, name="product_sale_tax", versioned=False):
    """Joins a product and a tax charged when it is sold."""

    product_id: Mapped[int] = reference("catalog.product", ondelete="CASCADE")
    tax_id: Mapped[int] = reference("catalog.tax", ondelete="CASCADE")

    __constraints__ = (UniqueConstraint("product_id", "tax_id", name="once"),)


class ProductPurchaseTax(Model, name="product_purchase_tax", versioned=False):
    """Joins a product and a tax paid when it is bought."""

    product_id: Mapped[int] = reference("catalog.product", ondelete="CASCADE")
    tax_id: Mapped[int] = reference("catalog.tax", ondelete="CASCADE")

    __constraints__ = (UniqueConstraint("product_id", "tax_id", name="once"),)
