"""What is there, what comes and what leaves, day by day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from addons.erp_stock.models import Location, LocationKind, Move, MoveState, SupplyRequest
from addons.erp_stock.models.supply import EXPECTED
from addons.erp_stock.services import shelves
from core.api import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from core.api import Env

OPEN = (MoveState.WAITING, MoveState.READY)


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


NOTHING = Availability(ZERO, ZERO, ZERO, ())


@dataclass(frozen=True, slots=True)
class Day:
    """What comes to and leaves the places looked at on one day, and what is there at its end."""

    on: date
    incoming: Decimal
    outgoing: Decimal
    there: Decimal


def of(env: Env, product_ids: Iterable[int]) -> dict[int, Availability]:
    """The availability of each product, in two statements; one that was never seen has none of anything."""
    wanted = sorted(set(product_ids))
    shelf = shelves.on_hand(env, wanted)
    move, source, target, before = (
        env[Move],
        aliased(env[Location]),
        aliased(env[Location]),
        aliased(env[Move]),
    )
    within = and_(source.kind == LocationKind.INTERNAL, target.kind == LocationKind.INTERNAL)
    # of work in steps, only the first one that is not done asks for goods
    asks = ~exists().where(before.next_id == move.id, before.state.in_(OPEN))
    rows = env.session.execute(
        select(
            move.product_id,
            source.kind,
            move.planned_on,
            func.sum(move.quantity),
        )
        .join(source, source.id == move.source_location_id)
        .join(target, target.id == move.target_location_id)
        .where(
            move.product_id.in_(wanted),
            move.company_id == env.company_id,
            or_(
                and_(
                    source.kind == LocationKind.INTERNAL,
                    move.state == MoveState.WAITING,
                    or_(target.kind != LocationKind.INTERNAL, move.next_id.is_not(None)),
                    asks,
                ),
                and_(
                    source.kind != LocationKind.INTERNAL,
                    target.kind == LocationKind.INTERNAL,
                    move.state == MoveState.READY,
                ),
            ),
            or_(~within, move.next_id.is_not(None)),
        )
        .group_by(move.product_id, source.kind, move.planned_on)
        .order_by(move.planned_on)
    )
    waiting: dict[int, Decimal] = {}
    incoming: dict[int, list[tuple[date, Decimal]]] = {}
    for product_id, source_kind, day, quantity in rows:
        if source_kind != LocationKind.INTERNAL:
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


def requested(env: Env, product_ids: Iterable[int]) -> dict[int, list[tuple[date, Decimal]]]:
    """What supply requests ask for that no receipt is planned for yet, by product and day."""
    request = env[SupplyRequest]
    query = (
        select(request.product_id, request.wanted_on, func.sum(request.quantity))
        .where(
            request.product_id.in_(sorted(set(product_ids))),
            request.company_id == env.company_id,
            request.state.in_(EXPECTED),
        )
        .group_by(request.product_id, request.wanted_on)
        .order_by(request.wanted_on)
    )
    found: dict[int, list[tuple[date, Decimal]]] = {}
    for product_id, day, quantity in env.session.execute(query):
        found.setdefault(product_id, []).append((day, quantity))
    return found


def forecast(
    env: Env, product_id: int, *, location: Location | None = None, days: int = 0, expected: bool = False
) -> list[Day]:
    """What is there of a product at the end of today and of each later day on which something is planned.

    days: at least so many days are given, those without movement too. expected: supply requests that no
    receipt is planned for yet count as well. What is late is expected today.
    """
    today = env.today()
    changes = _planned(env, product_id, location, today)
    if expected:
        for day, quantity in _requested(env, product_id, location, today):
            changes[day][0] += quantity
    there = _on_hand(env, product_id, location)
    last = max([today + timedelta(days=days), *changes], default=today)
    wanted: Sequence[date] = (
        [today + timedelta(days=n) for n in range((last - today).days + 1)]
        if days
        else sorted({today, *changes})
    )
    found = []
    for day in wanted:
        incoming, outgoing = changes.get(day, [ZERO, ZERO])
        there += incoming - outgoing
        found.append(Day(day, incoming, outgoing, there))
    return found


def _on_hand(env: Env, product_id: int, location: Location | None) -> Decimal:
    if location is None:
        return shelves.on_hand(env, [product_id]).get(product_id, (ZERO, ZERO))[0]
    return shelves.there(env, product_id, location)


def _planned(env: Env, product_id: int, location: Location | None, today: date) -> dict[date, list[Decimal]]:
    """What open moves bring into and take out of the places looked at, by day."""
    move, source, target = env[Move], aliased(env[Location]), aliased(env[Location])
    inside = [
        end.kind == LocationKind.INTERNAL
        if location is None
        else and_(end.kind == LocationKind.INTERNAL, shelves.under(end, location))
        for end in (source, target)
    ]
    found: dict[date, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for side, crossing in enumerate((and_(~inside[0], inside[1]), and_(inside[0], ~inside[1]))):
        rows = env.session.execute(
            select(move.planned_on, func.sum(move.quantity))
            .join(source, source.id == move.source_location_id)
            .join(target, target.id == move.target_location_id)
            .where(
                move.product_id == product_id,
                move.company_id == env.company_id,
                move.state.in_(OPEN),
                crossing,
            )
            .group_by(move.planned_on)
        )
        for on, quantity in rows:
            found[max(on, today)][side] += quantity
    return found


def _requested(
    env: Env, product_id: int, location: Location | None, today: date
) -> list[tuple[date, Decimal]]:
    request, place = env[SupplyRequest], env[Location]
    query = (
        select(request.wanted_on, func.sum(request.quantity))
        .join(place, place.id == request.location_id)
        .where(
            request.product_id == product_id,
            request.company_id == env.company_id,
            request.state.in_(EXPECTED),
        )
        .group_by(request.wanted_on)
    )
    if location is not None:
        query = query.where(shelves.under(place, location))
    return [(max(day, today), quantity) for day, quantity in env.session.execute(query)]
