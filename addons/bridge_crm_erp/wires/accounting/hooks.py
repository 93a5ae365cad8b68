"""Invoices in, customer status out."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from addons.bridge_crm_erp.models import AMOUNTS
from addons.bridge_crm_erp.wires.accounting import documents
from addons.bridge_crm_erp.wires.customers import standing
from core.api import Role, hookimpl, in_company

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Select

    from addons.erp_accounting.models import Invoice
    from core.api import Env


@hookimpl
def declare_roles() -> Sequence[Role]:
    """Who reads the amounts of the books reads them beside orders and customers too."""
    return (Role("erp_accounting.viewer", field_groups=(AMOUNTS,)),)


@hookimpl
def bridge_billed(env: Env) -> Select[*tuple[Any, ...]]:
    return documents.billed(env)


@hookimpl
def invoice_posted(env: Env, invoice: Invoice) -> None:
    _refresh(env, [invoice])


@hookimpl
def credit_note_posted(env: Env, invoice: Invoice) -> None:
    _refresh(env, [invoice])


@hookimpl
def open_amounts_changed(env: Env, invoices: Sequence[Invoice]) -> None:
    _refresh(env, invoices)


def _refresh(env: Env, invoices: Iterable[Invoice]) -> None:
    customers: dict[int, set[int]] = defaultdict(set)
    for invoice in invoices:
        if invoice.kind in documents.KINDS:
            customers[invoice.company_id].add(invoice.party_id)
    for company_id, party_ids in customers.items():
        standing.refresh(env if company_id == env.company_id else in_company(env, company_id), party_ids)
