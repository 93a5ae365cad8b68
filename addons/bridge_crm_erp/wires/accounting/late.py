"""Who is late, for the Bridge page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.bridge_crm_erp.wires.accounting.standing import KINDS
from addons.erp_accounting.models import Invoice, InvoiceKind, InvoiceState

if TYPE_CHECKING:
    from core.api import Env


def invoices(env: Env) -> int:
    """Posted customer invoices of the company that are open past their due date."""
    invoice = env[Invoice]
    query = (
        select(func.count())
        .select_from(invoice)
        .where(
            invoice.company_id == env.company_id,
            invoice.kind.in_(KINDS),
            invoice.kind != InvoiceKind.CUSTOMER_CREDIT_NOTE,
            invoice.state == InvoiceState.POSTED,
            invoice.open_amount > 0,
            invoice.due_date < env.today(),
        )
    )
    return env.session.scalar(query) or 0
