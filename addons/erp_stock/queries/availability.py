"""What can be promised, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from addons.erp_stock.models import Location, LocationKind, Move, MoveState
from addons.erp_stock.services import shelves
from core.api import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from core.api import Env


@dataclass(frozen=True, slots=True)
class Availability:
    """Of one product, in all warehouses of the company, in the product's unit."""

    on_hand: Decimal
    reserved: Decimal
    waiting: Decimal
    """Promised to deliveries that wait for goods."""
    incoming: tuple[tuple[date, Decimal], ...]
    """Planned receipts that are still open, by day."""

    @property
    def free(self) -> Decimal:
        """On hand and promised to nobody."""
        return self.on_hand - self.reserved

    def promised(self, quantity: Decimal, today: date) -> date | None:
        """The first day on which ``quantity`` more can leave; None while too little is on its way."""
        left = self.free - self.waiting
        if left >= quantity:
            return today
        for day, arriving in self.incoming:
            left += arriving
            if left >= quantity:
                return max(day, today)
        return None


NOTHING = Availability(ZERO, ZERO, ZERO, ())


def of(env: Env, product_ids: Iterable[int]) -> dict[int, Availability]:
    """The availability of each product, in two statements; one that was never seen has none of anything."""
    wanted = sorted(set(product_ids))
    shelf = shelves.on_hand(env, wanted)
    move, source, target = env[Move], aliased(env[Location]), aliased(env[Location])
    rows = env.session.execute(
        select(move.product_id, target.kind, move.planned_on, func.sum(move.quantity))
        .join(source, source.id == move.source_location_id)
        .join(target, target.id == move.target_location_id)
        .where(
            move.product_id.in_(wanted),
            move.company_id == env.company_id,
            ((source.kind == LocationKind.INTERNAL) & (move.state == MoveState.WAITING))
            | ((source.kind != LocationKind.INTERNAL) & (move.state == MoveState.READY)),
            (source.kind == LocationKind.INTERNAL) != (target.kind == LocationKind.INTERNAL),
        )
        .group_by(move.product_id, target.kind, move.planned_on)
        .order_by(move.planned_on)
    )
    waiting: dict[int, Decimal] = {}
    incoming: dict[int, list[tuple[date, Decimal]]] = {}
    for product_id, goes_to, day, quantity in rows:
        if goes_to == LocationKind.INTERNAL:
            incoming.setdefault(product_id, []).append((day, quantity))
        else:
            waiting[product_id] = waiting.get(product_id, ZERO) + quantity
    return {
        product_id: Availability(
            *shelf.get(product_id, (ZERO, ZERO)),
            waiting.get(product_id, ZERO),
            tuple(incoming.get(product_id, ())),
        )
        for product_id in wanted
    }
