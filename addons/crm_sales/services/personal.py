"""What sales know of a person: what is still open, what proves a contract, what is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, null, or_, select

from addons.base.services.legal import LegalCopy
from addons.crm_sales.models import Opportunity, Order, Quote, QuoteLine
from addons.crm_sales.models.opportunity import OpportunityState
from addons.crm_sales.models.order import OrderStatus
from addons.crm_sales.models.quote import QuoteStatus
from core.api import ERASED, _, writing_closed_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from addons.base.models import Party
    from core.api import Env

ACCEPTED = (
    LegalCopy(Quote, lambda model: model.status == QuoteStatus.ACCEPTED),
    LegalCopy(QuoteLine, lambda model: model.quote.has(status=QuoteStatus.ACCEPTED)),
)
"""An accepted quote is the proof of a contract."""


def still_open(env: Env, party: Party) -> Iterator[str]:
    """One sentence for each opportunity, quote and order that waits for somebody."""
    opportunity, quote, order = env[Opportunity], env[Quote], env[Order]
    concerned = or_(opportunity.party_id == party.id, opportunity.contact_id == party.id)
    for deal in env.session.scalars(
        select(opportunity)
        .where(concerned, opportunity.state == OpportunityState.OPEN)
        .order_by(opportunity.id)
    ):
        yield _("Opportunity {title} is open.", title=deal.title)
    for offer in env.session.scalars(
        select(quote)
        .where(
            or_(quote.party_id == party.id, quote.contact_id == party.id),
            quote.status == QuoteStatus.SENT,
            quote.valid_until >= env.today(),
        )
        .order_by(quote.id)
    ):
        yield _("Quote {number} can be accepted until {day}.", number=offer.reference, day=offer.valid_until)
    for promise in env.session.scalars(
        select(order)
        .where(
            or_(order.party_id == party.id, order.contact_id == party.id),
            order.status == OrderStatus.CONFIRMED,
            order.requested_date >= env.today(),
        )
        .order_by(order.id)
    ):
        yield _("Order {number} is promised for {day}.", number=promise.number, day=promise.requested_date)


def forget(env: Env, party: Party) -> None:
    """Blank what sellers wrote about the person, and the copies of quotes that came to nothing."""
    opportunity, quote, order = env[Opportunity], env[Quote], env[Order]
    written = dict.fromkeys(("description", "lost_note"))
    env.bulk_update(
        Opportunity, or_(opportunity.party_id == party.id, opportunity.contact_id == party.id), written
    )
    told = dict.fromkeys(("introduction", "decided_by", "decided_ip", "customer_reference"))
    unaccepted = (quote.party_id == party.id) & (quote.status != QuoteStatus.ACCEPTED)
    with writing_closed_rows(env, Quote, env.session.scalars(select(quote.id).where(unaccepted))):
        env.bulk_update(
            Quote,
            unaccepted,
            told
            | dict.fromkeys(("content", "invoice_address", "delivery_address"), null())
            | {"refusal_reason": case((quote.refusal_reason.is_not(None), ERASED))},
        )
    addresses = dict.fromkeys(("invoice_address", "delivery_address", "customer_reference", "cancel_reason"))
    theirs = order.party_id == party.id
    with writing_closed_rows(env, Order, env.session.scalars(select(order.id).where(theirs))):
        env.bulk_update(Order, theirs, addresses)
