"""What a customer pays for a product."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, Index, String, UniqueConstraint, inspect, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.catalog.models.product import Category, Product
from core.api import CompanyOwned, Env, Invalid, Model, Price, Quantity, Rate, _, about, link, reference


class PriceList(CompanyOwned, Model, name="price_list"):
    """A list answers first; what it does not price is looked up in its parent, then in the default list."""

    __label__ = _("Price list")
    __labels__ = _("Price lists")
    __kept__ = True
    __searchable__ = ("name",)

    name: Mapped[str] = mapped_column(String(120))
    currency: Mapped[str] = mapped_column(String(3))
    parent_id: Mapped[int | None] = reference("catalog.price_list", nullable=True)
    parent: Mapped["PriceList | None"] = link("catalog.price_list", key="parent_id")
    is_default: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=text("false"), info=about(_("Default"))
    )
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))
    rules: Mapped[list["PriceRule"]] = link(
        "catalog.price_rule", back="price_list", many=True, order_by="id", owned=True
    )

    __constraints__ = (
        CheckConstraint("name <> ''", name="name_not_empty"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        Index("one_default", "company_id", unique=True, postgresql_where=text("is_default")),
    )


class PriceRule(Model, name="price_rule", versioned=False):
    """A fixed price, or a percentage off the product's sale price, from a quantity on and between two dates.

    A rule without product and category holds for every product. The most precise rule wins: product before
    category before all, then the highest minimum quantity, then the latest start.
    """

    __label__ = _("Price rule")
    __labels__ = _("Price rules")
    __display__ = "id"

    price_list_id: Mapped[int] = reference("catalog.price_list", ondelete="CASCADE")
    price_list: Mapped[PriceList] = link("catalog.price_list", back="rules")
    product_id: Mapped[int | None] = reference("catalog.product", nullable=True, ondelete="CASCADE")
    product: Mapped[Product | None] = link("catalog.product")
    category_id: Mapped[int | None] = reference("catalog.category", nullable=True, ondelete="CASCADE")
    category: Mapped[Category | None] = link("catalog.category")
    min_quantity: Mapped[Decimal] = mapped_column(
        Quantity, default=Decimal(0), server_default=text("0"), info=about(_("From quantity"))
    )
    start_on: Mapped[date | None] = mapped_column(Date, info=about(_("From")))
    end_on: Mapped[date | None] = mapped_column(Date, info=about(_("Until")))
    price: Mapped[Decimal | None] = mapped_column(Price, info=about(_("Fixed price")))
    discount: Mapped[Decimal | None] = mapped_column(Rate, info=about(_("Discount in percent")))

    __constraints__ = (
        CheckConstraint("(price IS NULL) <> (discount IS NULL)", name="price_or_discount"),
        CheckConstraint("product_id IS NULL OR category_id IS NULL", name="product_or_category"),
        CheckConstraint("price >= 0", name="price_not_negative"),
        CheckConstraint("discount BETWEEN -1000 AND 100", name="discount_range"),
        CheckConstraint("min_quantity >= 0", name="min_quantity_not_negative"),
        CheckConstraint("end_on >= start_on", name="dates_in_order"),
    )


class PricedParty(Party, extends=True):
    """A customer may have a price list of their own in each company; the companies share the customer."""

    price_lists: Mapped[list[PriceList]] = link(
        "catalog.price_list", through="catalog.party_price_list", many=True
    )

    def before_save(self, env: Env) -> None:
        """One list in each company: two would leave open which price holds."""
        super().before_save(env)
        if not one_in_each_company(self, "price_lists"):
            raise Invalid(fields={"price_lists": _("Choose one price list only.")})


class PartyPriceList(Model, name="party_price_list", versioned=False):
    """Joins a customer and the price list that a company gives them."""

    __label__ = _("Price list of a customer")
    __labels__ = _("Price lists of customers")
    __display__ = "id"

    party_id: Mapped[int] = reference("base.party", ondelete="CASCADE", info=about(_("Customer")))
    price_list_id: Mapped[int] = reference("catalog.price_list", ondelete="CASCADE")

    __constraints__ = (UniqueConstraint("party_id", "price_list_id", name="once"),)


def one_in_each_company(record: Any, name: str) -> bool:
    """Whether a changed link of a shared record leads to at most one record of each company."""
    history = inspect(record).attrs[name].history
    if not history.added:
        return True
    companies = [other.company_id for other in getattr(record, name)]
    return len(companies) == len(set(companies))
