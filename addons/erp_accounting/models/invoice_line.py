"""The lines of invoices and credit notes."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Product, Tax, Unit
from addons.erp_accounting.models import guards
from addons.erp_accounting.models.account import Account
from addons.erp_accounting.models.entry import AMOUNTS
from addons.erp_accounting.models.invoice import Invoice
from core.api import ZERO, Choice, CompanyOwned, Model, Money, Price, Quantity, Rate, Trigger, _, about, choice, link, reference


class LineKind(Choice):
    PRODUCT = "product", _("Line")
    SECTION = "section", _("Section")
    NOTE = "note", _("Note")


class InvoiceLine(CompanyOwned, Model, name="invoice_line", versioned=False):
    """Quantity times price less discount, rounded once; a negative quantity takes something back, as a deposit."""

    __label__ = _("Invoice line")
    __labels__ = _("Invoice lines")
    __display__ = "description"

    invoice_id: Mapped[int] = reference("erp_accounting.invoice", ondelete="CASCADE")
    invoice: Mapped[Invoice] = link("erp_accounting.invoice", back="lines")
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    kind: Mapped[LineKind] = choice(LineKind, default=LineKind.PRODUCT, info=about(_("Kind of line")))
    product_id: Mapped[int | None] = reference("catalog.product", nullable=True, info=about(_("Product")))
    product: Mapped[Product | None] = link("catalog.product")
    description: Mapped[str] = mapped_column(Text, default="", server_default="", info=about(_("Description")))
    quantity: Mapped[Decimal] = mapped_column(
        Quantity, default=Decimal(1), server_default="1", info=about(_("Quantity"))
    )
    unit_id: Mapped[int | None] = reference("catalog.unit", nullable=True, index=False, info=about(_("Unit")))
    unit: Mapped[Unit | None] = link("catalog.unit")
    unit_price: Mapped[Decimal] = mapped_column(Price, default=ZERO, info=about(_("Unit price"), group=AMOUNTS))
    discount: Mapped[Decimal] = mapped_column(
        Rate, default=ZERO, server_default="0", info=about(_("Disc. %"), group=AMOUNTS)
    )
    account_id: Mapped[int | None] = reference(
        "erp_accounting.account", nullable=True, index=False, info=about(_("Account"))
    )
    account: Mapped[Account | None] = link("erp_accounting.account")
    net: Mapped[Decimal] = mapped_column(Money, default=ZERO, info=about(_("Before tax"), group=AMOUNTS))
    """The line's share of the document's net."""
    taxes: Mapped[list[Tax]] = link("catalog.tax", through="erp_accounting.invoice_line_tax", many=True)

    __constraints__ = (
        CheckConstraint("discount BETWEEN 0 AND 100", name="discount_in_range"),
        Index("company_product", "company_id", "product_id"),
    )
    __triggers__ = (Trigger("posted_is_final", "BEFORE INSERT OR UPDATE OR DELETE", guards.LINE_OF_POSTED_INVOICE),)


class InvoiceLineTax(Model, name="invoice_line_tax", versioned=False):
    """Joins an invoice line and a tax on it."""

    line_id: Mapped[int] = reference("erp_accounting.invoice_line", ondelete="CASCADE")
    tax_id: Mapped[int] = reference("catalog.tax")

    __constraints__ = (Index("once", "line_id", "tax_id", unique=True),)
    __triggers__ = (Trigger("posted_is_final", "BEFORE INSERT OR UPDATE OR DELETE", guards.TAX_OF_POSTED_LINE),)
