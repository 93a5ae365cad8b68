"""Currencies and what they are worth, day by day."""

import datetime
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import CompanyOwned, Model, Rate, _, about


class Currency(Model, name="currency"):
    """Only active currencies are offered on new documents; the decimals come from CLDR."""

    __label__ = _("Currency")
    __labels__ = _("Currencies")
    __display__ = "code"
    __searchable__ = ("code", "name")

    code: Mapped[str] = mapped_column(String(3), info=about(help=_("Three letters, for instance EUR.")))
    name: Mapped[str] = mapped_column(String(80))
    digits: Mapped[int] = mapped_column(SmallInteger, default=2, info=about(_("Decimals")))
    active: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))

    __constraints__ = (
        UniqueConstraint("code", name="code_once"),
        CheckConstraint("code ~ '^[A-Z]{3}$'", name="code_is_iso"),
    )


class ExchangeRate(CompanyOwned, Model, name="exchange_rate"):
    """Units of the company's currency for one unit of the foreign one; valid until the next date."""

    __label__ = _("Exchange rate")
    __labels__ = _("Exchange rates")
    __display__ = "currency"

    currency: Mapped[str] = mapped_column(String(3))
    date: Mapped[datetime.date] = mapped_column(Date)
    rate: Mapped[Decimal] = mapped_column(
        Rate, info=about(help=_("How much of the company's currency one unit costs."))
    )

    __constraints__ = (
        UniqueConstraint("company_id", "currency", "date", name="one_a_day"),
        CheckConstraint("rate > 0", name="rate_positive"),
    )


class Country(Model, name="country"):
    """The countries of ISO 3166; the name is the English one, screens show the reader's."""

    __label__ = _("Country")
    __labels__ = _("Countries")
    __searchable__ = ("code", "name")

    code: Mapped[str] = mapped_column(String(2))
    name: Mapped[str] = mapped_column(String(80))
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))

    __constraints__ = (
        UniqueConstraint("code", name="code_once"),
        CheckConstraint("code ~ '^[A-Z]{2}$'", name="code_is_iso"),
    )
