"""What a buyer knows of a vendor."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from core.api import Invalid, Money, _, about


class Vendor(Party, extends=True):
    """A blocked vendor gets no more orders; those under way go on."""

    purchase_currency: Mapped[str | None] = mapped_column(
        String(3),
        info=about(_("Orders in"), help=_("The currency of orders to this vendor; empty means yours.")),
    )
    purchase_lead_days: Mapped[int | None] = mapped_column(
        Integer, info=about(_("Usual lead time"), help=_("In days, where a price says nothing else."))
    )
    minimum_order: Mapped[Decimal | None] = mapped_column(
        Money, info=about(_("Minimum order"), help=_("Before tax, in the currency of the order."), track=True)
    )
    remind_late: Mapped[bool] = mapped_column(
        Boolean,
        default=False,
        server_default=text("false"),
        info=about(_("Remind by e-mail when late")),
    )
    purchases_blocked: Mapped[bool] = mapped_column(
        Boolean,
        default=False,
        server_default=text("false"),
        info=about(_("Purchases blocked"), track=True),
    )
    purchase_block_reason: Mapped[str | None] = mapped_column(String(200), info=about(_("Block reason")))

    def before_save(self, env: Any) -> None:
        """Neither a lead time nor a minimum order is below zero."""
        super().before_save(env)
        wrong = {
            name: _("Enter zero or more.")
            for name in ("purchase_lead_days", "minimum_order")
            if (getattr(self, name) or 0) < 0
        }
        if wrong:
            raise Invalid(fields=wrong)
