"""Record something for an earlier day: at once when few moves follow, in the background when many do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_stock.models import (
    Count,
    LandedCost,
    Revaluation,
    RevaluationState,
    Scrap,
    Shipment,
    kept,
)
from addons.erp_stock.services import counts, landing, scrap, shipments, valuation
from core.api import CoreError, Env, RuleBroken, _, aside, job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from addons.erp_stock.services.recosting import Told
    from core.api import Model

AT_ONCE = 500
"""So many later moves are valued anew while the person waits; more in the background."""


class AlreadyUnderWay(RuleBroken):
    def __init__(self, run: Revaluation) -> None:
        super().__init__(
            _("{document} is being recorded in the background.", document=run.document),
            hint=_("Wait until it is done."),
        )


def ship(env: Env, shipment: Shipment, on: date) -> Shipment | Revaluation | None:
    """Move the goods of a shipment on an earlier day; gives the back-order, or the work that has begun."""
    products = [move.product_id for move in shipment.moves]
    if work := _begin(env, "ship", shipment, on, products):
        return work
    return shipments.ship(env, shipment, on=on)


def count(env: Env, found: Count, on: date) -> Revaluation | None:
    """Apply a count of an earlier day; gives the work that has begun, if it is much."""
    products = [line.product_id for line in found.lines if line.counted is not None]
    if work := _begin(env, "count", found, on, products):
        return work
    counts.apply(env, found, on=on)
    return None


def throw_away(env: Env, record: Scrap, on: date) -> Revaluation | None:
    """Scrap goods on an earlier day; gives the work that has begun, if it is much."""
    if work := _begin(env, "scrap", record, on, [record.product_id]):
        return work
    scrap.throw_away(env, record, on=on)
    return None


def land(env: Env, landed: LandedCost) -> Revaluation | None:
    """Add landed costs to the goods; gives the work that has begun, if it is much."""
    on = landed.on or env.today()
    if work := _begin(env, "land", landed, on, landing.products_of(landed), since=_received_on(landed, on)):
        return work
    landing.land(env, landed, on=on)
    return None


def reverse(env: Env, landed: LandedCost) -> Revaluation | None:
    """Take landed costs off the goods; gives the work that has begun, if it is much."""
    on = env.today()
    products = landing.products_of(landed)
    if work := _begin(env, "reverse", landed, on, products, since=_received_on(landed, on)):
        return work
    landing.reverse(env, landed, on=on)
    return None


def _received_on(landed: LandedCost, on: date) -> date:
    """The day from which the costs change values."""
    return min((receipt.shipment.done_on or on for receipt in landed.receipts), default=on)


def _land(env: Env, record: Any, on: date, told: Told) -> None:
    landing.land(env, record, on=on, told=told)


def _reverse(env: Env, record: Any, on: date, told: Told) -> None:
    landing.reverse(env, record, on=on, told=told)


def _ship(env: Env, record: Any, on: date, told: Told) -> None:
    shipments.ship(env, record, on=on, told=told)


def _count(env: Env, record: Any, on: date, told: Told) -> None:
    counts.apply(env, record, on=on, told=told)


def _scrap(env: Env, record: Any, on: date, told: Told) -> None:
    scrap.throw_away(env, record, on=on, told=told)


VERBS: dict[str, tuple[type[Model], Callable[[Env, Any, date, Told], None]]] = {
    "ship": (Shipment, _ship),
    "count": (Count, _count),
    "scrap": (Scrap, _scrap),
    "land": (LandedCost, _land),
    "reverse": (LandedCost, _reverse),
}


def _begin(
    env: Env, verb: str, record: Any, on: date, products: Iterable[int], *, since: date | None = None
) -> Revaluation | None:
    """Begin work in the background when too many moves follow; None when they do not."""
    with env.system("see how many later moves are valued anew") as system:
        later = valuation.later_moves(system, products, since or on)
        if later <= AT_ONCE:
            return None
        kept.keep(system)
        model = system[Revaluation]
        under_way = system.session.query(model).filter(
            model.verb == verb, model.record_id == record.id, model.state.in_(("waiting", "running"))
        )
        if found := under_way.first():
            raise AlreadyUnderWay(found)
        run = system.add(
            Revaluation,
            verb=verb,
            record_model=record.model_name,
            record_id=record.id,
            document=record.display_name,
            on=on,
            total=later,
        )
        system.defer(revalue, run_id=run.id)
        run_id = run.id
    return env.get(Revaluation, run_id)


@job(title=_("Value stock anew after an entry for an earlier day"), retries=3)
def revalue(env: Env, *, run_id: int) -> None:
    """Do it as one transaction; how far it is, is told beside. Killed, it begins anew, as nothing was
    written."""
    run = env.get(Revaluation, run_id)
    if not run.is_open:
        return
    fragment, act = VERBS[run.verb]
    on = run.on

    def told(done: int, total: int) -> None:
        with aside(env) as beside:
            kept.keep(beside)
            beside.bulk_update(
                Revaluation,
                beside[Revaluation].id == run_id,
                {"state": RevaluationState.RUNNING, "done": done, "total": total},
            )

    told(0, run.total)
    kept.keep(env)
    ended: dict[str, Any]
    try:
        with env.session.begin_nested():
            act(env, env.get(fragment, run.record_id), on, told)
    except CoreError as refused:
        env.session.expire_all()
        ended = {"state": RevaluationState.REFUSED, "message": str(refused)[:1000]}
    else:
        env.session.refresh(run)
        ended = {"state": RevaluationState.DONE, "done": run.total}
    env.bulk_update(Revaluation, env[Revaluation].id == run_id, ended)
