"""Buyers read the bills of vendors; who writes bills reads the orders they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.erp_accounting.models import AMOUNTS, Invoice, InvoiceLine, InvoiceLineTax, PaymentTerm
from addons.erp_purchase.models import Line, LineTax, Order, Policy
from addons.erp_purchase.wires.accounting import billing
from core.api import Grant, Role

if TYPE_CHECKING:
    from core.api import Env


def _bills(_env: Env, invoice: Any) -> Any:
    return invoice.kind.in_(billing.KINDS)


def _lines_of_bills(env: Env, line: Any) -> Any:
    invoice = env[Invoice]
    return line.invoice_id.in_(select(invoice.id).where(invoice.kind.in_(billing.KINDS)))


def _taxes_of_bills(env: Env, tax: Any) -> Any:
    line = env[InvoiceLine]
    return tax.line_id.in_(select(line.id).where(_lines_of_bills(env, line)))


ROLES = (
    Role(
        "erp_purchase.reader",
        grants=(
            Grant(Invoice, "r", _bills),
            Grant(InvoiceLine, "r", _lines_of_bills),
            Grant(InvoiceLineTax, "r", _taxes_of_bills),
            Grant(PaymentTerm, "r"),
        ),
        field_groups=(AMOUNTS,),
    ),
    Role(
        "erp_accounting.viewer",
        grants=(Grant(Order, "r"), Grant(Line, "r"), Grant(LineTax, "r"), Grant(Policy, "r")),
    ),
)
