"""Turn supply requests into draft orders, one for each vendor and place."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.models import Party
from addons.catalog.models import Product
from addons.catalog.services.units import factor
from addons.erp_purchase.models import Line, Order, OrderState
from addons.erp_purchase.services import orders, prices
from addons.erp_purchase.wires.stock.models import PurchasedRequest, StockedOrder
from addons.erp_stock.models import SupplyRequest, SupplyRoute, SupplyState
from addons.erp_stock.models import kept as stock_kept
from addons.erp_stock.services import supply
from core.api import ZERO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env


def take(env: Env, requests: Sequence[SupplyRequest]) -> None:
    """Put the requests for purchase on draft orders. What no vendor has a price for stays requested.

    Offered again, a request that stands on an order already is left alone.
    """
    stock_kept.keep(env)
    for request in sorted(requests, key=lambda one: one.id):
        if not isinstance(request, PurchasedRequest) or request.purchase_line_id is not None:
            continue
        if request.route is not SupplyRoute.PURCHASE or request.state is not SupplyState.REQUESTED:
            continue
        product = env.get(Product, request.product_id)
        chosen = prices.preferred(env, product, request.quantity)
        if chosen is None:
            continue
        terms, quantity = chosen
        order = _draft_for(env, env.get(Party, terms.price.party_id), request)
        line = next((one for one in order.products if one.product_id == product.id), None)
        if line is None:
            given = orders.priced(env, order.party, product, quantity, expected_on=request.wanted_on)
            (line,) = orders.add_lines(env, order, [given])
        else:
            wanted = line.quantity + _in_unit(line, request.quantity)
            orders.set_quantity(env, order, line, wanted, expected_on=request.wanted_on)
        request.purchase_line_id = line.id
        env.session.flush()
        supply.order(env, request, order.title)


def withdraw(env: Env, request: SupplyRequest) -> None:
    """Take a request that was given up off its draft; an order for nobody is cancelled."""
    stock_kept.keep(env)
    if not isinstance(request, PurchasedRequest) or request.purchase_line_id is None:
        return
    line = env.get(Line, request.purchase_line_id)
    order = orders.locked(env, line.order)
    request.purchase_line_id = None
    env.session.flush()
    if order.state is not OrderState.DRAFT:
        return
    others = _of_lines(env, [line.id])
    left = _in_unit(line, sum((other.quantity for other in others), ZERO))
    rest = max(line.quantity - _in_unit(line, request.quantity), left)
    orders.set_quantity(env, order, line, min(rest, line.quantity))
    if not any(one.quantity for one in order.products):
        orders.cancel(env, order)


def _in_unit(line: Line, quantity: Decimal) -> Decimal:
    """What is wanted in the product's unit, in the unit that the buyer chose for the line; never less."""
    product, unit = line.product, line.unit
    if product is None or unit is None or unit.id == product.unit_id:
        return quantity
    exact = quantity * factor(product.unit, unit)
    step = Decimal(1).scaleb(-unit.digits)
    return (exact / step).to_integral_value(ROUND_CEILING) * step


def planned(env: Env, order: Order) -> None:
    """The receipt of a confirmed order counts instead of its requests."""
    with env.system("supply requests of a confirmed purchase order") as system:
        for request in _of_order(system, order):
            supply.plan(system, request, order.title)


def reopened(env: Env, order: Order) -> None:
    """What a cancelled order was for is wanted again."""
    with env.system("supply requests of a cancelled purchase order") as system:
        stock_kept.keep(system)
        for request in _of_order(system, order):
            request.purchase_line_id = None
            system.session.flush()
            supply.reopen(system, request)


def _draft_for(env: Env, vendor: Party, request: SupplyRequest) -> Order:
    """The draft on which requests for a vendor and a place collect; a new one when there is none."""
    model = env[StockedOrder]
    query = (
        select(model)
        .where(
            model.company_id == env.company_id,
            model.party_id == vendor.id,
            model.state == OrderState.DRAFT,
            model.from_supply,
            model.location_id == request.location_id,
        )
        .order_by(model.id)
        .limit(1)
        .with_for_update(key_share=True)
    )
    found = env.session.scalars(query).first()
    if found is not None:
        return orders.locked(env, found)
    return orders.create(
        env,
        vendor,
        [],
        origin=request.origin or request.number,
        location_id=request.location_id,
        from_supply=True,
    )


def _of_order(env: Env, order: Order) -> Sequence[PurchasedRequest]:
    return _of_lines(env, [line.id for line in order.lines])


def _of_lines(env: Env, line_ids: Sequence[int]) -> Sequence[PurchasedRequest]:
    request = env[PurchasedRequest]
    query = select(request).where(request.purchase_line_id.in_(line_ids)).order_by(request.id)
    return env.session.scalars(query).all()
