"""How far a company trusts its buyers and its vendors."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import ZERO, CompanyOwned, Model, Money, Rate, _, about


class Policy(CompanyOwned, Model, name="policy"):
    """One row a company. An empty limit means no limit; a tolerance of zero accepts nothing more."""

    __label__ = _("Purchasing rules")
    __labels__ = _("Purchasing rules")
    __display__ = "title"

    buyer_limit: Mapped[Decimal | None] = mapped_column(
        Money,
        info=about(
            _("A buyer confirms up to"),
            help=_("Before tax, in your currency; above it an approver decides. Empty: any amount."),
            track=True,
        ),
    )
    approver_limit: Mapped[Decimal | None] = mapped_column(
        Money,
        info=about(
            _("An approver confirms up to"),
            help=_("Before tax, in your currency; above it an administrator decides. Empty: any amount."),
            track=True,
        ),
    )
    receipt_over: Mapped[Decimal] = mapped_column(
        Rate,
        default=ZERO,
        server_default=text("0"),
        info=about(
            _("Accepted over-delivery %"), help=_("More than that is refused at the dock."), track=True
        ),
    )
    bill_quantity_over: Mapped[Decimal] = mapped_column(
        Rate,
        default=ZERO,
        server_default=text("0"),
        info=about(
            _("Accepted quantity on bills %"),
            help=_("How much more than was received a bill may ask for."),
            track=True,
        ),
    )
    bill_price_over: Mapped[Decimal] = mapped_column(
        Rate,
        default=ZERO,
        server_default=text("0"),
        info=about(
            _("Accepted price on bills %"),
            help=_("How much above the price of the order a bill may be."),
            track=True,
        ),
    )
    bill_amount_over: Mapped[Decimal] = mapped_column(
        Money,
        default=ZERO,
        server_default=text("0"),
        info=about(
            _("Accepted difference of a line"),
            help=_(
                "A price difference of at most this amount on a line is accepted whatever its percentage."
            ),
            track=True,
        ),
    )
    remind_after: Mapped[int] = mapped_column(
        Integer,
        default=1,
        server_default=text("1"),
        info=about(
            _("Remind after days"),
            help=_("How many days after the expected date the buyer is reminded."),
        ),
    )

    __constraints__ = (
        Index("company", "company_id", unique=True),
        CheckConstraint("buyer_limit >= 0 AND approver_limit >= 0", name="limits_not_negative"),
        CheckConstraint(
            "receipt_over >= 0 AND bill_quantity_over >= 0 AND bill_price_over >= 0"
            " AND bill_amount_over >= 0",
            name="tolerances_not_negative",
        ),
        CheckConstraint("remind_after BETWEEN 0 AND 365", name="remind_after_range"),
    )

    @property
    def title(self) -> str:
        return str(_("Purchasing rules"))
