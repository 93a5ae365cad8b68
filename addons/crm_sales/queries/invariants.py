"""What must always hold of quotes and orders; read by ``passerelle verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from addons.base.models import AnonymisedParty
from addons.crm_sales.models import (
    Opportunity,
    OpportunityState,
    Order,
    OrderLine,
    Quote,
    QuoteLine,
    QuoteStatus,
)
from addons.crm_sales.services import content
from core.api import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.api import Env

CHUNK = 500


def broken(env: Env) -> Iterator[Finding]:
    """One finding per broken rule: totals, fingerprints, acceptance, weighted amounts of closed deals."""
    yield from _totals(env, env[Quote], env[QuoteLine], "quote_id")
    yield from _totals(env, env[Order], env[OrderLine], "order_id")
    yield from _fingerprints(env)
    yield from _acceptance(env)
    model = env[Opportunity]
    closed = (model.state != OpportunityState.OPEN, model.weighted != 0)
    for title in env.session.scalars(select(model.title).where(*closed)):
        yield Finding("crm_sales.closed_weighs_nothing", title)


def _totals(env: Env, document: Any, line: Any, key: str) -> Iterator[Finding]:
    column = getattr(line, key)
    sums = select(column.label("id"), func.sum(line.net).label("net"), func.sum(line.tax).label("tax"))
    lines = sums.group_by(column).subquery()
    net, tax = func.coalesce(lines.c.net, 0), func.coalesce(lines.c.tax, 0)
    rows = env.session.execute(
        select(document.number, document.net, net, document.tax, tax)
        .outerjoin(lines, lines.c.id == document.id)
        .where((document.net != net) | (document.tax != tax))
    )
    for number, total_net, line_net, total_tax, line_tax in rows:
        detail = f"net {total_net} but lines {line_net}, tax {total_tax} but lines {line_tax}"
        yield Finding("crm_sales.lines_add_up", number, detail)


def _fingerprints(env: Env) -> Iterator[Finding]:
    model = env[Quote]
    last = 0
    while True:
        rows = env.session.scalars(
            select(model)
            .where(model.id > last, model.status != QuoteStatus.DRAFT)
            .order_by(model.id)
            .limit(CHUNK)
            .options(undefer(model.content))
        ).all()
        for quote in rows:
            if quote.content is None and env.get(AnonymisedParty, quote.party_id).anonymised_at is not None:
                continue  # the copy went with the name; accepted ones stay
            if quote.content is None or content.fingerprint(quote.content) != quote.document_hash:
                yield Finding("crm_sales.sent_quote_is_unchanged", quote.reference)
            if quote.status == QuoteStatus.ACCEPTED and quote.decided_hash != quote.document_hash:
                yield Finding("crm_sales.accepted_what_was_sent", quote.reference)
        if len(rows) < CHUNK:
            return
        last = rows[-1].id


def _acceptance(env: Env) -> Iterator[Finding]:
    quote, order = env[Quote], env[Order]
    without = select(quote.number).outerjoin(order, order.quote_id == quote.id)
    for number in env.session.scalars(
        without.where(quote.status == QuoteStatus.ACCEPTED, order.id.is_(None))
    ):
        yield Finding("crm_sales.accepted_quote_has_an_order", number)
    strange = select(order.number).join(quote, quote.id == order.quote_id)
    for number in env.session.scalars(strange.where(quote.status != QuoteStatus.ACCEPTED)):
        yield Finding("crm_sales.order_comes_from_an_accepted_quote", number)
