"""What ties a shipment and its moves to the order they are for."""

from sqlalchemy.orm import Mapped

from addons.erp_orders.models import Line, Order
from addons.erp_stock.models import Move, Shipment
from core.api import DocumentFields, link, reference


class OrderedShipment(Shipment, extends=True):
    """Back-orders and returns are for the same order."""

    __document_fields__ = DocumentFields(service_fields=("order_id",))

    order_id: Mapped[int | None] = reference("erp_orders.order", nullable=True)
    order: Mapped[Order | None] = link("erp_orders.order")


class OrderedMove(Move, extends=True):
    """Its quantity counts for one line of the order."""

    __document_fields__ = DocumentFields(service_fields=("order_line_id",))

    order_line_id: Mapped[int | None] = reference("erp_orders.line", nullable=True)
    order_line: Mapped[Line | None] = link("erp_orders.line")
