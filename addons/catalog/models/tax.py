"""Taxes on what is sold and bought."""

from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Choice, CompanyOwned, Env, Invalid, Model, Rate, _, about, choice


class TaxKind(Choice):
    SALE = "sale", _("Sales")
    PURCHASE = "purchase", _("Purchases")


class TaxScope(Choice):
    ANY = "any", _("Goods and services")
    GOODS = "goods", _("Goods")
    SERVICE = "service", _("Services")


class TaxCategory(Choice):
    """The VAT categories of EN 16931 (UNTDID 5305)."""

    STANDARD = "S", _("Standard rate")
    ZERO = "Z", _("Zero rate")
    EXEMPT = "E", _("Exempt")
    REVERSE_CHARGE = "AE", _("Reverse charge")
    INTRA_COMMUNITY = "K", _("Intra-community supply")
    EXPORT = "G", _("Export outside the EU")
    OUTSIDE_SCOPE = "O", _("Outside the scope of VAT")


class Tax(CompanyOwned, Model, name="tax"):
    """A tax that was used on a document is archived, not changed: make a new one for a new rate."""

    __label__ = _("Tax")
    __labels__ = _("Taxes")
    __kept__ = True
    __searchable__ = ("name", "code")

    name: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(30))
    kind: Mapped[TaxKind] = choice(TaxKind, default=TaxKind.SALE)
    rate: Mapped[Decimal] = mapped_column(Rate, info=about(_("Rate in percent")))
    included: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=text("false"), info=about(_("Included in the price"))
    )
    scope: Mapped[TaxScope] = choice(TaxScope, default=TaxScope.ANY)
    category: Mapped[TaxCategory] = choice(TaxCategory, default=TaxCategory.STANDARD)
    exemption_reason: Mapped[str | None] = mapped_column(
        Text, info=about(help=_("Printed on the invoice when nothing is charged."))
    )
    position: Mapped[int] = mapped_column(SmallInteger, default=10, server_default=text("10"))
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))

    __constraints__ = (
        UniqueConstraint("company_id", "code", name="code_once"),
        CheckConstraint("rate >= 0 AND rate <= 1000", name="rate_range"),
    )

    def before_save(self, env: Env) -> None:
        """Documents name their taxes by code, separated by spaces: a code is one word."""
        super().before_save(env)
        if self.code and "".join(self.code.split()) != self.code:
            raise Invalid(fields={"code": _("Write the code without spaces.")})
