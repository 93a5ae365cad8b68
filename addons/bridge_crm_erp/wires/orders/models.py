"""What ties the two orders together, and what comes back to the salesperson."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from addons.crm_sales.models import Order as SalesOrder
from addons.crm_sales.models import OrderLine as SalesOrderLine
from addons.erp_orders.models import Line, Order, Progress
from core.api import DocumentFields, _, about, choice, link, reference


class MirroredOrder(Order, extends=True):
    """At most one ERP order stands for a CRM order."""

    __document_fields__ = DocumentFields(service_fields=("crm_order_id",))

    crm_order_id: Mapped[int | None] = reference(
        "crm_sales.order", nullable=True, index=False, info=about(_("CRM order"))
    )
    crm_order: Mapped[SalesOrder | None] = link("crm_sales.order", key="crm_order_id")

    @property
    def agreed_in(self) -> str:
        """The commercial promise is the CRM's."""
        return super().agreed_in if self.crm_order_id is None else _("the CRM")

    __constraints__ = (UniqueConstraint("crm_order_id", name="crm_order_once"),)  # type: ignore[assignment]  # each fragment lists its own


class MirroredLine(Line, extends=True):
    """The line of the CRM order it fulfils; empty when that line was removed."""

    __document_fields__ = DocumentFields(service_fields=("crm_line_id",))

    crm_line_id: Mapped[int | None] = reference(
        "crm_sales.order_line", nullable=True, ondelete="SET NULL", info=about(_("CRM order line"))
    )
    crm_line: Mapped[SalesOrderLine | None] = link("crm_sales.order_line", key="crm_line_id")


class FulfilledOrder(SalesOrder, extends=True):
    """How far the ERP is; empty while no ERP order stands for it."""

    __document_fields__ = DocumentFields(service_fields=("delivery", "invoicing"))

    delivery: Mapped[Progress | None] = choice(Progress, nullable=True, info=about(_("Delivered")))
    invoicing: Mapped[Progress | None] = choice(Progress, nullable=True, info=about(_("Invoiced")))
