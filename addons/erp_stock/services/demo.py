"""Example stock, so that a first delivery has something to ship."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.catalog.models import Product, ProductKind
from addons.erp_stock.models import OperationKind
from addons.erp_stock.services import shipments
from addons.erp_stock.services.quantities import Demand
from core.api import _

if TYPE_CHECKING:
    from core.api import Env

AMOUNT = Decimal(40)
PART = Decimal("0.6")
"""Without a cost of its own, an example product costs this part of its sale price."""


def stock(env: Env) -> None:
    """Receive forty of every product of the demonstration, two months ago."""
    product = env[Product]
    goods = env.session.scalars(
        select(product)
        .where(product.kind == ProductKind.GOODS, product.active)
        .order_by(product.id)
        .limit(50)
    ).all()
    if not goods:
        return
    day = env.today() - timedelta(days=60)
    receipt = shipments.plan(
        env,
        OperationKind.RECEIPT,
        [Demand(item, AMOUNT, cost=item.cost or item.sale_price * PART) for item in goods],
        origin=str(_("Opening stock")),
        planned_on=day,
    )
    shipments.ship(env, receipt, on=day)
