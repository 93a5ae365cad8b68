"""Give what has just arrived to whoever waits for it: the urgent first, then the earliest day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from addons.erp_stock.models import Location, LocationKind, Move, MoveState, Shipment, ShipmentState
from addons.erp_stock.services import chains, reservation
from core.api import note_held, writing_closed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.api import Env

MOST = 500
"""So many waiting moves are looked at for one arrival; the others are served by the next one, or by hand."""


def serve(env: Env, moves: Iterable[Move]) -> list[Move]:
    """Reserve for waiting moves what ``moves`` brought into our places; gives those that are ready now.

    A shipment that somebody else is working on at this moment is left to them.
    """
    arrived = {
        move.product_id
        for move in moves
        if move.target_location.kind is LocationKind.INTERNAL and move.next_id is None
    }
    if not arrived:
        return []
    ready: list[Move] = []
    waiting = _waiting(env, arrived)
    shipments = list({move.shipment: None for move in waiting if move.shipment is not None})
    note_held(env, *shipments)
    with writing_closed(*shipments):
        for urgent in (True, False):
            its = [move for move in waiting if move.shipment is not None and move.shipment.urgent is urgent]
            if its:
                ready += reservation.assign(env, its)
        for shipment in {move.shipment for move in ready if move.shipment is not None}:
            reservation.set_state(shipment)
    if ready:
        env.hooks.stock_reserved(env=env, moves=ready)
    return ready


def _waiting(env: Env, product_ids: Iterable[int]) -> list[Move]:
    move, shipment, source, before = env[Move], env[Shipment], env[Location], aliased(env[Move])
    query = (
        select(move)
        .join(shipment, shipment.id == move.shipment_id)
        .join(source, source.id == move.source_location_id)
        .where(
            move.product_id.in_(sorted(set(product_ids))),
            move.company_id == env.company_id,
            move.state == MoveState.WAITING,
            shipment.state.in_((ShipmentState.WAITING, ShipmentState.PARTIAL)),
            source.kind == LocationKind.INTERNAL,
            ~exists().where(before.next_id == move.id, before.state.in_(chains.OPEN)),
        )
        .order_by(shipment.urgent.desc(), move.planned_on, move.id)
        .limit(MOST)
        .options(
            contains_eager(move.shipment),
            *(joinedload(link) for link in (move.product, move.source_location, move.target_location)),
        )
        .with_for_update(of=shipment, key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(env.session.scalars(query))
