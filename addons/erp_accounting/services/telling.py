"""What the timeline of an invoice, and of its customer or supplier, says about the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base.services import timeline
from addons.base.services.sentences import Amount
from addons.erp_accounting.models import AMOUNTS, PaymentStatus
from core.api import _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from addons.erp_accounting.models import Invoice
    from core.api import Env


def posted(env: Env, invoice: Invoice) -> None:
    """It is final from here on."""
    total = Amount(invoice.total, invoice.currency, AMOUNTS)
    sentence = _("{kind} {number} posted, {amount}", kind=invoice.kind, number=invoice.number, amount=total)
    timeline.log(env, invoice, sentence, party_id=invoice.party_id, tone="accent")


def settled(env: Env, before: Iterable[tuple[Invoice, Decimal]]) -> None:
    """What was paid, credited or opened again since each invoice had that much open."""
    for invoice, was_open in before:
        change = was_open - invoice.open_amount
        if change:
            tone = "ok" if not invoice.open_amount else "" if change > 0 else "warn"
            timeline.log(env, invoice, _sentence(invoice, change), party_id=invoice.party_id, tone=tone)


def _sentence(invoice: Invoice, change: Decimal) -> str:
    rest = Amount(invoice.open_amount, invoice.currency, AMOUNTS)
    amount = Amount(abs(change), invoice.currency, AMOUNTS)
    if change < 0:
        return _("{number} is open again: {rest}", number=invoice.number, rest=rest)
    if invoice.payment_status is PaymentStatus.CREDITED:
        return _("{number} settled by a credit note, {amount}", number=invoice.number, amount=amount)
    if not invoice.open_amount:
        return _("{number} paid, {amount}", number=invoice.number, amount=amount)
    return _(
        "{number} partly paid, {amount}: {rest} still open", number=invoice.number, amount=amount, rest=rest
    )
