"""How an invoice says it is to be paid: discount and legal mentions."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from core.api import _, format_date, format_percent

if TYPE_CHECKING:
    from addons.erp_accounting.models import Invoice
    from core.api import Env


def sentences(env: Env, invoice: Invoice) -> list[str]:
    """Discount terms and what the law of the company's country wants."""
    if not invoice.kind.is_sale:
        return []
    found = []
    if invoice.discount_percent and invoice.discount_until:
        found.append(
            str(
                _(
                    "Discount of {percent} for payment until {day}.",
                    percent=format_percent(invoice.discount_percent),
                    day=format_date(invoice.discount_until),
                )
            )
        )
    return [*found, *chain.from_iterable(env.hooks.invoice_mentions(env=env, invoice=invoice))]
