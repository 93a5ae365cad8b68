"""Invoices, credit notes and payments out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.bridge_crm_erp.models import Event
from addons.bridge_crm_erp.services import outgoing
from addons.erp_accounting.models import InvoiceKind
from core.api import hookimpl

if TYPE_CHECKING:
    from addons.erp_accounting.models import Invoice
    from core.api import Env

CUSTOMERS = {InvoiceKind.CUSTOMER_INVOICE, InvoiceKind.CUSTOMER_CREDIT_NOTE}


@hookimpl
def invoice_posted(env: Env, invoice: Invoice) -> None:
    _tell(env, Event.INVOICED, invoice)


@hookimpl
def credit_note_posted(env: Env, invoice: Invoice) -> None:
    _tell(env, Event.CREDITED, invoice)


@hookimpl
def invoice_paid(env: Env, invoice: Invoice) -> None:
    _tell(env, Event.PAID, invoice)


def _tell(env: Env, event: Event, invoice: Invoice) -> None:
    if invoice.kind in CUSTOMERS:
        outgoing.tell(env, event, invoice)
