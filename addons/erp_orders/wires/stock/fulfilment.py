"""Deliver what was ordered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from addons.catalog.models import Unit
from addons.erp_orders.models import Order, OrderState
from addons.erp_orders.services import loading, progress
from addons.erp_orders.wires.stock.models import OrderedMove, OrderedShipment
from addons.erp_stock.models import Location, LocationKind, MoveState, OperationKind
from addons.erp_stock.models.shipment import OPEN_STATES
from addons.erp_stock.services import shipments
from addons.erp_stock.services.quantities import Demand
from core.api import ZERO, RuleBroken, _, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from addons.erp_stock.models import Move, Shipment
    from core.api import Env

COLUMNS = ("reserved", "delivered", "returned")


class OnHold(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} is {state}, so nothing of it can leave.", order=order.title, state=order.state.label),
            hint=order.reason or _("Release the order first."),
        )


class StillWithCustomer(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("Goods of {order} are with the customer.", order=order.title),
            hint=_("Take them back by a return first."),
        )


def deliver(env: Env, order: Order) -> Shipment | None:
    """Plan the delivery of what is not delivered yet, and reserve it; None when nothing is left."""
    left = {line: line.quantity - line.delivered for line in order.products if line.is_goods}
    left = {line: quantity for line, quantity in left.items() if quantity > 0}
    if not left:
        return None
    with env.system("plan the delivery of a customer order") as system:
        products = loading.products(system, [line.product_id for line in left])
        units = {product.unit_id: product.unit for product in products.values()}
        units |= loading.by_id(system, Unit, {line.unit_id for line in left} - units.keys())
        demands = []
        for line, quantity in left.items():
            product = products[line.product_id or 0]
            unit = units[line.unit_id or product.unit_id]
            demands.append(Demand(product, quantity, unit, extra={"order_line_id": line.id}))
        return shipments.plan(
            system,
            OperationKind.DELIVERY,
            demands,
            party_id=order.party_id,
            address_id=order.address_id,
            planned_on=order.promised_date or order.requested_date or max(order.order_date, env.today()),
            origin=order.number or "",
            extra={"order_id": order.id, "delivery_address": order.delivery_address},
        )


def deliver_again(env: Env, order: Order) -> None:
    """After an amendment: give up what is planned and plan what is left."""
    with env.system("plan the delivery of a changed order") as system:
        for shipment in _open(system, order):
            shipments.cancel(system, shipment)
    deliver(env, order)


def give_up(env: Env, order: Order) -> None:
    """Release what is planned; refuse when goods are with the customer."""
    if any(line.kept_quantity for line in order.products):
        raise StillWithCustomer(order)
    with env.system("release the stock of a cancelled order") as system:
        for shipment in _open(system, order):
            shipments.cancel(system, shipment)


def refuse_held(env: Env, moves: Sequence[Move]) -> None:
    """Nothing of an order on hold leaves."""
    lines = _lines(
        move for move in moves if move.shipment is not None and move.shipment.kind is OperationKind.DELIVERY
    )
    if lines:
        with env.system("check that the orders of a delivery are not on hold") as system:
            for order in progress.orders_of(system, lines):
                if order.state in {OrderState.HELD, OrderState.CHANGING}:
                    raise OnHold(order)


def progressed(env: Env, moves: Iterable[Move]) -> None:
    """Recompute the progress of the orders that these moves are for."""
    lines = _lines(moves)
    if lines:
        with env.system("progress of customer orders from stock moves") as system:
            progress.record(system, lines, sums(system, lines), COLUMNS)


def sums(env: Env, line_ids: Iterable[int] | None = None) -> Mapping[int, Mapping[str, Decimal]]:
    """Reserved, delivered and returned per order line, in the line's unit, from the moves."""
    move, source, target = env[OrderedMove], aliased(env[Location]), aliased(env[Location])
    quantity = move.quantity / move.unit_factor
    ours = source.kind == LocationKind.INTERNAL
    to_customer = target.kind == LocationKind.CUSTOMER
    query = (
        select(
            move.order_line_id,
            func.sum(case((ours & to_customer & (move.state == MoveState.READY), quantity), else_=ZERO)),
            func.sum(case((ours & to_customer & (move.state == MoveState.DONE), quantity), else_=ZERO)),
            func.sum(
                case(
                    ((source.kind == LocationKind.CUSTOMER) & (move.state == MoveState.DONE), quantity),
                    else_=ZERO,
                )
            ),
        )
        .join(source, source.id == move.source_location_id)
        .join(target, target.id == move.target_location_id)
        .where(move.state.in_((MoveState.READY, MoveState.DONE)))
        .group_by(move.order_line_id)
    )
    if line_ids is None:
        query = query.where(move.order_line_id.is_not(None))
    else:
        query = query.where(move.order_line_id.in_(sorted(line_ids)))
    return {
        line: {name: round_quantity(value) for name, value in zip(COLUMNS, values, strict=True)}
        for line, *values in env.session.execute(query)
    }


def round_quantity(value: Decimal) -> Decimal:
    """Six decimals, as the columns hold; a division by a factor may give more."""
    return round_half_up(value, 6)


def _lines(moves: Iterable[Move]) -> list[int]:
    return sorted(
        {move.order_line_id for move in moves if isinstance(move, OrderedMove) and move.order_line_id}
    )


def _open(env: Env, order: Order) -> Sequence[Shipment]:
    shipment = env[OrderedShipment]
    query = (
        select(shipment)
        .where(
            shipment.order_id == order.id,
            shipment.kind == OperationKind.DELIVERY,
            shipment.state.in_(OPEN_STATES),
        )
        .order_by(shipment.id)
    )
    return env.session.scalars(query).all()
