"""ERP invoices in, amounts of the CRM order out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.bridge_crm_erp.wires.billing import beside, billing
from addons.bridge_crm_erp.wires.billing.models import BilledOrder
from addons.crm_sales.models import Order as SalesOrder
from addons.erp_accounting.models import Invoice
from core.api import Column, Field, FormExtension, ListExtension, Slot, hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from addons.bridge_crm_erp.services.drift import Comparison
    from core.api import Env, Model


def _shown(name: str, after: str) -> Field:
    return Field(name, after=after, readonly=True, visible=lambda order: order.payment is not None)


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (BilledOrder,)


@hookimpl
def declare_views() -> Sequence[Any]:
    return (
        ListExtension(
            SalesOrder,
            columns=(
                Column("payment", after="status"),
                Column("open_amount", sum=True, hidden=True, after="total"),
            ),
            filters=("payment",),
        ),
        FormExtension(
            SalesOrder,
            fields=(
                _shown("invoiced_amount", after="requested_date"),
                _shown("open_amount", after="invoiced_amount"),
                _shown("payment", after="open_amount"),
            ),
        ),
        Slot("crm_sales.order.side", template="bridge_crm_erp/_order_invoices.html", context=beside.of),
    )


@hookimpl
def lock_first(env: Env, model: str, ids: Sequence[int]) -> None:
    if model == Invoice.model_name:
        billing.hold(env, ids)


@hookimpl
def invoice_posted(env: Env, invoice: Invoice) -> None:
    billing.invoiced(env, invoice)


@hookimpl
def credit_note_posted(env: Env, invoice: Invoice) -> None:
    billing.credited(env, invoice)


@hookimpl
def open_amounts_changed(env: Env, invoices: Sequence[Invoice]) -> None:
    billing.changed(env, invoices)


@hookimpl
def invoice_paid(env: Env, invoice: Invoice) -> None:
    billing.paid(env, invoice)


@hookimpl
def bridge_compare(env: Env) -> Iterable[Comparison]:
    return billing.compare(env)


@hookimpl
def bridge_repair(env: Env, kind: str, record_id: int) -> None:
    if kind == "amounts":
        billing.repair(env, record_id)
