"""Units of measure and how they convert."""

from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Choice, Model, Rate, _, about, choice


class UnitCategory(Choice):
    COUNT = "count", _("Number")
    WEIGHT = "weight", _("Weight")
    LENGTH = "length", _("Length")
    AREA = "area", _("Area")
    VOLUME = "volume", _("Volume")
    TIME = "time", _("Time")


class Unit(Model, name="unit"):
    """Units convert within their category only; the factor is fixed once the unit is used."""

    __label__ = _("Unit")
    __labels__ = _("Units")
    __kept__ = True
    __searchable__ = ("name", "code")

    name: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(
        String(3), info=about(_("Code"), help=_("UN/ECE Recommendation 20, printed on electronic invoices."))
    )
    category: Mapped[UnitCategory] = choice(UnitCategory, default=UnitCategory.COUNT)
    factor: Mapped[Decimal] = mapped_column(
        Rate, default=Decimal(1), info=about(help=_("How many reference units of the category one unit is."))
    )
    digits: Mapped[int] = mapped_column(
        SmallInteger,
        default=2,
        info=about(_("Decimals"), help=_("To how many decimals a quantity is rounded.")),
    )
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))

    __constraints__ = (
        UniqueConstraint("name", name="name_once"),
        CheckConstraint("factor > 0", name="factor_positive"),
        CheckConstraint("digits BETWEEN 0 AND 6", name="digits_range"),
    )
