"""Receive what was ordered."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from addons.catalog.models import Unit
from addons.catalog.services import loading
from addons.erp_purchase.models import Order, OrderState
from addons.erp_purchase.services import orders, policies, progress
from addons.erp_purchase.wires.stock.models import PurchasedMove, PurchasedShipment, StockedOrder
from addons.erp_stock.models import Location, LocationKind, MoveState, OperationKind
from addons.erp_stock.models.location import OWNED
from addons.erp_stock.models.shipment import OPEN_STATES
from addons.erp_stock.services import quantities, shipments
from addons.erp_stock.services.quantities import Demand
from core.api import HUNDRED, ZERO, RuleBroken, _, format_quantity, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from addons.erp_purchase.models import Line
    from addons.erp_stock.models import Move, Shipment
    from core.api import Env

COLUMNS = ("received", "returned")
PRICE_DIGITS = 6


class TooMuchReceived(RuleBroken):
    def __init__(self, line: Line, received: Decimal, limit: Decimal) -> None:
        super().__init__(
            _(
                '"{product}": {received} would be here, {ordered} are ordered, at most {limit} are accepted.',
                product=line.description,
                received=format_quantity(received),
                ordered=format_quantity(line.quantity),
                limit=format_quantity(limit),
            ),
            hint=_("Receive less and send the rest back, or ask the buyer to change the order."),
        )


class StillHere(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("Goods of {order} are here.", order=order.title),
            hint=_("Return them to the vendor first."),
        )


class NothingMissing(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("Nothing is missing of {order}, or it is expected already.", order=order.title),
            hint=_("Look at its receipts."),
        )


class BeingChanged(RuleBroken):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _(
                "{order} is {state}, so nothing of it can come in.",
                order=order.title,
                state=order.state.label,
            ),
            hint=_("Ask the buyer to confirm the change first."),
        )


def expect(env: Env, order: Order) -> Shipment | None:
    """Plan the receipt of what has not come yet; None when nothing is left."""
    left = {line: line.quantity - line.received for line in order.products if line.is_goods}
    return _plan(env, order, {line: quantity for line, quantity in left.items() if quantity > 0})


def expect_again(env: Env, order: Order) -> None:
    """After an amendment: give up what is planned and plan what is left, at the new prices and days."""
    _give_up(env, order, "plan the receipt of a changed purchase order")
    expect(env, order)


def expect_replacement(env: Env, order: Order) -> Shipment:
    """Plan the receipt of what was sent back and what else is missing."""
    order = orders.locked(env, order)
    on_its_way = _expected(env, order)
    left = {
        line: line.quantity - line.kept_quantity - on_its_way.get(line.id, ZERO)
        for line in order.products
        if line.is_goods
    }
    planned = _plan(env, order, {line: quantity for line, quantity in left.items() if quantity > 0})
    if order.state is not OrderState.CONFIRMED or planned is None:
        raise NothingMissing(order)
    return cast("Shipment", env.session.get(env[PurchasedShipment], planned.id))


def give_up(env: Env, order: Order) -> None:
    """Expect nothing of a cancelled order; refuse when goods are here."""
    if any(line.kept_quantity for line in order.products):
        raise StillHere(order)
    _give_up(env, order, "give up the receipts of a cancelled purchase order")


def hold_orders(env: Env, shipment_ids: Sequence[int]) -> None:
    """Lock the orders of shipments, before the shipments themselves."""
    found = [env.session.get(env[PurchasedShipment], number) for number in shipment_ids]
    ids = {one.purchase_order_id for one in found if one is not None and one.purchase_order_id is not None}
    if ids:
        with env.system("hold the purchase orders of shipments") as system:
            progress.hold(system, ids)


def progressed(env: Env, moves: Iterable[Move]) -> None:
    """Recompute the progress of the orders that these moves are for; refuse what is beyond the tolerance."""
    lines = lines_of(moves)
    if not lines:
        return
    with env.system("progress of purchase orders from stock moves") as system:
        found = progress.orders_of(system, lines)
        progress.record(system, lines, sums(system, lines), COLUMNS)
        over = policies.of(system).receipt_over
        for order in found:
            _refuse_excess(order, lines, over)


def refuse_changing(env: Env, moves: Iterable[Move]) -> None:
    """Nothing comes in for an order that is being changed: its quantities are not agreed."""
    lines = lines_of(
        move for move in moves if move.shipment is not None and move.shipment.kind is OperationKind.RECEIPT
    )
    if lines:
        with env.system("check that the orders of a receipt are not being changed") as system:
            for order in progress.orders_of(system, lines):
                if order.state is OrderState.CHANGING:
                    raise BeingChanged(order)


def sums(env: Env, line_ids: Iterable[int] | None = None) -> Mapping[int, Mapping[str, Decimal]]:
    """Received and returned per order line, in the line's unit, from the moves that are done."""
    move, source, target = env[PurchasedMove], aliased(env[Location]), aliased(env[Location])
    quantity = move.quantity / move.unit_factor
    came = (source.kind == LocationKind.SUPPLIER) & target.kind.in_(OWNED)
    left = source.kind.in_(OWNED) & (target.kind == LocationKind.SUPPLIER)
    query = (
        select(
            move.purchase_line_id,
            func.sum(case((came, quantity), else_=ZERO)),
            func.sum(case((left, quantity), else_=ZERO)),
            func.min(move.unit_factor),
            func.count(move.id),
        )
        .join(source, source.id == move.source_location_id)
        .join(target, target.id == move.target_location_id)
        .where(move.state == MoveState.DONE)
        .group_by(move.purchase_line_id)
    )
    if line_ids is None:
        query = query.where(move.purchase_line_id.is_not(None))
    else:
        query = query.where(move.purchase_line_id.in_(sorted(line_ids)))
    return {
        line: {
            name: quantities.in_document_unit(value, each, n)
            for name, value in zip(COLUMNS, values, strict=True)
        }
        for line, *values, each, n in env.session.execute(query)
    }


