"""Work in several steps: what is picked goes on to be packed and shipped, what is received to be put away.

Each move knows the next one (``Move.next``). What has arrived is reserved for its next move at once, so
nobody else takes it; what stays behind in one step stays behind in the ones after it.
"""

from __future__ import annotations

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
from core.api import copied, copied_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    env.session.add(shipment)
    env.session.flush()
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
    touched: set[Shipment] = set()
    for move in moves:
        following = move.next
        if following is None or not following.is_open:
            continue
        going_on = following
        if following.quantity > move.quantity:
            going_on = reservation.split(env, following, move.quantity)
        elif following.quantity < move.quantity and following.state is not MoveState.READY:
            following.quantity = move.quantity  # more was taken than planned: all of it goes on
        going_on.source_location_id = move.target_location_id
        going_on.source_location = move.target_location
        if move.lot_id is not None:
            going_on.lot_id, going_on.lot, going_on.lot_chosen = move.lot_id, move.lot, True
        env.session.flush()
        ready += reservation.assign(env, [going_on])
        if going_on.shipment is not None:
            touched.add(going_on.shipment)
    for shipment in touched:
        reservation.set_state(shipment)
    if ready:
        env.session.flush()
        env.hooks.stock_reserved(env=env, moves=ready)


def cancel_along(env: Env, moves: Sequence[Move]) -> None:
    """Give up what only exists for cancelled moves: the steps before them, and those that wait for them.

    What the steps before have already brought goes back to the stock by a move of its own.
    """
    if not moves:
        return
    env.session.flush()  # a part that was just split off has no id yet
    touched: set[Shipment] = set()
    given_up: list[Move] = []
    for move in moves:
        for before in _before(env, move):
            if before.state is MoveState.DONE:
                continue
            _give_up(env, before, touched)
            given_up.append(before)
            cancel_along(env, [before])
        following = move.next
        if following is not None and following.is_open:
            part = following
            if following.quantity > move.quantity:
                part = reservation.split(env, following, move.quantity)
            _give_up(env, part, touched)
            given_up.append(part)
            env.session.flush()
            part.next_id, after = None, part.next
            if after is not None and after.is_open:
                rest = (
                    reservation.split(env, after, part.quantity) if after.quantity > part.quantity else after
                )
                _give_up(env, rest, touched)
                given_up.append(rest)
    for shipment in touched:
        reservation.set_state(shipment)
    env.session.flush()
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
    env.session.add(made)
    env.session.flush()
    for first, second in pairs:
        first.next_id, first.next = second.id, second
    reservation.set_state(made)
    env.session.flush()
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


def _give_up(env: Env, move: Move, touched: set[Shipment]) -> None:
    reservation.give_back(env, [move])
    move.state = MoveState.CANCELLED
    if move.shipment is not None:
        touched.add(move.shipment)
