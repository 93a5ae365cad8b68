"""What was there on a day, and what it was worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, union_all

from addons.catalog.models import Product
from addons.erp_stock.models import OWNED, Layer, Location, Move, MoveState
from addons.erp_stock.services.shelves import under
from core.api import ZERO

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from core.api import Env


@dataclass(frozen=True, slots=True)
class Worth:
    """Of one product at the end of a day; the value is in company currency."""

    product: Product
    quantity: Decimal
    value: Decimal

    @property
    def unit_cost(self) -> Decimal:
        """What one unit was worth."""
        return self.value / self.quantity if self.quantity else ZERO


def on(env: Env, day: date, location: Location | None = None) -> list[Worth]:
    """Every product that was there at the end of a day, by name.

    In a location the quantity is what lay there or below, at the product's cost in the whole company that
    day.
    """
    layer = env[Layer]
    rows = env.session.execute(
        select(layer.product_id, func.sum(layer.quantity), func.sum(layer.value))
        .where(layer.company_id == env.company_id, layer.on <= day)
        .group_by(layer.product_id)
        .having(func.sum(layer.quantity) != 0)
    )
    whole = {product_id: (quantity, value) for product_id, quantity, value in rows}
    there = _lay(env, day, location) if location is not None else None
    product = env[Product]
    query = select(product).where(product.id.in_(sorted(whole))).order_by(product.name, product.id)
    found = []
    for one in env.session.scalars(query):
        quantity, value = whole[one.id]
        if there is not None:
            part = there.get(one.id, ZERO)
            value = value * part / quantity
            quantity = part
        if quantity:
            found.append(Worth(one, quantity, value))
    return found


def _lay(env: Env, day: date, location: Location) -> dict[int, Decimal]:
    move, place = env[Move], env[Location]
    legs = union_all(
        *(
            select(move.product_id.label("product"), (move.quantity * sign).label("quantity"))
            .join(place, place.id == end)
            .where(
                move.state == MoveState.DONE,
                move.done_on <= day,
                place.kind.in_(OWNED),
                under(place, location),
            )
            for end, sign in ((move.target_location_id, 1), (move.source_location_id, -1))
        )
    ).subquery()
    rows = env.session.execute(select(legs.c.product, func.sum(legs.c.quantity)).group_by(legs.c.product))
    return {product_id: quantity for product_id, quantity in rows}  # noqa: C416  # a Row is no pair for dict()
