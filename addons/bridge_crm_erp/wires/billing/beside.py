"""The invoices of an order, for a salesperson who may not open the books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.bridge_crm_erp.models import AMOUNTS
from addons.bridge_crm_erp.wires.orders.models import MirroredOrder
from addons.erp_accounting.models import InvoiceKind, InvoiceState
from addons.erp_orders.wires.accounting.models import OrderInvoice
from core.api import ZERO, _

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from addons.crm_sales.models import Order
    from core.api import Env

DRAWN = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One invoice or credit note; a credit note has negative amounts."""

    name: str
    on: date | None
    due: date | None
    total: Decimal | None
    open: Decimal | None
    """Zero for one that is only proposed: nobody owes it yet. Both None for who sees no amounts."""
    is_open: bool
    currency: str
    status: str
    tone: str


def of(env: Env, order: Order) -> dict[str, Any] | None:
    """For the slot beside a CRM order; None while nothing was invoiced or proposed."""
    if order.id is None:
        return None
    with env.system("invoices of an order for a salesperson") as system:
        invoice, mirrored = system[OrderInvoice], system[MirroredOrder]
        query = (
            select(invoice)
            .join(mirrored, mirrored.id == invoice.order_id)
            .where(mirrored.crm_order_id == order.id, invoice.state != InvoiceState.CANCELLED)
            .order_by(invoice.id.desc())
            .limit(DRAWN + 1)
        )
        rows = [_row(env, one) for one in system.session.scalars(query)]
    if not rows:
        return None
    return {"rows": rows[:DRAWN], "more": len(rows) > DRAWN, "shown": env.access.shows(AMOUNTS)}


def _row(env: Env, invoice: OrderInvoice) -> Row:
    sign = -1 if invoice.kind is InvoiceKind.CUSTOMER_CREDIT_NOTE else 1
    status, tone = invoice.payment_status.label, invoice.payment_status.tone
    if invoice.state is InvoiceState.DRAFT:
        status, tone = _("Proposed"), ""
    elif invoice.open_amount and invoice.due_date and invoice.due_date < env.today():
        status, tone = _("Late"), "bad"
    shown = env.access.shows(AMOUNTS)
    still_open = sign * invoice.open_amount if invoice.state is InvoiceState.POSTED else ZERO
    return Row(
        name=invoice.number or invoice.kind.label,
        on=invoice.date,
        due=invoice.due_date,
        total=sign * invoice.total if shown else None,
        open=still_open if shown else None,
        is_open=bool(still_open),
        currency=invoice.currency,
        status=status,
        tone=tone,
    )
