"""What the salesperson sees of invoices and payments."""

from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from addons.bridge_crm_erp.models import AMOUNTS
from addons.crm_sales.models import Order as SalesOrder
from core.api import Choice, DocumentFields, Money, _, about, choice


class Payment(Choice):
    """How far the posted invoices of an order are paid; late is added when it is read."""

    OPEN = "open", _("Open")
    PARTLY = "partly", _("Partly paid"), "warn"
    PAID = "paid", _("Paid"), "ok"


class BilledOrder(SalesOrder, extends=True):
    """Sums over the posted invoices and credit notes of the order; empty before the first one."""

    __document_fields__ = DocumentFields(service_fields=("invoiced_amount", "open_amount", "payment"))

    invoiced_amount: Mapped[Decimal | None] = mapped_column(
        Money, info=about(_("Invoiced amount"), group=AMOUNTS)
    )
    open_amount: Mapped[Decimal | None] = mapped_column(Money, info=about(_("Open amount"), group=AMOUNTS))
    payment: Mapped[Payment | None] = choice(Payment, nullable=True)
