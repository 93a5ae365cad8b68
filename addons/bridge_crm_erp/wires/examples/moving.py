"""Deliver, invoice and cash some of the example orders, so that every step has something to show."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_accounting.services import invoices, payments
from addons.erp_orders.models import Order, OrderState
from addons.erp_orders.wires.accounting import invoicing
from addons.erp_orders.wires.stock.models import OrderedShipment
from addons.erp_stock.models import OperationKind, ShipmentState
from addons.erp_stock.services import reservation, shipments

if TYPE_CHECKING:
    from core.api import Env

LEAD = timedelta(days=6)
EVERY = 4
"""Of four orders one waits, one is delivered, one invoiced too, and one paid."""


def along(env: Env) -> None:
    """Reserve what arrived since the orders were taken, then take each order as far as its turn says."""
    order = env[Order]
    confirmed = select(order).where(order.state == OrderState.CONFIRMED).order_by(order.id)
    for number, found in enumerate(env.session.scalars(confirmed).all()):
        ready = [shipment for shipment in _deliveries(env, found) if reservation.reserve(env, shipment)]
        turn = number % EVERY
        if turn == 0 or not ready:
            continue
        for shipment in ready:
            shipments.ship(env, shipment, on=min(found.order_date + LEAD, env.today()))
        if turn == 1:
            continue
        invoice = invoicing.create_invoice(env, found)
        invoices.post(env, invoice)
        if turn == EVERY - 1:
            payments.register(env, [invoice])


def _deliveries(env: Env, order: Order) -> list[OrderedShipment]:
    shipment = env[OrderedShipment]
    query = (
        select(shipment)
        .where(
            shipment.order_id == order.id,
            shipment.kind == OperationKind.DELIVERY,
            shipment.state.in_((ShipmentState.WAITING, ShipmentState.PARTIAL, ShipmentState.READY)),
        )
        .order_by(shipment.id)
    )
    return list(env.session.scalars(query))
