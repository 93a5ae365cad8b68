"""Orders on the CRM side, with only what matters said."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.bridge_crm_erp.wires.customers.models import CustomerFigures, KnownCustomer
from addons.bridge_crm_erp.wires.orders.models import MirroredOrder
from addons.crm_sales.services import orders as sales_orders
from addons.crm_sales.services.lines import LineDraft
from addons.erp_orders.wires.stock.models import OrderedShipment
from tests.erp_orders.factories import a_tax
from tests.erp_stock.factories import a_customer, a_product, received

if TYPE_CHECKING:
    from addons.base.models import Party
    from addons.catalog.models import Product
    from addons.crm_sales.models import Order as SalesOrder
    from core.api import Env


def sold(product: Product, quantity: str | int = 1, price: str | int = 20, **values: Any) -> LineDraft:
    """A line of a CRM order."""
    return LineDraft(product, Decimal(quantity), unit_price=Decimal(price), **{"taxes": []} | values)


def a_sales_order(env: Env, *lines: LineDraft, **values: Any) -> SalesOrder:
    """A draft in the CRM; one lamp when no line is said."""
    party = values.pop("party", None) or a_customer(env)
    return sales_orders.create(env, party, lines or [sold(a_product(env))], **values)


def a_confirmed_sales_order(env: Env, *lines: LineDraft, **values: Any) -> SalesOrder:
    """An order the customer said yes to."""
    order = a_sales_order(env, *lines, **values)
    sales_orders.confirm(env, order)
    return order


def erp_order_of(env: Env, sales_order: SalesOrder) -> MirroredOrder:
    """The ERP order that stands for a CRM order."""
    model = env[MirroredOrder]
    return env.session.scalars(select(model).where(model.crm_order_id == sales_order.id)).one()


def figures_of(env: Env, party: Party) -> CustomerFigures:
    """What the current company knows of a customer's invoices."""
    env.session.expire_all()
    found = env.get(KnownCustomer, party.id).figures
    assert found is not None
    return found


def delivery_of(env: Env, order: MirroredOrder) -> OrderedShipment:
    """The last shipment of an ERP order."""
    model = env[OrderedShipment]
    query = select(model).where(model.order_id == order.id).order_by(model.id.desc()).limit(1)
    return env.session.scalars(query).one()


__all__ = [
    "a_confirmed_sales_order",
    "a_customer",
    "a_product",
    "a_sales_order",
    "a_tax",
    "delivery_of",
    "erp_order_of",
    "figures_of",
    "received",
    "sold",
]
