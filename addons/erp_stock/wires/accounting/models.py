"""Where the bill of landed costs is booked."""

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Mapped

from addons.erp_accounting.models import Account
from addons.erp_stock.models import LandedCost, LandedCostState, kept
from core.api import _, about, link, reference


class BookedCost(LandedCost, extends=True):
    """Its counterpart in the ledger: the account of the carrier's bill; empty, landed costs to be billed."""

    account_id: Mapped[int | None] = reference(
        "erp_accounting.account",
        nullable=True,
        index=False,
        info=about(
            _("Booked on"),
            help=_("The account on the bill of these costs; empty: landed costs to be billed."),
        ),
    )
    account: Mapped[Account | None] = link("erp_accounting.account", key="account_id")

    def before_save(self, env: Any) -> None:
        """Posted, it stays."""
        super().before_save(env)
        if inspect(self).persistent and self.state is not LandedCostState.DRAFT:
            kept.refuse_by_hand(env, self, "account_id")
