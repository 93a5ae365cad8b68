"""ERP invoices in, amounts of the CRM order out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.bridge_crm_erp.wires.billing import billing
from addons.bridge_crm_erp.wires.billing.models import BilledOrder
from addons.crm_sales.models import Order as SalesOrder
from core.api import Column, Field, FormExtension, ListExtension, hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from addons.bridge_crm_erp.services.drift import Comparison
    from addons.erp_accounting.models import Invoice
    from core.api import Env, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (BilledOrder,)


@hookimpl
def declare_views() -> Sequence[Any]:
    shown = {"readonly": True, "visible": lambda order: order.invoiced_amount is not None}
    return (
        ListExtension(
            SalesOrder,
            columns=(
                Column("payment", after="invoicing"),
                Column("open_amount", sum=True, hidden=True, after="total"),
            ),
            filters=("payment",),
        ),
        FormExtension(
            SalesOrder,
            fields=(
                Field("invoiced_amount", after="invoicing", **shown),
                Field("open_amount", after="invoiced_amount", **shown),
                Field("payment", after="open_amount", **shown),
            ),
        ),
    )


@hookimpl
def invoice_posted(env: Env, invoice: Invoice) -> None:
    billing.invoiced(env, invoice)


@hookimpl
def credit_note_posted(env: Env, invoice: Invoice) -> None:
    billing.credited(env, invoice)


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
