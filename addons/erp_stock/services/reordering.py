"""Ask for what the reorder rules say is missing; asking twice asks once."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_CEILING
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.erp_stock.models import Location, Move, ReorderRule, Shipment, SupplyRequest, SupplyState
from addons.erp_stock.queries import availability
from addons.erp_stock.services import shelves, supply
from core.api import ZERO, Env, _, in_company, job

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal


def missing(env: Env, rule: ReorderRule) -> Decimal:
    """How much to ask for now: up to the maximum, in whole multiples, when the forecast for the end of the
    lead time falls below the minimum; else zero. What was already asked for counts as coming."""
    last = env.today() + timedelta(days=rule.lead_days)
    days = availability.forecast(env, rule.product_id, location=rule.location, expected=True)
    there = [day.there for day in days if day.on <= last][-1] + _answered_late(env, rule, last)
    if there >= rule.minimum:
        return ZERO
    quantity = rule.maximum - there
    if rule.multiple:
        quantity = (quantity / rule.multiple).to_integral_value(ROUND_CEILING) * rule.multiple
    return quantity


def _answered_late(env: Env, rule: ReorderRule, last: date) -> Decimal:
    """What was asked for by a rule and comes after its lead time: asking again would not bring it sooner."""
    request, move, shipment, place = env[SupplyRequest], env[Move], env[Shipment], env[Location]
    documents = select(request.document).where(
        request.rule_id == rule.id, request.state == SupplyState.PLANNED, request.document.is_not(None)
    )
    query = (
        select(func.sum(move.quantity))
        .join(shipment, shipment.id == move.shipment_id)
        .join(place, place.id == move.target_location_id)
        .where(
            move.product_id == rule.product_id,
            move.company_id == rule.company_id,
            move.state.in_(availability.OPEN),
            move.planned_on > last,
            shelves.under(place, rule.location),
            shipment.origin.in_(documents) | shipment.number.in_(documents),
        )
    )
    return env.session.scalar(query) or ZERO


def run(env: Env, rules: list[ReorderRule] | None = None) -> list[SupplyRequest]:
    """Make the requests that the rules of this company ask for; all of its active rules by default.

    Each rule is locked while it is looked at, so two runs at the same moment, or one after the other, ask
    once.
    """
    model = env[ReorderRule]
    query = select(model.id).where(model.company_id == env.company_id, model.active).order_by(model.id)
    ids = [rule.id for rule in rules] if rules is not None else list(env.session.scalars(query))
    made: list[SupplyRequest] = []
    with env.system("ask for what reorder rules say is missing") as system:
        for rule_id in sorted(ids):
            rule = system.get(ReorderRule, rule_id, lock=True)
            quantity = missing(system, rule)
            if quantity > 0:
                made += supply.request(system, [_need(system, rule, quantity)])
        found = [request.id for request in made]
    return [env.get(SupplyRequest, id_) for id_ in found]


def run_one(env: Env, rule: ReorderRule) -> SupplyRequest | None:
    """Look at one rule now; gives the request it made, if it had to."""
    made = run(env, [rule])
    return made[0] if made else None


@job(title=_("Ask for what reorder rules say is missing"), cron="30 3 * * *", retries=2)
def nightly(env: Env) -> None:
    """Every company's rules."""
    for company_id in env.company_ids:
        run(in_company(env, company_id))


def _need(env: Env, rule: ReorderRule, quantity: Decimal) -> supply.Need:
    return supply.Need(
        rule.product,
        quantity,
        env.today() + timedelta(days=rule.lead_days),
        route=rule.route,
        location_id=rule.location_id,
        source_location_id=rule.source_location_id,
        origin=str(_("Reorder rule")),
        rule=rule,
    )
