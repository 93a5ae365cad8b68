"""Where goods with a number came from, and where they went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from addons.erp_stock.models import Move, MoveState

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from addons.erp_stock.models import Lot
    from core.api import Env


@dataclass(frozen=True, slots=True)
class Step:
    """way: "in" from outside, "out" to the outside, "move" between places of ours."""

    on: date | None
    way: str
    quantity: Decimal
    source: str
    target: str
    party: str
    shipment: str
    shipment_id: int | None
    reason: str


def history(env: Env, lot: Lot) -> list[Step]:
    """Every movement of a lot or serial number, the oldest first: from its suppliers to its customers."""
    move = env[Move]
    rows = env.session.scalars(
        select(move)
        .where(move.lot_id == lot.id, move.state == MoveState.DONE)
        .order_by(move.done_on, move.part, move.id)
        .options(
            joinedload(move.shipment), joinedload(move.source_location), joinedload(move.target_location)
        )
    )
    return [_step(one) for one in rows]


def _step(move: Move) -> Step:
    source, target, shipment = move.source_location, move.target_location, move.shipment
    way = "move" if source.is_owned and target.is_owned else "in" if target.is_owned else "out"
    return Step(
        move.done_on,
        way,
        move.quantity,
        source.full_name,
        target.full_name,
        shipment.party.name if shipment and shipment.party else "",
        shipment.number if shipment else "",
        shipment.id if shipment else None,
        move.reason or "",
    )
