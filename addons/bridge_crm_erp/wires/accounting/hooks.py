"""Invoices in, customer status out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import Party
from addons.bridge_crm_erp.wires.accounting import late, standing
from addons.bridge_crm_erp.wires.accounting.models import InvoicedParty
from core.api import Column, Field, FormExtension, ListExtension, Section, _, hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from addons.bridge_crm_erp.models import CatchUp
    from addons.bridge_crm_erp.services.drift import Comparison
    from addons.erp_accounting.models import Invoice
    from core.api import Env, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (InvoicedParty,)


@hookimpl
def declare_views() -> Sequence[Any]:
    return (
        ListExtension(
            Party,
            columns=(Column("customer_status", after="name"), Column("revenue", sum=True, hidden=True)),
            filters=("customer_status",),
        ),
        FormExtension(
            Party,
            sections=(
                Section(
                    _("Purchases"),
                    (Field("customer_status", readonly=True), Field("last_purchase", readonly=True)),
                    (Field("revenue", readonly=True), Field("overdue_amount", readonly=True)),
                    visible=lambda party: party.customer_status is not None,
                ),
            ),
        ),
    )


@hookimpl
def invoice_posted(env: Env, invoice: Invoice) -> None:
    if invoice.kind in standing.KINDS:
        standing.refresh(env, [invoice.party_id])


@hookimpl
def credit_note_posted(env: Env, invoice: Invoice) -> None:
    if invoice.kind in standing.KINDS:
        standing.refresh(env, [invoice.party_id])


@hookimpl
def open_amounts_changed(env: Env, invoices: Sequence[Invoice]) -> None:
    customers = {invoice.party_id for invoice in invoices if invoice.kind in standing.KINDS}
    if customers:
        standing.refresh(env, customers)


@hookimpl
def bridge_refresh(env: Env) -> None:
    standing.refresh(env)


@hookimpl
def bridge_pending(env: Env) -> dict[str, int]:
    return {"customers": standing.pending(env)}


@hookimpl
def bridge_catch_up(env: Env, run: CatchUp) -> None:
    standing.catch_up(env, run)


@hookimpl
def bridge_compare(env: Env) -> Iterable[Comparison]:
    return standing.compare(env)


@hookimpl
def bridge_repair(env: Env, kind: str, record_id: int) -> None:
    if kind == "customers":
        standing.refresh(env, [record_id])


@hookimpl
def bridge_waiting(env: Env) -> dict[str, int]:
    return {"late": late.invoices(env)}
