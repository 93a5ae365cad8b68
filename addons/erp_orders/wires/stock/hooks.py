"""Make deliveries out of orders, and progress out of moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_orders.wires.stock import fulfilment, proof, screens
from addons.erp_orders.wires.stock.models import OrderedMove, OrderedShipment
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from addons.erp_orders.models import Order
    from addons.erp_stock.models import Move, Shipment
    from core.api import Env, Finding, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (OrderedShipment, OrderedMove)


@hookimpl
def declare_views() -> Sequence[Any]:
    return screens.VIEWS


@hookimpl
def customer_order_confirmed(env: Env, order: Order) -> None:
    fulfilment.deliver(env, order)


@hookimpl
def customer_order_amended(env: Env, order: Order) -> None:
    fulfilment.deliver_again(env, order)


@hookimpl
def customer_order_cancelled(env: Env, order: Order) -> None:
    fulfilment.give_up(env, order)


@hookimpl
def lock_first(env: Env, model: str, ids: Sequence[int]) -> None:
    if model == OrderedShipment.model_name:
        fulfilment.hold_orders(env, ids)


@hookimpl
def may_exceed_plan(env: Env, move: Move, quantity: Decimal) -> bool:
    return fulfilment.may_exceed(env, move, quantity)


@hookimpl
def stock_reserved(env: Env, moves: Sequence[Move]) -> None:
    fulfilment.progressed(env, moves)


@hookimpl
def stock_moves_done(env: Env, moves: Sequence[Move]) -> None:
    fulfilment.refuse_held(env, moves)
    fulfilment.progressed(env, moves)


@hookimpl
def shipment_cancelled(env: Env, shipment: Shipment) -> None:
    fulfilment.progressed(env, shipment.moves)


@hookimpl
def verify(env: Env) -> Iterable[Finding]:
    return proof.findings(env)
