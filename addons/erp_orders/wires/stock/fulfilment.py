"""Deliver what was ordered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from addons.catalog.models import Unit
from addons.catalog.services import loading
from addons.erp_orders.models import Order, OrderState, Progress
from addons.erp_orders.services import orders, progress
from addons.erp_orders.wires.stock.models import OrderedMove, OrderedShipment
from addons.erp_stock.models import (
    EXPECTED,
    Location,
    LocationKind,
    MoveState,
    OperationKind,
    SupplyRequest,
    SupplyState,
)
from addons.erp_stock.models.shipment import OPEN_STATES
from addons.erp_stock.queries import availability, promises
from addons.erp_stock.services import shipments, supply
from addons.erp_stock.services.quantities import Demand, factor, in_document_unit
from core.api import ZERO, RuleBroken, _, format_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from addons.catalog.models import Product
    from addons.erp_orders.models import Line
    from addons.erp_stock.models import Move, Shipment
    from core.api import Env

COLUMNS = ("reserved", "delivered", "returned")
NEED = "order_line:"
"""Begins the keys of the supply requests that an order makes for its lines."""


class OnHold(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("{order} is {state}, so nothing of it can leave.", order=order.title, state=order.state.label),
            hint=order.reason or _("Release the order first."),
        )


class NobodyKnows(RuleBroken):
    def __init__(self, line: Line) -> None:
        super().__init__(
            _('Not enough "{product}" is there or on its way.', product=line.description),
            hint=_("Ask for what is missing, or promise a date yourself."),
        )


class NothingMissing(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("Nothing of {order} waits for goods.", order=order.title), hint=_("Look at its deliveries.")
        )


class StillWithCustomer(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("Goods of {order} are with the customer.", order=order.title),
            hint=_("Take them back by a return first."),
        )


class TooMuchDelivered(RuleBroken):
    def __init__(self, line: Line, delivered: Decimal) -> None:
        super().__init__(
            _(
                '"{product}": {delivered} would be with the customer, {ordered} are ordered,'
                " at most {limit} are accepted.",
                product=line.description,
                delivered=format_quantity(delivered),
                ordered=format_quantity(line.quantity),
                limit=format_quantity(line.most),
            ),
            hint=_("Ship less, or change the order first: its quantity, or what it accepts beyond."),
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
        for its in _asked(system, order).values():
            for request in its:
                if request.state in EXPECTED:
                    supply.cancel(system, request)


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


def hold_orders(env: Env, shipment_ids: Sequence[int]) -> None:
    """Lock the orders of shipments, before the shipments themselves."""
    found = [env.session.get(env[OrderedShipment], number) for number in shipment_ids]
    ids = {one.order_id for one in found if one is not None and one.order_id is not None}
    if ids:
        with env.system("hold the orders of deliveries") as system:
            progress.hold(system, ids)


def progressed(env: Env, moves: Iterable[Move]) -> None:
    """Recompute the progress of the orders that these moves are for."""
    lines = _lines(moves)
    if lines:
        with env.system("progress of customer orders from stock moves") as system:
            progress.record(system, lines, sums(system, lines), COLUMNS)
            _refuse_excess(system, lines)
            _close_within_tolerance(system, progress.orders_of(system, lines))


def promise(env: Env, order: Order) -> date:
    """Promise the first day on which all that is not delivered can leave; refuse when nobody knows it."""
    order = orders.locked(env, order)
    lines = {line: line.quantity - line.delivered - line.reserved for line in order.products if line.is_goods}
    with env.system("availability for the promised date of an order") as system:
        products = loading.products(system, [line.product_id for line in lines])
        units = loading.by_id(system, Unit, {line.unit_id for line in lines})
        wanted: dict[Product, Decimal] = {}
        for line, quantity in lines.items():
            if quantity > 0:
                product = products[line.product_id or 0]
                each = factor(product, units.get(line.unit_id or product.unit_id))
                wanted[product] = wanted.get(product, ZERO) + quantity * each
        # its own demand is among what waits already
        waiting = {product.id: quantity for product, quantity in wanted.items()} if order.is_live else {}
        found = promises.of(system, wanted, waiting=waiting)
        days = [env.today()]
        for line in lines:
            its = found.get(line.product_id or 0)
            if its is not None and its.on is None:
                raise NobodyKnows(line)
            if its is not None and its.on is not None:
                days.append(its.on)
    order.promised_date = max(days)
    env.session.flush()
    return order.promised_date


def may_exceed(env: Env, move: Move, quantity: Decimal) -> bool:
    """Whether more of a delivery may leave than was planned: as far as the line accepts, else refused with
    its limit."""
    while move.next is not None:  # what is picked or packed leaves by the last of its steps
        move = move.next
    outgoing = move.source_location.is_owned and move.return_of_id is None
    if not outgoing or not isinstance(move, OrderedMove) or move.order_line_id is None:
        return False
    with env.system("see how much more than ordered may leave") as system:
        [order] = progress.orders_of(system, [move.order_line_id])
        line = next(one for one in order.products if one.id == move.order_line_id)
        there = line.kept_quantity + in_document_unit(quantity / move.unit_factor, move.unit_factor)
        if there > line.most:
            raise TooMuchDelivered(line, there)
    return True


def ask_for_missing(env: Env, order: Order) -> int:
    """Ask to buy what waits for goods and is not asked for, nor on its way; how many requests are new."""
    with env.system("ask for what an order misses") as system:
        move = system[OrderedMove]
        rows = system.session.execute(
            select(move.order_line_id, move.product_id, func.sum(move.quantity), func.min(move.planned_on))
            .where(
                move.order_line_id.in_([line.id for line in order.products]),
                move.state == MoveState.WAITING,
            )
            .group_by(move.order_line_id, move.product_id)
            .order_by(move.order_line_id)
        ).all()
        if not rows:
            raise NothingMissing(order)
        products = loading.products(system, [product_id for _line, product_id, _quantity, _day in rows])
        asked = _asked(system, order)
        coming = {id_: its.incoming for id_, its in availability.of(system, list(products)).items()}
        needs = []
        for line_id, product_id, quantity, day in rows:
            its = asked.get(line_id or 0, [])
            planned = sum((one.quantity for one in its if one.state is SupplyState.PLANNED), ZERO)
            on_its_way = min(planned, sum((much for _day, much in coming[product_id]), ZERO))
            open_now = sum((one.quantity for one in its if one.state in EXPECTED), ZERO)
            missing = quantity - open_now - on_its_way
            if missing > 0:
                key = f"{NEED}{line_id}:{len(its)}" if its else f"{NEED}{line_id}"
                needs.append(
                    supply.Need(products[product_id], missing, day, origin=order.number or "", key=key)
                )
        return len(supply.request(system, needs))


def _asked(env: Env, order: Order) -> dict[int, list[SupplyRequest]]:
    """The requests that were made for the lines of an order and not given up, by id of the line."""
    request = env[SupplyRequest]
    ids = [line.id for line in order.products]
    of_line = func.split_part(request.key, ":", 2)
    query = (
        select(request)
        .where(
            request.key.startswith(NEED, autoescape=True),
            of_line.in_([str(id_) for id_ in ids]),
            request.state != SupplyState.CANCELLED,
            request.company_id == order.company_id,
        )
        .order_by(request.id)
    )
    found: dict[int, list[SupplyRequest]] = {}
    for one in env.session.scalars(query):
        found.setdefault(int((one.key or "").split(":")[1]), []).append(one)
    return found


def _refuse_excess(env: Env, line_ids: Sequence[int]) -> None:
    for order in progress.orders_of(env, line_ids):
        for line in order.products:
            if line.id in line_ids and line.kept_quantity > line.most:
                raise TooMuchDelivered(line, line.kept_quantity)


def _close_within_tolerance(env: Env, found: Sequence[Order]) -> None:
    """What is missing within the tolerance of an order is not delivered later: back-orders are given up."""
    for order in found:
        if order.under_delivery and order.delivery is Progress.FULLY:
            for shipment in _open(env, order):
                shipments.cancel(env, shipment)


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
            func.min(move.unit_factor),
            func.count(move.id),
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
        line: {name: in_document_unit(value, each, n) for name, value in zip(COLUMNS, values, strict=True)}
        for line, *values, each, n in env.session.execute(query)
    }


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
