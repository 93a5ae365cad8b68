"""What a change in the past means for the days after it: no place may ever hold less than nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, tuple_, union_all

from addons.erp_stock.models import Location, Move, MoveState
from addons.erp_stock.services.recosting import NotThenThere
from core.api import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from sqlalchemy import Subquery

    from addons.erp_stock.services.shelves import Place
    from core.api import Env


def refuse_gaps(env: Env, places: Iterable[Place], since: date) -> None:
    """Refuse when a place would hold less than nothing on ``since`` or a later day.

    The moves are written; their quants are locked, so nobody changes these places meanwhile.
    """
    wanted = sorted(set(places))
    if not wanted:
        return
    legs = _legs(env, wanted)
    by_part = (
        select(
            legs.c.product,
            legs.c.place,
            legs.c.lot,
            legs.c.day,
            legs.c.part,
            func.sum(legs.c.quantity).label("moved"),
        )
        .group_by(legs.c.product, legs.c.place, legs.c.lot, legs.c.day, legs.c.part)
        .subquery()
    )
    running = select(
        by_part.c.product,
        by_part.c.place,
        by_part.c.lot,
        by_part.c.day,
        func.sum(by_part.c.moved)
        .over(
            partition_by=(by_part.c.product, by_part.c.place, by_part.c.lot),
            order_by=(by_part.c.day, by_part.c.part),
        )
        .label("there"),
    ).subquery()
    gap = env.session.execute(
        select(running)
        .where(running.c.there < 0, running.c.day >= since)
        .order_by(running.c.day, running.c.product, running.c.place)
        .limit(1)
    ).first()
    if gap is not None:
        move = env[Move]
        query = select(move).where(move.product_id == gap.product).limit(1)
        product = env.session.scalars(query).one().product
        place = env.session.get_one(env[Location], gap.place)
        raise NotThenThere(product.name, place.full_name, gap.day, -gap.there)


def quantity_on(env: Env, product_id: int, location_id: int, day: date, lot_id: int | None = None) -> Decimal:
    """What a place held of a product, or of one of its lots, at the end of a day."""
    legs = _legs(env, [(product_id, location_id, lot_id or 0)])
    return env.session.scalar(select(func.sum(legs.c.quantity)).where(legs.c.day <= day)) or ZERO


def _legs(env: Env, places: list[Place]) -> Subquery:
    """What came to (+) and left (-) these places, with its day and part of the day."""
    move = env[Move]
    return union_all(
        *(
            select(
                move.product_id.label("product"),
                end.label("place"),
                func.coalesce(move.lot_id, 0).label("lot"),
                move.done_on.label("day"),
                move.part.label("part"),
                (move.quantity * sign).label("quantity"),
            ).where(
                move.state == MoveState.DONE,
                move.product_id.in_(sorted({place[0] for place in places})),
                tuple_(move.product_id, end, func.coalesce(move.lot_id, 0)).in_(places),
            )
            for end, sign in ((move.target_location_id, 1), (move.source_location_id, -1))
        )
    ).subquery()
