"""Make invoices out of orders, and progress out of invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_orders.models import CREDIT
from addons.erp_orders.wires.accounting import invoicing, proof, screens
from addons.erp_orders.wires.accounting.models import OrderInvoice, OrderInvoiceLine
from core.api import Role, hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from addons.base.models import Party
    from addons.erp_accounting.models import Invoice
    from addons.erp_orders.models import Order
    from core.api import Env, Finding, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (OrderInvoice, OrderInvoiceLine)


@hookimpl
def declare_roles() -> Sequence[Role]:
    """Who reads the books reads how far customers are trusted."""
    return (Role("erp_accounting.viewer", field_groups=(CREDIT,)),)


@hookimpl
def declare_views() -> Sequence[Any]:
    return screens.VIEWS


@hookimpl
def lock_first(env: Env, model: str, ids: Sequence[int]) -> None:
    if model == OrderInvoice.model_name:
        invoicing.hold_orders(env, ids)


@hookimpl
def invoice_posted(env: Env, invoice: Invoice) -> None:
    invoicing.progressed(env, invoice)


@hookimpl
def credit_note_posted(env: Env, invoice: Invoice) -> None:
    invoicing.progressed(env, invoice)


@hookimpl
def customer_order_cancelled(env: Env, order: Order) -> None:
    invoicing.refuse_invoiced(env, order)


@hookimpl
def credit_used(env: Env, party: Party) -> Decimal:
    return invoicing.open_amount(env, party)


@hookimpl
def verify(env: Env) -> Iterable[Finding]:
    return proof.findings(env)
