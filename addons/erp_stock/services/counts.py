"""Count what is there, and put the books right, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_stock.models import (
    Count,
    CountLine,
    CountState,
    DayPart,
    Location,
    LocationKind,
    Move,
    MoveState,
    Quant,
    kept,
)
from addons.erp_stock.services import history, lots, moving, shelves, warehouses
from addons.erp_stock.services.acting import acting
from core.api import ZERO, Invalid, RuleBroken, _, writing_closed

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from addons.catalog.models import Product
    from addons.erp_stock.models import Lot
    from addons.erp_stock.services.recosting import Told
    from core.api import Env


class CountClosed(RuleBroken):
    def __init__(self, count: Count) -> None:
        super().__init__(
            _("{number} is already {state}.", number=count.number, state=count.state.label),
            hint=_("Start a new count to correct the stock again."),
        )


class NothingCounted(RuleBroken):
    def __init__(self, count: Count) -> None:
        super().__init__(
            _("Nobody has counted anything in {number} yet.", number=count.number),
            hint=_("Enter what is there for at least one product."),
        )


class BelowReserved(RuleBroken):
    def __init__(self, quant: Quant, counted: Decimal) -> None:
        super().__init__(
            _(
                '"{product}": {counted} counted in {location}, but {reserved} are reserved.',
                product=quant.product.name,
                counted=shelves.plain(counted),
                location=quant.location.full_name,
                reserved=shelves.plain(quant.reserved),
            ),
            hint=_("Release the reservation of a delivery first."),
        )


class NoReason(Invalid):
    def __init__(self) -> None:
        message = _("Say why the stock changes.")
        super().__init__(message, fields={"reason": message})


@acting("list the stock to count")
def start(env: Env, count: Count) -> None:
    """List every product that the books place in the location or below it, with how much, unless it is
    counted blind."""
    env.lock(count)
    if count.state is not CountState.DRAFT:
        raise CountClosed(count)
    quant, place = env[Quant], env[Location]
    listed = {(line.product_id, line.location_id, line.lot_id) for line in count.lines}
    rows = env.session.execute(
        select(quant.product_id, quant.location_id, quant.lot_id, quant.quantity)
        .join(place, place.id == quant.location_id)
        .where(
            quant.quantity > 0,
            place.kind == LocationKind.INTERNAL,
            shelves.under(place, count.location),
        )
        .order_by(place.full_name, quant.product_id, quant.lot_id)
    )
    for product_id, location_id, lot_id, quantity in rows:
        if (product_id, location_id, lot_id) not in listed:
            line = env[CountLine](product_id=product_id, location_id=location_id, lot_id=lot_id)
            line.expected = None if count.blind else quantity
            count.lines.append(line)
    count.state = CountState.COUNTING
    env.session.flush()


@acting("put the stock right after a count")
def apply(env: Env, count: Count, *, on: date | None = None, told: Told = None) -> list[Move]:
    """Make the stock what was counted; what nobody counted stays as it is.

    on: the day it was counted, today by default. For a day that is past, what was counted is what was
    there at the end of that day; where something was counted again since, the stock stays as that later
    count left it.
    """
    count = env.get(Count, count.id, lock=True)
    if count.state not in {CountState.DRAFT, CountState.COUNTING}:
        raise CountClosed(count)
    counted = [line for line in count.lines if line.counted is not None]
    if not counted:
        raise NothingCounted(count)
    moved = _settle(env, count, counted, on or env.today(), told=told)
    return moved.moves


@acting("give up a count")
def cancel(env: Env, count: Count) -> None:
    """Give up a count; the stock stays as it is."""
    env.lock(count)
    if count.state not in {CountState.DRAFT, CountState.COUNTING}:
        raise CountClosed(count)
    count.state = CountState.CANCELLED
    env.session.flush()


def adjust(
    env: Env,
    product: Product,
    location: Location,
    counted: Decimal,
    reason: str,
    *,
    on: date | None = None,
    cost: Decimal | None = None,
    lot: Lot | None = None,
) -> Move | None:
    """Count one product in one place; no move when the books said so already."""
    if not reason.strip():
        raise NoReason
    kept.keep(env)
    line = env[CountLine](
        product_id=product.id,
        product=product,
        location_id=location.id,
        location=location,
        lot_id=lot.id if lot else None,
        lot=lot,
        counted=counted,
    )
    count = env[Count](location_id=location.id, reason=reason, lines=[line])
    with writing_closed(count):
        env.session.add(count)
        _settle(env, count, [line], on or env.today(), cost=cost)
    return line.move


def complete_line(env: Env, count: Count, line: CountLine) -> None:
    """A product added by hand is counted in the location of the count unless another is named."""
    line.location_id = line.location_id or count.location_id


def _settle(
    env: Env,
    count: Count,
    lines: list[CountLine],
    on: date,
    *,
    cost: Decimal | None = None,
    told: Told = None,
) -> moving.Moved:
    """Move the differences; the count is done, with what the books had expected."""
    for line in lines:
        lots.refuse_untold(line.product, line.lot)
    places = [(line.product_id, line.location_id, line.lot_id or 0) for line in lines]
    quants = shelves.locked(env, places, create=places)
    past = on < env.today()
    part = DayPart.CLOSE if past else DayPart.LIVE
    moves = []
    for line in lines:
        quant = quants[line.product_id, line.location_id, line.lot_id or 0]
        line.expected = (
            history.quantity_on(env, line.product_id, line.location_id, on, line.lot_id)
            if past
            else quant.quantity
        )
        if move := _difference(env, quant, (line.counted or ZERO) - line.expected, count.reason):
            move.cost = cost
            line.move = move
            moves.append(move)
    count.state, count.counted_on, count.part = CountState.DONE, on, part.value
    env.session.add_all(moves)
    moved = moving.execute(env, moves, on, part=part, told=told)
    env.session.flush()
    moving.tell(env, moved)
    return moved


def _difference(env: Env, quant: Quant, difference: Decimal, reason: str) -> Move | None:
    if not difference:
        return None
    if 0 <= quant.quantity + difference < quant.reserved:
        raise BelowReserved(quant, quant.quantity + difference)
    loss_id = warehouses.outside_locations(env)[LocationKind.LOSS]
    loss = env.session.get_one(env[Location], loss_id)
    source, target = (loss, quant.location) if difference > 0 else (quant.location, loss)
    return env[Move](
        product=quant.product,
        product_id=quant.product_id,
        quantity=abs(difference),
        lot_id=quant.lot_id,
        lot=quant.lot,
        unit_id=quant.product.unit_id,
        source_location=source,
        source_location_id=source.id,
        target_location=target,
        target_location_id=target.id,
        state=MoveState.DRAFT,
        planned_on=env.today(),
        reason=reason,
    )
