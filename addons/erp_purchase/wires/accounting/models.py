"""What ties a bill and its lines to the orders they are for."""

from decimal import Decimal

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from addons.erp_accounting.models import Invoice, InvoiceLine
from addons.erp_purchase.models import Line, Order
from core.api import DocumentFields, Money, User, _, about, link, reference

ACCEPTED = ("match_reason", "match_by_id", "match_total")


class BilledInvoice(Invoice, extends=True):
    """A bill for an order; somebody with the right may accept that it does not match."""

    __not_copied__ = frozenset(ACCEPTED)
    __document_fields__ = DocumentFields(service_fields=("purchase_order_id", *ACCEPTED))

    purchase_order_id: Mapped[int | None] = reference("erp_purchase.order", nullable=True)
    purchase_order: Mapped[Order | None] = link("erp_purchase.order")
    match_reason: Mapped[str | None] = mapped_column(
        String(300), info=about(_("Accepted because"), track=True)
    )
    match_by_id: Mapped[int | None] = reference(
        "core.user", nullable=True, index=False, info=about(_("Accepted by"), track=True)
    )
    match_by: Mapped[User | None] = link("core.user", key="match_by_id")
    match_total: Mapped[Decimal | None] = mapped_column(Money, info=about(_("Accepted total"), internal=True))
    """The total that was accepted; another total has to be accepted anew."""


class BilledLine(InvoiceLine, extends=True):
    """Its quantity counts for one line of the order."""

    __document_fields__ = DocumentFields(service_fields=("purchase_line_id",))

    purchase_line_id: Mapped[int | None] = reference("erp_purchase.line", nullable=True)
    purchase_line: Mapped[Line | None] = link("erp_purchase.line")
