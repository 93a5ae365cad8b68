"""What ties shipments, moves and supply requests to purchase orders."""

from typing import Any

from sqlalchemy import Boolean, select, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.erp_purchase.models import Line, Order, OrderState
from addons.erp_stock.models import Location, Move, Shipment, SupplyRequest
from core.api import DocumentFields, RuleBroken, _, about, link, reference


class AnswersRequests(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} answers supply requests, so it cannot be deleted.", order=order.title),
            hint=_("Cancel it instead: the requests are open again."),
        )


class StockedOrder(Order, extends=True):
    """Says where its goods come in, when that is not where receipts usually go."""

    __document_fields__ = DocumentFields(service_fields=("from_supply",))

    location_id: Mapped[int | None] = reference(
        "erp_stock.location", nullable=True, index=False, info=about(_("Receive at"))
    )
    location: Mapped[Location | None] = link("erp_stock.location", key="location_id")
    from_supply: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=text("false"), info=about(internal=True)
    )
    """Supply requests collect on it until somebody confirms it."""

    def before_delete(self, env: Any) -> None:
        """What answers supply requests is cancelled, not deleted."""
        super().before_delete(env)
        if self.from_supply and self.state is not OrderState.CANCELLED:
            raise AnswersRequests(self)


class StockedLine(Line, extends=True):
    """A line that answers supply requests stays on its order."""

    def before_delete(self, env: Any) -> None:
        """Its requests are cancelled first."""
        super().before_delete(env)
        request = env[PurchasedRequest]
        with env.session.no_autoflush:
            held = select(request.id).where(request.purchase_line_id == self.id).limit(1)
            if env.session.scalar(held) is not None:
                raise AnswersRequests(self.order)


class PurchasedShipment(Shipment, extends=True):
    """Back-orders and returns are for the same order."""

    __document_fields__ = DocumentFields(service_fields=("purchase_order_id",))

    purchase_order_id: Mapped[int | None] = reference("erp_purchase.order", nullable=True)
    purchase_order: Mapped[Order | None] = link("erp_purchase.order")


class PurchasedMove(Move, extends=True):
    """Its quantity counts for one line of the order."""

    __document_fields__ = DocumentFields(service_fields=("purchase_line_id",))

    purchase_line_id: Mapped[int | None] = reference("erp_purchase.line", nullable=True)
    purchase_line: Mapped[Line | None] = link("erp_purchase.line")


class PurchasedRequest(SupplyRequest, extends=True):
    """The line of a purchase order that answers it."""

    purchase_line_id: Mapped[int | None] = reference("erp_purchase.line", nullable=True)
    purchase_line: Mapped[Line | None] = link("erp_purchase.line")
