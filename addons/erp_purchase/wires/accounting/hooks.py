"""Make bills out of orders, and progress out of bills that match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_purchase.wires.accounting import billing, matching, proof, roles, screens
from addons.erp_purchase.wires.accounting.models import BilledInvoice, BilledLine
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from addons.erp_accounting.models import Invoice
    from addons.erp_purchase.models import Order
    from core.api import Env, Finding, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (BilledInvoice, BilledLine)


@hookimpl
def declare_roles() -> Sequence[Any]:
    return roles.ROLES


@hookimpl
def declare_views() -> Sequence[Any]:
    return screens.VIEWS


@hookimpl
def lock_first(env: Env, model: str, ids: Sequence[int]) -> None:
    if model == BilledInvoice.model_name:
        billing.hold_orders(env, ids)


@hookimpl
def invoice_posted(env: Env, invoice: Invoice) -> None:
    matching.check(env, invoice)
    billing.progressed(env, invoice)


@hookimpl
def credit_note_posted(env: Env, invoice: Invoice) -> None:
    billing.progressed(env, invoice)
    matching.check_credit(env, invoice)


@hookimpl
def purchase_order_cancelled(env: Env, order: Order) -> None:
    billing.refuse_billed(env, order)


@hookimpl
def verify(env: Env) -> Iterable[Finding]:
    return proof.findings(env)
