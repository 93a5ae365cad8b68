"""Posted customer invoices and credit notes, as the figures of customers read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.erp_accounting.models import Invoice, InvoiceKind, InvoiceState

if TYPE_CHECKING:
    from sqlalchemy import Select

    from core.api import Env

KINDS = (InvoiceKind.CUSTOMER_INVOICE, InvoiceKind.CUSTOMER_CREDIT_NOTE)


def billed(env: Env) -> Select[*tuple[Any, ...]]:
    """One row for each; see the hook ``bridge_billed``."""
    invoice = env[Invoice]
    return select(
        invoice.party_id,
        (invoice.kind == InvoiceKind.CUSTOMER_CREDIT_NOTE).label("is_note"),
        invoice.date,
        invoice.due_date,
        invoice.paid_on,
        invoice.net_company.label("net"),
        (invoice.open_amount > 0).label("open"),
        invoice.open_amount_company.label("owed"),
    ).where(
        invoice.kind.in_(KINDS),
        invoice.state == InvoiceState.POSTED,
        invoice.company_id == env.company_id,
    )
