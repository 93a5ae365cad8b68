"""Things to keep in stock, with only what matters said."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import Party
from addons.catalog.models import Product, Unit
from addons.erp_stock.models import Location, LocationKind, OperationKind, Quant, Valuation
from addons.erp_stock.services import shipments
from addons.erp_stock.services.quantities import Demand
from core.api import ZERO

if TYPE_CHECKING:
    from datetime import date

    from addons.erp_stock.models import Shipment
    from core.api import Env

_serial = count(1)


def a_unit(env: Env, **values: Any) -> Unit:
    """Pieces unless said otherwise."""
    name = values.setdefault("name", "Piece of test")
    found = env.session.scalars(select(env[Unit]).where(env[Unit].name == name)).first()
    return found or env.add(Unit, **{"code": "C62"} | values)


def a_product(env: Env, **values: Any) -> Any:
    """Goods kept in pieces."""
    number = next(_serial)
    unit = values.pop("unit", None) or a_unit(env)
    return env.add(
        Product,
        **{"name": f"Lamp {number}", "unit_id": unit.id, "unit": unit, "sale_price": Decimal(20)} | values,
    )


def a_customer(env: Env, **values: Any) -> Any:
    """An organisation that buys."""
    return env.add(Party, **{"name": "Brasserie Kervran", "is_customer": True} | values)


def received(
    env: Env, product: Product, quantity: str | int, cost: str | int = 10, on: date | None = None
) -> Shipment:
    """Goods that came in from a supplier."""
    receipt = shipments.plan(
        env, OperationKind.RECEIPT, [Demand(product, Decimal(quantity), cost=Decimal(cost))], planned_on=on
    )
    shipments.ship(env, receipt, on=on)
    return receipt


def a_delivery(env: Env, *wanted: tuple[Product, str | int], **options: Any) -> Shipment:
    """Goods that a customer wants, reserved as far as they are there."""
    demands = [Demand(product, Decimal(quantity)) for product, quantity in wanted]
    return shipments.plan(env, OperationKind.DELIVERY, demands, **options)


def delivered(env: Env, product: Product, quantity: str | int, on: date | None = None) -> Shipment:
    """Goods that left to a customer."""
    delivery = a_delivery(env, (product, quantity), planned_on=on)
    shipments.ship(env, delivery, on=on)
    return delivery


def a_shelf(env: Env, name: str, kind: LocationKind = LocationKind.INTERNAL) -> Location:
    """A place inside the stock of the first warehouse."""
    from addons.erp_stock.services import warehouses

    return warehouses.create_location(env, {"name": name, "parent_id": stock_of(env).id, "kind": kind})


def stock_of(env: Env) -> Location:
    """The stock location of the first warehouse."""
    return env.session.scalars(select(env[Location]).where(env[Location].full_name == "MAIN/Stock")).one()


def on_shelf(env: Env, product: Product) -> tuple[Decimal, Decimal]:
    """On hand and reserved, over all places."""
    quants = env.session.scalars(select(env[Quant]).where(env[Quant].product_id == product.id)).all()
    return sum((q.quantity for q in quants), ZERO), sum((q.reserved for q in quants), ZERO)


def worth(env: Env, product: Product) -> Decimal:
    """The stock value of a product."""
    valuation = env[Valuation]
    return env.session.scalar(select(valuation.value).where(valuation.product_id == product.id)) or ZERO
