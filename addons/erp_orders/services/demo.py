"""Example orders in several states."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.models import Party
from addons.catalog.models import Product
from addons.erp_orders.services import orders
from addons.erp_orders.services.orders import LineInput

if TYPE_CHECKING:
    from core.api import Env


def example_orders(env: Env) -> None:
    """Two confirmed orders and a draft, for the first customers of the demonstration."""
    party, product = env[Party], env[Product]
    customers = env.session.scalars(
        select(party).where(party.is_customer, party.active).order_by(party.id).limit(3)
    ).all()
    products = env.session.scalars(select(product).where(product.active).order_by(product.id).limit(3)).all()
    if not products:
        return
    for number, customer in enumerate(customers):
        lines = [
            LineInput(
                item,
                Decimal(number + place + 1),
                unit_price=item.sale_price,
                taxes=[tax for tax in item.sale_taxes if tax.company_id == env.company.id],
            )
            for place, item in enumerate(products)
        ]
        order = orders.create(env, customer, lines)
        if number < 2:
            orders.confirm(env, order)
