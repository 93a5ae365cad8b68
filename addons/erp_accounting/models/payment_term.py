"""When a document is to be paid, in one or several instalments."""

from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import ZERO, Choice, CompanyOwned, Model, Rate, _, about, choice, link, reference


class Share(Choice):
    PERCENT = "percent", _("Percent of the total")
    FIXED = "fixed", _("Fixed amount")
    REST = "rest", _("The rest")


class Delay(Choice):
    AFTER = "after", _("Days after the document")
    MONTH_END = "month_end", _("Days, then end of month")
    AFTER_MONTH_END = "after_month_end", _("End of month, then days")
    DAY_OF_MONTH = "day_of_month", _("Days, then a day of the month")
    MONTH_END_DAY = "month_end_day", _("Days, end of month, then a day of the month")


class DiscountTax(Choice):
    """What an early payment does to the tax (in the EU both are met; the contract says which)."""

    REDUCED = "reduced", _("Tax goes down with the discount")
    KEPT = "kept", _("Discount before tax only")


class PaymentTerm(CompanyOwned, Model, name="payment_term"):
    """Instalments in order; whatever the earlier ones leave, cents included, is due with the last."""

    __label__ = _("Payment term")
    __labels__ = _("Payment terms")
    __kept__ = True
    __searchable__ = ("name",)

    name: Mapped[str] = mapped_column(String(100), info=about(_("Name")))
    note: Mapped[str] = mapped_column(
        Text,
        default="",
        server_default="",
        info=about(_("Text on the document"), help=_("Printed under the totals.")),
    )
    active: Mapped[bool] = mapped_column(
        Boolean, default=True, server_default="true", info=about(_("Active"))
    )
    discount_percent: Mapped[Decimal] = mapped_column(
        Rate, default=ZERO, server_default="0", info=about(_("Early payment discount %"))
    )
    discount_days: Mapped[int] = mapped_column(
        Integer, default=0, server_default="0", info=about(_("When paid within days"))
    )
    discount_tax: Mapped[DiscountTax] = choice(
        DiscountTax, default=DiscountTax.REDUCED, info=about(_("Tax of the discount"))
    )
    cash: Mapped[bool] = mapped_column(
        Boolean,
        default=False,
        server_default="false",
        info=about(
            _("Paid in coins"),
            help=_("The total is rounded to the smallest coin of its currency, such as 0.05 CHF."),
        ),
    )
    lines: Mapped[list["PaymentTermLine"]] = link(
        "erp_accounting.payment_term_line",
        back="term",
        many=True,
        order_by="position",
        owned=True,
        lazy="selectin",
    )

    __constraints__ = (
        CheckConstraint(
            "discount_percent >= 0 AND discount_percent < 100 AND discount_days BETWEEN 0 AND 3650",
            name="discount_in_range",
        ),
    )


class PaymentTermLine(Model, name="payment_term_line", versioned=False):
    """One instalment: how much, and when."""

    __label__ = _("Instalment")
    __labels__ = _("Instalments")
    __display__ = "share"

    term_id: Mapped[int] = reference("erp_accounting.payment_term", ondelete="CASCADE")
    term: Mapped[PaymentTerm] = link("erp_accounting.payment_term", back="lines")
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    share: Mapped[Share] = choice(Share, default=Share.REST, info=about(_("Share")))
    value: Mapped[Decimal] = mapped_column(
        Rate, default=ZERO, server_default="0", info=about(_("Percent or amount"))
    )
    delay: Mapped[Delay] = choice(Delay, default=Delay.AFTER, info=about(_("Due")))
    months: Mapped[int] = mapped_column(Integer, default=0, server_default="0", info=about(_("Months")))
    days: Mapped[int] = mapped_column(Integer, default=0, server_default="0", info=about(_("Days")))
    day: Mapped[int] = mapped_column(
        Integer, default=0, server_default="0", info=about(_("Day of the month"))
    )

    __constraints__ = (
        CheckConstraint("value >= 0", name="value_not_negative"),
        CheckConstraint("months BETWEEN 0 AND 120 AND days BETWEEN 0 AND 3650", name="delay_in_range"),
        CheckConstraint(
            "day BETWEEN 0 AND 31 AND (delay NOT IN ('day_of_month', 'month_end_day') OR day > 0)",
            name="day_of_month",
        ),
    )
