"""Bring goods back the way they went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.erp_stock.models import Move, MoveState, OperationKind, Shipment, ShipmentState
from addons.erp_stock.services import chains, reservation, shelves, warehouses
from addons.erp_stock.services.acting import acting
from core.api import ZERO, Invalid, RuleBroken, _, copied, writing_closed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from core.api import Env


MOVED = frozenset({"shipment_id", "picked", "value", "cost", "done_on", "part", "next_id", "lot_number"})
STAYS_BEHIND = frozenset(
    {
        *("kind", "state", "operation_type_id", "source_location_id", "target_location_id", "planned_on"),
        *("done_on", "done_at", "carrier", "tracking", "note", "backorder_of_id", "return_of_id"),
    }
)
"""What a return has of its own; the rest, with columns that other addons added, is that of its original."""


class NotReturnable(RuleBroken):
    def __init__(self, shipment: Shipment) -> None:
        super().__init__(
            _("{number} has nothing left to return.", number=shipment.number),
            hint=_("Only goods that were delivered or received, and are not back yet, can return."),
        )


class MoreThanLeft(Invalid):
    def __init__(self, move: Move, quantity: Decimal, left: Decimal) -> None:
        message = _(
            '"{product}": {quantity} cannot return, only {left} are out.',
            product=move.product.name,
            quantity=shelves.plain(quantity),
            left=shelves.plain(left),
        )
        super().__init__(message, fields={"quantity": message})


@acting("plan a return", locks=True)
def plan_return(
    env: Env,
    shipment: Shipment,
    quantities: Mapping[int, Decimal] | None = None,
    *,
    planned_on: date | None = None,
    reason: str = "",
) -> Shipment:
    """Plan the way back of a delivery or receipt that is done; everything by default.

    quantities: by id of the original move, in the product's unit. What comes back has the value at which it
    left.
    """
    shipment = reservation.locked(env, shipment)
    if shipment.state is not ShipmentState.DONE or shipment.kind is OperationKind.RETURN:
        raise NotReturnable(shipment)
    left = still_out(env, shipment)
    wanted = (
        dict(quantities) if quantities is not None else {move.id: left[move.id] for move in shipment.moves}
    )
    moves = []
    planned_on = planned_on or env.today()
    for move in shipment.moves:
        quantity = wanted.get(move.id, ZERO)
        if quantity > left[move.id]:
            raise MoreThanLeft(move, quantity, left[move.id])
        if quantity > 0:
            moves.append(_back(env, move, quantity, planned_on, reason))
    if not moves:
        raise NotReturnable(shipment)
    operation = warehouses.operation_type(env, OperationKind.RETURN)
    values = {
        "kind": OperationKind.RETURN,
        "operation_type_id": operation.id,
        "source_location_id": chains.home(env, shipment, shipment.target_location).id,
        "target_location_id": chains.home(env, shipment, shipment.source_location).id,
        "planned_on": planned_on,
        "return_of_id": shipment.id,
        "moves": moves,
    }
    back = copied(shipment, without=STAYS_BEHIND, values=values)
    with writing_closed(back):
        ready = reservation.assign(env, back.moves)
        reservation.set_state(back)
        env.session.add(back)
    env.hooks.stock_reserved(env=env, moves=ready)
    return back


def still_out(env: Env, shipment: Shipment) -> dict[int, Decimal]:
    """What can still return, by id of the move: moved, less what is back or on its way back."""
    move = env[Move]
    back = env.session.execute(
        select(move.return_of_id, func.sum(move.quantity))
        .where(
            move.return_of_id.in_([line.id for line in shipment.moves]),
            move.state != MoveState.CANCELLED,
        )
        .group_by(move.return_of_id)
    )
    returned = {origin: quantity for origin, quantity in back}  # noqa: C416  # a Row is no pair for dict()
    return {
        line.id: (line.quantity if line.state is MoveState.DONE else ZERO) - returned.get(line.id, ZERO)
        for line in shipment.moves
    }


def _back(env: Env, move: Move, quantity: Decimal, planned_on: date, reason: str) -> Move:
    shipment = move.shipment
    source = chains.home(env, shipment, move.target_location) if shipment else move.target_location
    target = chains.home(env, shipment, move.source_location) if shipment else move.source_location
    values = {
        "quantity": quantity,
        "source_location_id": source.id,
        "target_location_id": target.id,
        "state": MoveState.WAITING,
        "planned_on": planned_on,
        "return_of_id": move.id,
        "reason": reason or None,
    }
    back = copied(move, without=MOVED, values=values)
    back.product, back.unit, back.return_of = move.product, move.unit, move
    back.lot = move.lot
    back.source_location, back.target_location = source, target
    return back
