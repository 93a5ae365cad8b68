"""Goods that are told apart: by batch, or piece by piece."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Product
from core.api import CompanyOwned, Model, _, about, link, reference


class Lot(CompanyOwned, Model, name="lot"):
    """A batch with one number, or one piece with a serial number. A serial is in one place at a time.

    Nothing of it leaves to a customer after the day it expires.
    """

    __searchable__ = ("name",)
    __label__ = _("Lot or serial number")
    __labels__ = _("Lots and serial numbers")

    name: Mapped[str] = mapped_column(String(60), info=about(_("Number")))
    product_id: Mapped[int] = reference("catalog.product")
    product: Mapped[Product] = link("catalog.product", key="product_id")
    expires_on: Mapped[date | None] = mapped_column(
        Date, info=about(_("Expires on"), help=_("The last day on which it may be used."), track=True)
    )
    note: Mapped[str | None] = mapped_column(String(400))

    __constraints__ = (
        UniqueConstraint("company_id", "product_id", "name", name="number_once"),
        CheckConstraint("name <> ''", name="number_not_empty"),
    )

    def is_expired(self, on: date) -> bool:
        """Past its last day on ``on``."""
        return self.expires_on is not None and self.expires_on < on

    def before_save(self, env: Any) -> None:
        """A number is written without spaces around it."""
        super().before_save(env)
        self.name = self.name.strip()
