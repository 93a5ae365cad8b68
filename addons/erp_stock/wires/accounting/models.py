"""Where the bill of landed costs is booked."""

from sqlalchemy.orm import Mapped

from addons.erp_accounting.models import Account
from addons.erp_stock.models import LandedCost
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
