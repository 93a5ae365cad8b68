"""Make receipts out of orders, and progress out of moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_purchase.services import prices
from addons.erp_purchase.wires.stock import proof, receiving, roles, screens, supplying
from addons.erp_purchase.wires.stock.models import (
    PurchasedMove,
    PurchasedRequest,
    PurchasedShipment,
    StockedLine,
    StockedOrder,
)
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from addons.catalog.models import Product
    from addons.erp_purchase.models import Order
    from addons.erp_stock.models import Move, SupplyRequest
    from core.api import Env, Finding, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (StockedOrder, StockedLine, PurchasedShipment, PurchasedMove, PurchasedRequest)


@hookimpl
def declare_roles() -> Sequence[Any]:
    return roles.ROLES


@hookimpl
def declare_views() -> Sequence[Any]:
    return screens.VIEWS


@hookimpl
def purchase_order_confirmed(env: Env, order: Order) -> None:
    receiving.expect(env, order)
    supplying.planned(env, order)


@hookimpl
def purchase_order_amended(env: Env, order: Order) -> None:
    receiving.expect_again(env, order)


@hookimpl
def purchase_order_cancelled(env: Env, order: Order) -> None:
    receiving.give_up(env, order)
    supplying.reopened(env, order)


@hookimpl
def lock_first(env: Env, model: str, ids: Sequence[int]) -> None:
    if model == PurchasedShipment.model_name:
        receiving.hold_orders(env, ids)


@hookimpl
def may_exceed_plan(move: Move) -> bool:
    return not move.source_location.is_owned and bool(receiving.lines_of([move]))


@hookimpl
def stock_moves_done(env: Env, moves: Sequence[Move]) -> None:
    receiving.refuse_changing(env, moves)
    receiving.progressed(env, moves)


@hookimpl
def supply_requested(env: Env, requests: Sequence[SupplyRequest]) -> None:
    supplying.take(env, requests)


@hookimpl
def replenishment_days(env: Env, wanted: Mapping[Product, Decimal]) -> Mapping[int, int]:
    return prices.lead_times(env, wanted)


@hookimpl
def supply_withdrawn(env: Env, request: SupplyRequest) -> None:
    supplying.withdraw(env, request)


@hookimpl
def verify(env: Env) -> Iterable[Finding]:
    return proof.findings(env)
