"""What bills cost more or less than the goods were received at."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date
from sqlalchemy.orm import Mapped, mapped_column

from addons.erp_accounting.models import Account, Entry, Ledger
from addons.erp_purchase.models import Line, kept
from addons.erp_stock.models import Move
from core.api import CompanyOwned, Model, Money, _, about, link, reference


class PurchasingLedger(Ledger, extends=True):
    """Without an account of its own, a price difference is part of the cost of goods sold."""

    price_difference_id: Mapped[int | None] = reference(
        "erp_accounting.account",
        nullable=True,
        index=False,
        info=about(
            _("Price differences on purchases"),
            help=_(
                "What a bill costs more or less and the goods cannot bear, as when they went back at another"
                " value."
            ),
        ),
    )
    price_difference: Mapped[Account | None] = link("erp_accounting.account", key="price_difference_id")


class PriceDifference(CompanyOwned, Model, name="price_difference", versioned=False):
    """One step that takes a difference of price off the account of goods received: into the value of goods
    that came in, or onto an account by an entry of its own. Written by services only."""

    __label__ = _("Price difference")
    __labels__ = _("Price differences")
    __display__ = "amount"

    line_id: Mapped[int] = reference("erp_purchase.line", info=about(_("Order line")))
    line: Mapped[Line] = link("erp_purchase.line")
    move_id: Mapped[int | None] = reference("erp_stock.move", nullable=True, info=about(_("Goods received")))
    move: Mapped[Move | None] = link("erp_stock.move")
    """The goods that are worth so much more; what was sold of them since bears its share."""
    entry_id: Mapped[int | None] = reference(
        "erp_accounting.entry", nullable=True, info=about(_("Journal entry"))
    )
    entry: Mapped[Entry | None] = link("erp_accounting.entry")
    on: Mapped[date] = mapped_column(Date)
    amount: Mapped[Decimal] = mapped_column(Money)
    """Company currency; above zero when the bill is dearer."""

    __constraints__ = (
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        CheckConstraint("move_id IS NOT NULL OR entry_id IS NOT NULL", name="goods_or_account"),
    )

    @property
    def borne_by(self) -> str:
        """Where it went, in words."""
        return str(_("The goods") if self.move_id else _("The account"))

    def before_save(self, env: Any) -> None:
        """By services only."""
        super().before_save(env)
        kept.refuse_by_hand(env, self, "line_id", "move_id", "entry_id", "on", "amount")

    def before_delete(self, env: Any) -> None:
        """What was posted stays."""
        super().before_delete(env)
        raise kept.KeptByDocuments
