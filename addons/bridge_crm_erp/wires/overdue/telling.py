"""Tell of customer invoices that were not paid on their day: the contact's timeline, and another CRM."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, literal, select

from addons.base.services import timeline
from addons.base.services.sentences import Amount
from addons.bridge_crm_erp.models import Effect, Event
from addons.bridge_crm_erp.services import effects, outgoing
from addons.erp_accounting.models import AMOUNTS, Invoice, InvoiceKind, InvoiceState
from core.api import _

if TYPE_CHECKING:
    from core.api import Env

DAYS = timedelta(days=14)
"""Nights that may be missed. What fell due before is in the customer's figures, but no longer news."""


def tell(env: Env) -> int:
    """Tell of each invoice of the current company once; give how many there were."""
    invoice, effect = env[Invoice], env[Effect]
    today = env.today()
    told = select(effect.id).where(
        effect.company_id == invoice.company_id,
        effect.event == Event.OVERDUE,
        effect.key == func.concat(literal(f"{Invoice.model_name}:"), invoice.id),
    )
    query = (
        select(invoice)
        .where(
            invoice.company_id == env.company_id,
            invoice.kind == InvoiceKind.CUSTOMER_INVOICE,
            invoice.state == InvoiceState.POSTED,
            invoice.open_amount > 0,
            invoice.due_date >= today - DAYS,
            invoice.due_date < today,
            ~told.exists(),
        )
        .order_by(invoice.id)
        .with_for_update(of=invoice, skip_locked=True)
    )
    found = env.session.scalars(query).all()
    for one in found:
        effects.done(env, Event.OVERDUE, one, None, party_id=one.party_id)
        amount = Amount(one.open_amount, one.currency, AMOUNTS)
        sentence = _("{number} is overdue, {amount} open", number=one.number, amount=amount)
        timeline.log(env, one, sentence, party=one.party, topic="erp_accounting", tone="bad")
        outgoing.tell(env, Event.OVERDUE, one)
    env.session.flush()
    return len(found)
