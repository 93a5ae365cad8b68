"""How far a customer is trusted."""

from decimal import Decimal

from sqlalchemy import Boolean, String, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from core.api import Money, Rate, _, about

CREDIT = "erp_orders.credit"
"""Field group: what a customer may owe."""


class Customer(Party, extends=True):
    """Without a limit a customer may owe any amount; a blocked one cannot order at all."""

    credit_limit: Mapped[Decimal | None] = mapped_column(
        Money,
        info=about(
            help=_("The most this customer may owe, open orders included; empty means no limit."),
            track=True,
            group=CREDIT,
        ),
    )
    under_delivery: Mapped[Decimal | None] = mapped_column(
        Rate,
        info=about(
            _("Accepted under-delivery %"),
            help=_("How much of a line this customer does not miss; new orders begin with it."),
        ),
    )
    orders_blocked: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=text("false"), info=about(_("Orders blocked"))
    )
    block_reason: Mapped[str | None] = mapped_column(String(200))
