"""Throw away what is broken, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_stock.models import Location, LocationKind, Move, MoveState, Scrap, ScrapState
from addons.erp_stock.services import moving, quantities, warehouses
from addons.erp_stock.services.acting import acting
from core.api import RuleBroken, _

if TYPE_CHECKING:
    from datetime import date

    from addons.erp_stock.services.recosting import Told
    from core.api import Env


class AlreadyScrapped(RuleBroken):
    def __init__(self, scrap: Scrap) -> None:
        super().__init__(
            _("{number} is already scrapped.", number=scrap.number),
            hint=_("Count the place again if the goods are there after all."),
        )


@acting("scrap goods")
def throw_away(env: Env, scrap: Scrap, *, on: date | None = None, told: Told = None) -> Move:
    """Take goods that are promised to nobody out of the stock for good."""
    scrap = env.get(Scrap, scrap.id, lock=True)
    if scrap.state is not ScrapState.DRAFT:
        raise AlreadyScrapped(scrap)
    on = on or env.today()
    demand = quantities.Demand(scrap.product, scrap.quantity, scrap.unit)
    loss_id = warehouses.outside_locations(env)[LocationKind.LOSS]
    move = env[Move](
        product=scrap.product,
        product_id=scrap.product_id,
        quantity=quantities.in_product_unit(demand),
        lot_id=scrap.lot_id,
        lot=scrap.lot,
        unit_id=scrap.unit_id,
        unit_factor=quantities.factor(scrap.product, scrap.unit),
        source_location=scrap.location,
        source_location_id=scrap.location_id,
        target_location=env.session.get_one(env[Location], loss_id),
        target_location_id=loss_id,
        state=MoveState.DRAFT,
        planned_on=on,
        reason=scrap.reason,
    )
    env.session.add(move)
    moved = moving.execute(env, [move], on, told=told)
    scrap.state, scrap.done_on, scrap.move = ScrapState.DONE, on, move
    env.session.flush()
    moving.tell(env, moved)
    return move
