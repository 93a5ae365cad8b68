"""The rules of the current company on customer orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_orders.models import OrderedProduct, Policy
from core.api import ZERO

if TYPE_CHECKING:
    from decimal import Decimal

    from addons.catalog.models import Product
    from core.api import Env


def over_delivery(env: Env, product: Product | None) -> Decimal:
    """What a line begins with: as its product says, else as the company says, in percent."""
    if isinstance(product, OrderedProduct) and product.over_delivery is not None:
        return product.over_delivery
    found = env.kept(Policy, company_id=env.company_id)
    return found[0].over_delivery if found else ZERO


def set_up(env: Env) -> Policy:
    """Give the company its row; does nothing when it has one."""
    model = env[Policy]
    found = env.session.scalars(select(model).where(model.company_id == env.company_id)).one_or_none()
    return found or env.add(Policy, company_id=env.company_id)
