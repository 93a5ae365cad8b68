"""What quotes and sales orders have in common."""

from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import SmallInteger, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.catalog.models import PriceList, Product, Unit
from addons.crm_sales.models.opportunity import Opportunity
from addons.crm_sales.models.team import Team
from core.api import (
    ZERO,
    Choice,
    CompanyOwned,
    DocumentFields,
    Money,
    Price,
    Quantity,
    Rate,
    User,
    _,
    about,
    choice,
    link,
    reference,
)


class SalesDocument(CompanyOwned):
    """A customer, a currency, totals and the people in charge."""

    __document_fields__: ClassVar[DocumentFields | None] = DocumentFields(
        service_fields=("number",), computed_fields=("net", "tax", "rounding", "total", "tax_summary")
    )

    number: Mapped[str] = mapped_column(String(40))
    party_id: Mapped[int] = reference("base.party", info=about(_("Customer"), track=True))
    party: Mapped[Party] = link("base.party", key="party_id")
    contact_id: Mapped[int | None] = reference("base.party", nullable=True)
    contact: Mapped[Party | None] = link("base.party", key="contact_id")
    opportunity_id: Mapped[int | None] = reference("crm_sales.opportunity", nullable=True)
    opportunity: Mapped[Opportunity | None] = link("crm_sales.opportunity")
    price_list_id: Mapped[int | None] = reference("catalog.price_list", nullable=True)
    price_list: Mapped[PriceList | None] = link("catalog.price_list")
    owner_id: Mapped[int | None] = reference("core.user", nullable=True, info=about(track=True))
    owner: Mapped[User | None] = link("core.user", key="owner_id")
    team_id: Mapped[int | None] = reference("crm_sales.team", nullable=True)
    team: Mapped[Team | None] = link("crm_sales.team")
    customer_reference: Mapped[str | None] = mapped_column(String(80), info=about(_("Their reference")))
    invoice_address: Mapped[str | None] = mapped_column(Text)
    delivery_address: Mapped[str | None] = mapped_column(Text, info=about(_("Deliver to")))
    terms: Mapped[str | None] = mapped_column(Text, info=about(help=_("Printed under the lines.")))
    currency: Mapped[str] = mapped_column(String(3))
    net: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, server_default=text("0"), info=about(_("Total before tax"))
    )
    tax: Mapped[Decimal] = mapped_column(Money, default=ZERO, server_default=text("0"))
    rounding: Mapped[Decimal] = mapped_column(Money, default=ZERO, server_default=text("0"))
    total: Mapped[Decimal] = mapped_column(Money, default=ZERO, server_default=text("0"))
    tax_summary: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'"), info=about(internal=True)
    )
    """Per tax: {"tax_id", "name", "rate", "included", "base", "amount"}, amounts as text."""


class LineKind(Choice):
    PRODUCT = "product", _("Product")
    SECTION = "section", _("Section")
    NOTE = "note", _("Note")


class SalesLine:
    """A product with its quantity and price, or a heading, or a remark."""

    __document_fields__: ClassVar[DocumentFields | None] = DocumentFields(computed_fields=("net", "tax"))

    position: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    kind: Mapped[LineKind] = choice(LineKind, default=LineKind.PRODUCT)
    product_id: Mapped[int | None] = reference("catalog.product", nullable=True)
    product: Mapped[Product | None] = link("catalog.product")
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(1), server_default=text("1"))
    unit_id: Mapped[int | None] = reference("catalog.unit", nullable=True, index=False)
    unit: Mapped[Unit | None] = link("catalog.unit")
    unit_price: Mapped[Decimal] = mapped_column(Price, default=ZERO, server_default=text("0"))
    discount: Mapped[Decimal] = mapped_column(
        Rate, default=ZERO, server_default=text("0"), info=about(_("Discount in percent"))
    )
    net: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, server_default=text("0"), info=about(_("Before tax"))
    )
    tax: Mapped[Decimal] = mapped_column(Money, default=ZERO, server_default=text("0"))

    @property
    def is_product(self) -> bool:
        return self.kind in (None, LineKind.PRODUCT)
