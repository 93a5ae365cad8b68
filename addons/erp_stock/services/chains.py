"""Work in several steps: what is picked goes on to be packed and shipped, what is received to be put away.

Each move knows the next one (``Move.next``). What has arrived is reserved for its next move at once, so
nobody else takes it; what stays behind in one step stays behind in the ones after it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select

from addons.erp_stock.models import (
    Location,
    Move,
    MoveState,
    OperationKind,
    Shipment,
    Step,
)
from addons.erp_stock.services import reservation, warehouses
from core.api import copied, copied_values, writing_closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from addons.erp_stock.models import OperationType
    from core.api import Env

OPEN = (MoveState.DRAFT, MoveState.WAITING, MoveState.READY)
OF_ITS_OWN = frozenset(
    {
        *("state", "source_location_id", "target_location_id", "shipment_id", "picked", "value", "done_on"),
        *("next_id", "return_of_id", "cost", "lot_number", "lot_expires_on", "part"),
    }
)


def extend(env: Env, shipment: Shipment, operation: OperationType) -> list[Shipment]:
    """Plan the steps before a delivery, or after a receipt, when its warehouse works in several.

    The shipment's moves wait for the last step before it; everything is written.
    """
    steps = warehouses.steps_of(env, operation)
    if not steps or not shipment.moves:
        return []
    with writing_closed(shipment):
        env.session.add(shipment)
    made = []
    moves = list(shipment.moves)
    if operation.kind is OperationKind.DELIVERY:
        for step in reversed(steps):
            before, moves = _step(env, shipment, step, moves, before=True)
            made.append(before)
    else:
        for step in steps:
            after, moves = _step(env, shipment, step, moves, before=False)
            made.append(after)
    return made


def arrived(env: Env, moves: Iterable[Move]) -> None:
    """Reserve what arrived for the step that goes on with it; after flush."""
    ready: list[Move] = []
    steps = [(move, move.next) for move in moves if move.next is not None]
    with _writing(env, [following for _move, following in steps]):
        for move, following in steps:
            if not following.is_open:
                continue
            going_on = _going_on(env, move, following)
            env.session.flush()
            ready += reservation.assign(env, [going_on])
            if going_on.shipment is not None:
                reservation.set_state(going_on.shipment)
    if ready:
        env.hooks.stock_reserved(env=env, moves=ready)


def _going_on(env: Env, move: Move, following: Move) -> Move:
    """The part of the next step that goes on with what arrived, from where it arrived."""
    part = following
    if following.quantity > move.quantity:
        part = reservation.split(env, following, move.quantity)
    elif following.quantity < move.quantity and following.state is not MoveState.READY:
        following.quantity = move.quantity  # more was taken than planned: all of it goes on
    part.source_location_id = move.target_location_id
    part.source_location = move.target_location
    if move.lot_id is not None:
        part.lot_id, part.lot, part.lot_chosen = move.lot_id, move.lot, True
    return part


def cancel_along(env: Env, moves: Sequence[Move]) -> None:
    """Give up what only exists for cancelled moves: the steps before them, and those that wait for them.

    What the steps before have already brought goes back to the stock by a move of its own.
    """
    if not moves:
        return
    env.session.flush()  # a part that was just split off has no id yet
    given_up: list[Move] = []
    for move in moves:
        for before in _before(env, move):
            if before.state is MoveState.DONE:
                continue
            given_up.append(_give_up(env, before, before.quantity))
            cancel_along(env, [before])
        following = move.next
        if following is not None and following.is_open:
            part = _give_up(env, following, move.quantity)
            after = part.next
            with _writing(env, [part]):
                part.next_id = None
            given_up.append(part)
            if after is not None and after.is_open:
                given_up.append(_give_up(env, after, part.quantity))
    if given_up:
        env.hooks.stock_reserved(env=env, moves=given_up)


def back_to_stock(env: Env, shipment: Shipment, held: Sequence[Move]) -> Shipment | None:
    """Plan the way to the stock of what a step that was given up held beside it: picked, packed, or not put
    away yet."""
    from addons.erp_stock.services import shipments  # it plans with this module
    from addons.erp_stock.services.quantities import Demand

    operation = shipment.operation_type
    stock = operation.warehouse.stock_location
    beside = [
        move
        for move in held
        if move.source_location.is_owned
        and not f"{move.source_location.full_name}/".startswith(f"{stock.full_name}/")
    ]
    if not beside or (operation.step is Step.MAIN and not warehouses.steps_of(env, operation)):
        return None
    demands = [
        Demand(
            move.product,
            move.quantity,
            extra={"lot_id": move.lot_id, "lot": move.lot, "lot_chosen": move.lot_id is not None},
        )
        for move in beside
    ]
    return shipments.plan(
        env,
        OperationKind.INTERNAL,
        demands,
        origin=shipment.number,
        warehouse_id=operation.warehouse_id,
        source_id=shipment.source_location_id,
        target_id=stock.id,
    )


def home(env: Env, shipment: Shipment, place: Location) -> Location:
    """Where goods of a shipment lie at rest: the stock, when it passed them through a place between."""
    operation = shipment.operation_type
    if not warehouses.steps_of(env, operation):
        return place
    between = {operation.source_location_id, operation.target_location_id}
    return operation.warehouse.stock_location if place.is_owned and place.id in between else place


def _step(
    env: Env, shipment: Shipment, operation: OperationType, moves: Sequence[Move], *, before: bool
) -> tuple[Shipment, list[Move]]:
    """A shipment with one move for each of ``moves``, linked to them."""
    source, target = operation.source_location, operation.target_location
    described = _added(env, shipment) - _links_of_others(env, shipment)
    made = env[Shipment](
        **{name: value for name, value in copied_values(shipment).items() if name in described},
        kind=operation.kind,
        operation_type=operation,
        operation_type_id=operation.id,
        party_id=shipment.party_id,
        source_location=source,
        target_location=target,
        source_location_id=source.id,
        target_location_id=target.id,
        planned_on=shipment.planned_on,
        origin=shipment.origin or shipment.number,
    )
    pairs: list[tuple[Move, Move]] = []
    for move in moves:
        linked = copied(
            move,
            without=OF_ITS_OWN | _links_of_others(env, move),
            values={
                "state": MoveState.WAITING,
                "source_location": source,
                "source_location_id": source.id,
                "target_location": target,
                "target_location_id": target.id,
            },
        )
        linked.product, linked.unit, linked.lot = move.product, move.unit, move.lot
        made.moves.append(linked)
        pairs.append((linked, move) if before else (move, linked))
    with writing_closed(made), _writing(env, moves):
        env.session.add(made)
        env.session.flush()
        for first, second in pairs:
            first.next_id, first.next = second.id, second
        reservation.set_state(made)
    return made, list(made.moves)


def _links_of_others(env: Env, record: Shipment | Move) -> set[str]:
    """The links that other addons added: an order's line counts the delivery, not the picking."""
    return {name for name in _added(env, record) if inspect(type(record)).columns[name].foreign_keys}


def _added(env: Env, record: Shipment | Move) -> set[str]:
    """The columns that other addons added."""
    units, table = env.registry.column_units, inspect(type(record)).local_table.name
    return {name for (of, name), unit in units.items() if of == table and unit != "erp_stock"}


def _before(env: Env, move: Move) -> Sequence[Move]:
    model = env[Move]
    return env.session.scalars(select(model).where(model.next_id == move.id).order_by(model.id)).all()


def _give_up(env: Env, move: Move, quantity: Decimal) -> Move:
    """Cancel at most so much of a step; gives the part that is cancelled."""
    with _writing(env, [move]):
        part = reservation.split(env, move, quantity) if move.quantity > quantity else move
        reservation.give_back(env, [part])
        part.state = MoveState.CANCELLED
        if part.shipment is not None:
            reservation.set_state(part.shipment)
    return part


@contextmanager
def _writing(env: Env, moves: Iterable[Move]) -> Iterator[None]:
    """Hold the shipments of other steps, and write them in every condition."""
    shipments = list(dict.fromkeys(move.shipment for move in moves if move.shipment is not None))
    env.lock(*shipments)
    with writing_closed(*shipments):
        yield
