"""What the customer page shows of sales: deals, weighted, orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from addons.base.services.panels import Fact, Panel, PanelRow
from addons.crm_sales.models import (
    Opportunity,
    OpportunityState,
    Order,
    OrderStatus,
    Quote,
    QuoteStatus,
    Stage,
)
from core.api import ZERO, _, format_money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from addons.base.models import Party
    from core.api import Env

ROWS = 5


def facts(env: Env, party: Party) -> Sequence[Fact]:
    """Open deals and what they may bring."""
    if not env.access.allows(Opportunity, "r"):
        return ()
    model = env[Opportunity]
    count, amount = env.session.execute(
        select(func.count(), func.coalesce(func.sum(model.expected * model.rate), 0))
        .select_from(model)
        .where(model.party_id == party.id, model.state == OpportunityState.OPEN)
    ).one()
    if not count:
        return ()
    url = f"/app/crm_sales/opportunity/?f=party:{party.id}"
    label = _("1 open deal") if count == 1 else _("{count} open deals", count=count)
    return (Fact(label, amount, currency=env.company.currency, url=url, sequence=10),)


def panels(env: Env, party: Party) -> Sequence[Panel]:
    """Deals, quotes waiting for an answer, orders."""
    found = (_deals(env, party), _quotes(env, party), _orders(env, party))
    return tuple(panel for panel in found if panel is not None)


def _deals(env: Env, party: Party) -> Panel | None:
    if not env.access.allows(Opportunity, "r"):
        return None
    model, stage = env[Opportunity], env[Stage]
    rows = env.session.execute(
        select(model, stage.name)
        .join(stage, stage.id == model.stage_id)
        .where(model.party_id == party.id, model.state == OpportunityState.OPEN)
        .order_by(model.expected.desc())
        .limit(50)
    ).all()
    weighted = sum((row.weighted for row, _stage in rows), ZERO)
    return Panel(
        "crm_sales.deals",
        _("Deals"),
        rows=tuple(
            PanelRow(
                row.title,
                url=f"/app/crm_sales/opportunity/{row.id}",
                note=stage_name,
                amount=row.expected,
                currency=row.currency,
            )
            for row, stage_name in rows[:ROWS]
        ),
        count=str(len(rows)) if rows else "",
        note=_("weighted {amount}", amount=format_money(weighted, env.company.currency)) if rows else "",
        empty=_("No open deal."),
        sequence=10,
    )


def _quotes(env: Env, party: Party) -> Panel | None:
    if not env.access.allows(Quote, "r"):
        return None
    model = env[Quote]
    rows = env.session.scalars(
        select(model)
        .where(model.party_id == party.id, model.status.in_((QuoteStatus.DRAFT, QuoteStatus.SENT)))
        .order_by(model.id.desc())
        .limit(ROWS)
    ).all()
    if not rows:
        return None
    drawn = tuple(_row(row, "quote", row.reference) for row in rows)
    return Panel("crm_sales.quotes", _("Quotes"), rows=drawn, sequence=15)


def _orders(env: Env, party: Party) -> Panel | None:
    if not env.access.allows(Order, "r"):
        return None
    model = env[Order]
    rows = env.session.scalars(
        select(model)
        .where(model.party_id == party.id, model.status != OrderStatus.CANCELLED)
        .order_by(model.order_date.desc(), model.id.desc())
        .limit(ROWS)
    ).all()
    return Panel(
        "crm_sales.orders",
        _("Sales orders"),
        rows=tuple(_row(row, "order", row.number) for row in rows),
        empty=_("No order yet."),
        sequence=20,
    )


def _row(row: Any, model: str, name: str) -> PanelRow:
    return PanelRow(
        name,
        url=f"/app/crm_sales/{model}/{row.id}",
        pill=str(row.status.label),
        tone=row.status.tone,
        amount=row.total,
        currency=row.currency,
    )