def lines_of(moves: Iterable[Move]) -> list[int]:
    """The order lines that moves are for."""
    return sorted(
        {move.purchase_line_id for move in moves if isinstance(move, PurchasedMove) and move.purchase_line_id}
    )


def cost_of(order: Order, line: Line, factor: Decimal) -> Decimal:
    """What one unit of the product costs in company currency: the line before tax, after discount.

    ``factor``: units of the product in one unit of the line.
    """
    if not line.quantity:
        return ZERO
    return round_half_up(line.net / line.quantity * order.rate / factor, PRICE_DIGITS)


def _plan(env: Env, order: Order, left: Mapping[Line, Decimal]) -> Shipment | None:
    if not left:
        return None
    with env.system("plan the receipt of a purchase order") as system:
        products = loading.products(system, [line.product_id for line in left])
        units = {product.unit_id: product.unit for product in products.values()}
        units |= loading.by_id(system, Unit, {line.unit_id for line in left} - units.keys())
        days = {line.id: line.expected_on or order.expected_on or env.today() for line in left}
        demands = []
        for line, quantity in left.items():
            product = products[line.product_id or 0]
            unit = units[line.unit_id or product.unit_id]
            cost = cost_of(order, line, quantities.factor(product, unit))
            demands.append(Demand(product, quantity, unit, cost=cost, extra={"purchase_line_id": line.id}))
        shipment = shipments.plan(
            system,
            OperationKind.RECEIPT,
            demands,
            party_id=order.party_id,
            planned_on=min(days.values()),
            origin=order.number or "",
            target_id=order.location_id if isinstance(order, StockedOrder) else None,
            extra={"purchase_order_id": order.id},
        )
        for move in shipment.moves:
            if isinstance(move, PurchasedMove) and move.purchase_line_id:
                move.planned_on = days[move.purchase_line_id]
        system.session.flush()
        return shipment


def _give_up(env: Env, order: Order, why: str) -> None:
    with env.system(why) as system:
        for shipment in _open(system, order):
            shipments.cancel(system, shipment)


def _open(env: Env, order: Order) -> Sequence[Shipment]:
    shipment = env[PurchasedShipment]
    query = (
        select(shipment)
        .where(
            shipment.purchase_order_id == order.id,
            shipment.kind == OperationKind.RECEIPT,
            shipment.state.in_(OPEN_STATES),
        )
        .order_by(shipment.id)
    )
    return env.session.scalars(query).all()


def _expected(env: Env, order: Order) -> dict[int, Decimal]:
    """What open receipts bring, per line in the line's unit."""
    move, source = env[PurchasedMove], aliased(env[Location])
    with env.system("what is on its way for a purchase order") as system:
        rows = system.session.execute(
            select(
                move.purchase_line_id,
                func.sum(move.quantity / move.unit_factor),
                func.min(move.unit_factor),
                func.count(move.id),
            )
            .join(source, source.id == move.source_location_id)
            .where(
                move.purchase_line_id.in_([line.id for line in order.lines]),
                source.kind == LocationKind.SUPPLIER,
                move.state.in_((MoveState.DRAFT, MoveState.WAITING, MoveState.READY)),
            )
            .group_by(move.purchase_line_id)
        )
        return {
            line: quantities.in_document_unit(quantity, each, n)
            for line, quantity, each, n in rows
            if line is not None
        }


def _refuse_excess(order: Order, line_ids: Sequence[int], over: Decimal) -> None:
    for line in order.products:
        limit = round_half_up(line.quantity * (HUNDRED + over) / HUNDRED, 6)
        if line.id in line_ids and line.kept_quantity > limit:
            raise TooMuchReceived(line, line.kept_quantity, limit)
