"""What ties an invoice and its lines to the order they are for."""

from sqlalchemy.orm import Mapped

from addons.erp_accounting.models import Invoice, InvoiceLine
from addons.erp_orders.models import Line, Order
from core.api import DocumentFields, link, reference


class OrderInvoice(Invoice, extends=True):
    """Credit notes of it are for the same order."""

    __document_fields__ = DocumentFields(service_fields=("order_id",))

    order_id: Mapped[int | None] = reference("erp_orders.order", nullable=True)
    order: Mapped[Order | None] = link("erp_orders.order")


class OrderInvoiceLine(InvoiceLine, extends=True):
    """Its quantity counts for one line of the order."""

    __document_fields__ = DocumentFields(service_fields=("order_line_id",))

    order_line_id: Mapped[int | None] = reference("erp_orders.line", nullable=True)
    order_line: Mapped[Line | None] = link("erp_orders.line")
