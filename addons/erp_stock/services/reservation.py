"""Promise what is on the shelf to one move, so that nobody else can take it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from addons.erp_stock.models import Location, Move, MoveState, Shipment, ShipmentState
from addons.erp_stock.services import lots, shelves
from addons.erp_stock.services.acting import acting
from core.api import ZERO, RuleBroken, _, copied, copied_values, note_held

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from addons.erp_stock.models import Quant
    from core.api import Env


QUANTITIES = frozenset({"quantity", "picked"})


class NotOpen(RuleBroken):
    def __init__(self, shipment: Shipment) -> None:
        super().__init__(
            _("{number} is already {state}.", number=shipment.number, state=shipment.state.label),
            hint=_("Goods that moved come back by a return."),
        )


@acting("reserve goods", locks=True)
def reserve(env: Env, shipment: Shipment) -> bool:
    """Reserve what the waiting moves of a shipment can get; true when everything is ready."""
    shipment = locked(env, shipment)
    if not shipment.is_open:
        raise NotOpen(shipment)
    changed = assign(env, shipment.moves)
    set_state(shipment)
    env.session.flush()
    if changed:
        env.hooks.stock_reserved(env=env, moves=changed)
    return shipment.state is ShipmentState.READY


@acting("release reserved goods", locks=True)
def release(env: Env, shipment: Shipment) -> None:
    """Give back what a shipment holds; its moves wait again, from the location the shipment names."""
    shipment = locked(env, shipment)
    if not shipment.is_open:
        raise NotOpen(shipment)
    ready = [
        move for move in shipment.moves if move.state is MoveState.READY and move.source_location.is_owned
    ]
    give_back(env, ready)
    for move in ready:
        move.state = MoveState.WAITING
        move.source_location_id = shipment.source_location_id
        if not move.lot_chosen:
            move.lot_id = move.lot = None
    _join_twins(env, shipment)
    set_state(shipment)
    env.session.flush()
    if ready:
        env.hooks.stock_reserved(env=env, moves=list(shipment.moves))


def locked(env: Env, shipment: Shipment) -> Shipment:
    """The shipment as it is now, its row locked, with its moves and what they name."""
    env.hooks.lock_first(env=env, model=Shipment.model_name, ids=[shipment.id])
    model, move = env[Shipment], env[Move]
    moves = selectinload(model.moves)
    query = (
        select(model)
        .where(model.id == shipment.id)
        .options(
            moves.joinedload(move.product),
            moves.joinedload(move.source_location),
            moves.joinedload(move.target_location),
        )
        .with_for_update(of=model, key_share=True)
        .execution_options(populate_existing=True)
    )
    found = env.session.scalars(query).one()
    note_held(env, found)
    return found


def assign(env: Env, moves: Iterable[Move]) -> list[Move]:
    """Reserve for waiting moves, the earliest first; split those that get a part, or get it from two shelves.

    Nothing is flushed. Returns the moves that are ready now, new ones included.
    """
    todo = sorted(
        (move for move in moves if move.state in {MoveState.WAITING, MoveState.DRAFT}),
        key=lambda move: (move.planned_on, move.id or 0),
    )
    ready = [move for move in todo if not move.source_location.is_owned]
    by_source: dict[int, list[Move]] = defaultdict(list)
    for move in todo:
        move.state = MoveState.WAITING
        if move.source_location.is_owned:
            by_source[move.source_location_id].append(move)
    for move in ready:
        move.state = MoveState.READY
    for _source, waiting in sorted(by_source.items()):
        found = shelves.available_under(
            env, [move.product_id for move in waiting], waiting[0].source_location
        )
        shelf: dict[int, list[Quant]] = defaultdict(list)
        for quant in lots.in_order_of_leaving(env, found):
            shelf[quant.product_id].append(quant)
        for move in waiting:
            there = _elsewhere(move, shelf[move.product_id])
            ready += _take(env, move, lots.that_may_leave(env, move, there))
    return ready


def give_back(env: Env, moves: Iterable[Move]) -> None:
    """Take the reservation of ready moves off the shelf. Nothing is flushed."""
    held = [move for move in moves if move.state is MoveState.READY and move.source_location.is_owned]
    quants = shelves.locked(env, (shelves.left(move) for move in held))
    for move in held:
        quants[shelves.left(move)].reserved -= move.quantity


def extend(env: Env, move: Move, quantity: Decimal) -> None:
    """Let a ready move take more than was planned: from the shelf it leaves, as far as it is promised to
    nobody. Nothing is flushed."""
    if move.source_location.is_owned:
        more = quantity - move.quantity
        quant = shelves.locked(env, [shelves.left(move)]).get(shelves.left(move))
        available = quant.available if quant is not None else ZERO
        if quant is None or available < more:
            raise shelves.Shortage(move.product, move.source_location, quantity, move.quantity + available)
        quant.reserved += more
    move.quantity = quantity


def split(env: Env, move: Move, quantity: Decimal) -> Move:
    """Take ``quantity`` out of a move into a new one that is like it in every column, those of other addons
    too."""
    part = copied(move, without=QUANTITIES, values={"quantity": quantity})
    part.product, part.unit = move.product, move.unit
    part.source_location, part.target_location, part.lot = (
        move.source_location,
        move.target_location,
        move.lot,
    )
    move.quantity -= quantity
    if move.shipment is not None:
        move.shipment.moves.append(part)
    else:
        env.session.add(part)
    return part


def set_state(shipment: Shipment) -> None:
    """A shipment is as far as its moves are."""
    shipment.state = state_of([move.state for move in shipment.moves])


def state_of(states: Sequence[MoveState]) -> ShipmentState:
    """Cancelled moves do not count, unless nothing else is left."""
    live = {state for state in states if state is not MoveState.CANCELLED}
    if not live:
        return ShipmentState.CANCELLED if states else ShipmentState.DRAFT
    if live == {MoveState.DONE}:
        return ShipmentState.DONE
    if MoveState.DRAFT in live:
        return ShipmentState.DRAFT
    if MoveState.WAITING not in live:
        return ShipmentState.READY
    return ShipmentState.PARTIAL if MoveState.READY in live else ShipmentState.WAITING


def _elsewhere(move: Move, shelf: Sequence[Quant]) -> Sequence[Quant]:
    """What lies where the move goes stays there, as when goods are put from a stock onto one of its
    shelves."""
    source, target = move.source_location.full_name, move.target_location.full_name
    if not f"{target}/".startswith(f"{source}/"):
        return shelf
    return [quant for quant in shelf if not f"{quant.location.full_name}/".startswith(f"{target}/")]


def _take(env: Env, move: Move, shelf: Sequence[Quant]) -> list[Move]:
    """Reserve from one shelf after the other; what is still missing stays behind as a move of its own."""
    ready: list[Move] = []
    for quant in shelf:
        part = min(quant.available, move.quantity)
        if part <= 0:
            continue
        rest = split(env, move, move.quantity - part) if part < move.quantity else None
        quant.reserved += part
        move.state = MoveState.READY
        if move.source_location_id != quant.location_id:
            move.source_location_id = quant.location_id
            move.source_location = env.session.get_one(env[Location], quant.location_id)
        if move.lot_id != quant.lot_id:
            move.lot_id, move.lot = quant.lot_id, quant.lot
        ready.append(move)
        if rest is None:
            break
        move = rest
    return ready


def _join_twins(env: Env, shipment: Shipment) -> None:
    """Put together again what reservation had split."""
    seen: dict[tuple[object, ...], Move] = {}
    for move in list(shipment.moves):
        if move.state is not MoveState.WAITING:
            continue
        twin = seen.setdefault(tuple(copied_values(move, without=QUANTITIES).values()), move)
        if twin is not move:
            twin.quantity += move.quantity
            shipment.moves.remove(move)
