"""What a vendor asks for a product."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.catalog.models import Product, Unit
from core.api import ZERO, CompanyOwned, Model, Price, Quantity, Rate, _, about, link, reference


class VendorPrice(CompanyOwned, Model, name="price"):
    """A price holds from a quantity on and between two dates; the highest quantity reached wins, then the
    latest start.

    The price and the minimum quantity are for the unit named here: the vendor sells in boxes, we keep pieces.
    """

    __label__ = _("Vendor price")
    __labels__ = _("Vendor prices")
    __display__ = "title"
    __searchable__ = ("vendor_code", "vendor_name")

    party_id: Mapped[int] = reference("base.party", info=about(_("Vendor")))
    party: Mapped[Party] = link("base.party")
    product_id: Mapped[int] = reference("catalog.product", ondelete="CASCADE")
    product: Mapped[Product] = link("catalog.product")
    vendor_code: Mapped[str | None] = mapped_column(String(60), info=about(_("Vendor's reference")))
    vendor_name: Mapped[str | None] = mapped_column(String(200), info=about(_("Vendor's name for it")))
    unit_id: Mapped[int | None] = reference("catalog.unit", nullable=True, info=about(_("Sold in")))
    unit: Mapped[Unit | None] = link("catalog.unit")
    min_quantity: Mapped[Decimal] = mapped_column(
        Quantity, default=ZERO, server_default=text("0"), info=about(_("From quantity"))
    )
    price: Mapped[Decimal] = mapped_column(Price, info=about(track=True))
    discount: Mapped[Decimal] = mapped_column(
        Rate, default=ZERO, server_default=text("0"), info=about(_("Discount %"), track=True)
    )
    currency: Mapped[str] = mapped_column(String(3))
    lead_days: Mapped[int | None] = mapped_column(
        Integer, info=about(_("Lead time"), help=_("In days, from the order to the receipt."))
    )
    start_on: Mapped[date | None] = mapped_column(Date, info=about(_("From")))
    end_on: Mapped[date | None] = mapped_column(Date, info=about(_("Until")))

    __constraints__ = (
        CheckConstraint("min_quantity >= 0", name="min_quantity_not_negative"),
        CheckConstraint("price >= 0", name="price_not_negative"),
        CheckConstraint("discount BETWEEN 0 AND 100", name="discount_range"),
        CheckConstraint("lead_days >= 0", name="lead_days_not_negative"),
        CheckConstraint("end_on >= start_on", name="dates_in_order"),
        Index("by_product", "company_id", "product_id", "party_id"),
    )

    def before_save(self, env: Any) -> None:
        """In the vendor's currency unless another is given."""
        super().before_save(env)
        if not self.currency:
            vendor = self.party
            self.currency = getattr(vendor, "purchase_currency", None) or env.company.currency

    @property
    def title(self) -> str:
        """Vendor and product."""
        return ", ".join(one.name for one in (self.party, self.product) if one is not None)
