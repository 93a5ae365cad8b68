"""Take a posted invoice back: as a draft to look at, at once, or to write it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_accounting.services import drafting, invoices
from core.api import Choice, _, copied

if TYPE_CHECKING:
    from datetime import date

    from addons.erp_accounting.models import Invoice
    from core.api import Env


class Correction(Choice):
    DRAFT = "draft", _("Write a draft credit note, for instance of a part")
    REFUND = "refund", _("Post a credit note of all of it")
    REDO = "redo", _("Post a credit note and begin a new draft")


def correct(
    env: Env,
    invoice: Invoice,
    *,
    how: str = Correction.DRAFT.value,
    date: date | None = None,
    reason: str = "",
) -> Invoice:
    """Give back what to go on with: the credit note, or the new draft with the same lines.

    A posted credit note settles the invoice as far as it is open; what was paid already stays as credit.
    """
    note = invoices.credit(env, invoice, date=date, reason=reason)
    if how == Correction.DRAFT.value:
        return note
    invoices.post(env, note)
    return again(env, invoice) if how == Correction.REDO.value else note


def again(env: Env, invoice: Invoice) -> Invoice:
    """A new draft with the lines and terms of an invoice; its date is open."""
    new = copied(invoice, values={"party": invoice.party, "payment_term": invoice.payment_term})
    return drafting.written(env, new, [invoices.credited_line(line) for line in invoice.lines])
