"""Plan, ship and cancel what travels together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.orm.attributes import set_committed_value

from addons.base.services import timeline
from addons.erp_stock.models import Location, Move, MoveState, OperationKind, Shipment, ShipmentState
from addons.erp_stock.services import chains, moving, quantities, reservation, shelves, warehouses
from addons.erp_stock.services.acting import acting
from addons.erp_stock.services.reservation import NotOpen, locked
from core.api import ZERO, Invalid, NotAllowed, RuleBroken, _, copied, writing_closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from addons.erp_stock.services.quantities import Demand
    from addons.erp_stock.services.recosting import Told
    from core.api import Env


MANAGER = "erp_stock.manager"
NOT_HANDED_ON = frozenset({"state", "done_on", "done_at", "tracking", "backorder_of_id"})


class NothingReady(RuleBroken):
    def __init__(self, shipment: Shipment) -> None:
        waiting = ", ".join(move.product.name for move in shipment.moves if move.state is MoveState.WAITING)
        super().__init__(
            _("Nothing of {number} is ready.", number=shipment.number),
            hint=_("Waiting for {products}.", products=waiting)
            if waiting
            else _("Add at least one product."),
        )


class TooMuch(Invalid):
    def __init__(self, move: Move, quantity: Decimal) -> None:
        message = _(
            '"{product}": {quantity} is more than the {planned} that are planned.',
            product=move.product.name,
            quantity=shelves.plain(quantity),
            planned=shelves.plain(move.quantity),
        )
        super().__init__(
            message, hint=_("Plan the rest as a shipment of its own."), fields={"picked": message}
        )


class MayNotExpire(NotAllowed):
    def __init__(self, env: Env) -> None:
        super().__init__(
            _("You may not let expired goods leave, {user}.", user=env.user.name),
            hint=_("Ask a stock manager."),
        )


def plan(
    env: Env,
    kind: OperationKind,
    demands: Sequence[Demand],
    *,
    party_id: int | None = None,
    address_id: int | None = None,
    planned_on: date | None = None,
    origin: str = "",
    warehouse_id: int | None = None,
    source_id: int | None = None,
    target_id: int | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Shipment:
    """Plan a shipment and reserve for it what is there; what is not there waits.

    ``extra`` are columns that other addons added to the shipment. Services among the products are left out.
    """
    operation = warehouses.operation_type(env, kind, warehouse_id)
    source = env.get(Location, source_id) if source_id else operation.source_location
    target = env.get(Location, target_id) if target_id else operation.target_location
    planned_on = planned_on or env.today()
    shipment = env[Shipment](
        kind=kind,
        operation_type=operation,
        party_id=party_id,
        address_id=address_id,
        source_location=source,
        target_location=target,
        source_location_id=source.id,
        target_location_id=target.id,
        planned_on=planned_on,
        origin=origin or None,
        **(extra or {}),
    )
    shipment.moves = [
        env[Move](
            product=demand.product,
            product_id=demand.product.id,
            quantity=quantities.in_product_unit(demand),
            unit=demand.unit or demand.product.unit,
            unit_id=(demand.unit or demand.product.unit).id,
            unit_factor=quantities.factor(demand.product, demand.unit),
            source_location=source,
            source_location_id=source.id,
            target_location=target,
            target_location_id=target.id,
            state=MoveState.WAITING,
            planned_on=planned_on,
            **({"cost": demand.cost} if demand.cost is not None else {}),
            **demand.extra,
        )
        for demand in demands
        if demand.product.is_goods
    ]
    with writing_closed(shipment):
        steps = [] if source_id or target_id else chains.extend(env, shipment, operation)
        with writing_closed(*steps):
            ready = _reserve(env, shipment, steps)
            env.session.add(shipment)
    if ready:
        env.hooks.stock_reserved(env=env, moves=ready)
    return shipment


def _reserve(env: Env, shipment: Shipment, steps: Sequence[Shipment]) -> list[Move]:
    """Reserve for a shipment, or for the first of its steps: what waits for an earlier one gets its goods."""
    ready: list[Move] = []
    fed = {move.next_id for step in (shipment, *steps) for move in step.moves if move.next_id}
    for one in (shipment, *steps):
        moves = [move for move in one.moves if move.id is None or move.id not in fed]
        for move in one.moves:
            if move.state is MoveState.DRAFT:
                move.state = MoveState.WAITING
        ready += reservation.assign(env, moves)
        reservation.set_state(one)
    return ready


def create(env: Env, values: dict[str, Any]) -> Shipment:
    """Start a shipment by hand: where it comes from and goes to follows from its operation type."""
    kind = OperationKind(values.get("kind") or OperationKind.DELIVERY)
    operation = values.get("operation_type") or warehouses.operation_type(env, kind)
    values = {
        "source_location_id": operation.source_location_id,
        "target_location_id": operation.target_location_id,
        "planned_on": env.today(),
        **{name: value for name, value in values.items() if value is not None},
        "kind": operation.kind,
        "operation_type_id": operation.id,
        "state": ShipmentState.DRAFT,
    }
    shipment = env[Shipment](**values)
    with writing_closed(shipment):
        env.session.add(shipment)
    return shipment


def complete_line(env: Env, shipment: Shipment, move: Move) -> None:
    """Fill in what a line typed by hand leaves open: unit, locations, day."""
    move.unit_id = move.unit_id or move.product.unit_id
    move.unit_factor = quantities.factor(move.product, move.unit or move.product.unit)
    move.source_location_id = shipment.source_location_id
    move.target_location_id = shipment.target_location_id
    move.planned_on = shipment.planned_on
    move.quantity = move.quantity or move.unit_factor
    move.state = move.state or MoveState.DRAFT


@acting("reserve the goods of a shipment", locks=True)
def confirm(env: Env, shipment: Shipment) -> None:
    """Ask for the goods of a draft: reserve what is there."""
    shipment = locked(env, shipment)
    if shipment.state is not ShipmentState.DRAFT:
        raise NotOpen(shipment)
    if not shipment.moves:
        raise NothingReady(shipment)
    operation = shipment.operation_type
    as_usual = (shipment.source_location_id, shipment.target_location_id) == (
        operation.source_location_id,
        operation.target_location_id,
    )
    steps = chains.extend(env, shipment, operation) if as_usual else []
    with writing_closed(*steps):
        ready = _reserve(env, shipment, steps)
    env.session.flush()
    if ready:
        env.hooks.stock_reserved(env=env, moves=ready)


@acting("move goods", locks=True)
def ship(
    env: Env,
    shipment: Shipment,
    quantities: Mapping[int, Decimal] | None = None,
    *,
    on: date | None = None,
    backorder: bool = True,
    expired: bool = False,
    told: Told = None,
) -> Shipment | None:
    """Move the goods of a shipment; give the back-order that holds what stayed behind, if anything did.

    quantities: what really moves, by id of the move in the product's unit; else what the moves say in
    ``picked``;
    else everything that is ready. on: the day it happened, today by default. backorder: False cancels the
    rest. expired: lots past their last day may leave to a customer; see ``ship_expired``. told: hears how
    far it is when a day in the past makes many later moves be valued anew.
    """
    shipment = locked(env, shipment)
    if not shipment.is_open:
        raise NotOpen(shipment)
    if any(move.state is MoveState.DRAFT for move in shipment.moves):
        reservation.assign(env, shipment.moves)
    going = _going(env, shipment, quantities)
    if not going:
        raise NothingReady(shipment)
    rest = [move for move in shipment.moves if move.is_open and move not in going]
    on = on or env.today()
    follow_up = _put_aside(env, shipment, rest, backorder=backorder)
    moved = moving.execute(env, going, on, expired=expired, told=told)
    number = shipment.number
    shipment.done_on, shipment.done_at, shipment.state = on, env.now(), ShipmentState.DONE
    env.session.flush()
    set_committed_value(shipment, "number", number)  # computed from the id: an update does not change it
    moving.tell(env, moved)
    if rest and not backorder:
        env.hooks.stock_reserved(env=env, moves=rest)
    message = timeline.log(env, shipment, _("{number} done", number=number), tone="ok")
    message.party_id = shipment.party_id
    _tell(env, shipment)
    return follow_up


def ship_expired(env: Env, shipment: Shipment, reason: str) -> Shipment | None:
    """Let goods leave that have expired; only a stock manager may, and the reason stays on the timeline."""
    if not env.access.everything and MANAGER not in env.access.roles:
        raise MayNotExpire(env)
    timeline.log(env, shipment, _("Expired goods may leave: {reason}", reason=reason), tone="bad")
    return ship(env, shipment, expired=True)


@acting("release the goods of a shipment", locks=True)
def cancel(env: Env, shipment: Shipment) -> None:
    """Give up an open shipment and release what it holds."""
    shipment = locked(env, shipment)
    if not shipment.is_open:
        raise NotOpen(shipment)
    held = [move for move in shipment.moves if move.state is MoveState.READY]
    moves = [move for move in shipment.moves if move.is_open]
    _cancel(env, moves)
    shipment.state = ShipmentState.CANCELLED
    env.session.flush()
    chains.cancel_along(env, moves)
    chains.back_to_stock(env, shipment, held)
    timeline.log(env, shipment, _("{number} cancelled", number=shipment.number), tone="bad")
    env.hooks.shipment_cancelled(env=env, shipment=shipment)


def _going(env: Env, shipment: Shipment, quantities: Mapping[int, Decimal] | None) -> list[Move]:
    """What moves now. A move of which only a part moves is split; the other part stays behind."""
    ready = [move for move in shipment.moves if move.state is MoveState.READY]
    if quantities is None and any(move.picked is not None for move in ready):
        quantities = {move.id: move.picked for move in ready if move.picked is not None}
    if quantities is None:
        return ready
    unknown = set(quantities) - {move.id for move in ready}
    if unknown:
        raise NothingReady(shipment)
    going = []
    for move in ready:
        quantity = quantities.get(move.id, ZERO)
        if quantity > move.quantity:
            if not any(env.hooks.may_exceed_plan(env=env, move=move, quantity=quantity)):
                raise TooMuch(move, quantity)
            reservation.extend(env, move, quantity)
        if quantity <= 0:
            continue
        if quantity < move.quantity:
            reservation.split(env, move, move.quantity - quantity)
        going.append(move)
    return going


def _put_aside(env: Env, shipment: Shipment, rest: list[Move], *, backorder: bool) -> Shipment | None:
    if not rest:
        return None
    if not backorder:
        held = [move for move in rest if move.state is MoveState.READY]
        _cancel(env, rest)
        chains.cancel_along(env, rest)
        chains.back_to_stock(env, shipment, held)
        return None
    follow_up = copied(shipment, without=NOT_HANDED_ON, values={"backorder_of_id": shipment.id})
    with writing_closed(follow_up):
        env.session.add(follow_up)
        for move in rest:
            shipment.moves.remove(move)
            follow_up.moves.append(move)
        reservation.set_state(follow_up)
    return follow_up


def _cancel(env: Env, moves: Iterable[Move]) -> None:
    still_open = [move for move in moves if move.is_open]
    reservation.give_back(env, still_open)
    for move in still_open:
        move.state = MoveState.CANCELLED


def _tell(env: Env, shipment: Shipment) -> None:
    told = {
        OperationKind.DELIVERY: env.hooks.delivery_done,
        OperationKind.RECEIPT: env.hooks.receipt_done,
        OperationKind.RETURN: env.hooks.return_done,
    }
    if shipment.kind in told:
        told[shipment.kind](env=env, shipment=shipment)
