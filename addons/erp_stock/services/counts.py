"""Count what is there, and put the books right, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_stock.models import (
    Count,
    CountLine,
    CountState,
    Location,
    LocationKind,
    Move,
    MoveState,
    Quant,
    kept,
)
from addons.erp_stock.services import shelves, shipments, warehouses
from addons.erp_stock.services.acting import acting
from core.api import ZERO, Invalid, RuleBroken, _

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from addons.catalog.models import Product
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
    """List every product that the books place in the location or below it."""
    if count.state is not CountState.DRAFT:
        raise CountClosed(count)
    kept.keep(env)
    quant, place = env[Quant], env[Location]
    listed = {(line.product_id, line.location_id) for line in count.lines}
    rows = env.session.execute(
        select(quant.product_id, quant.location_id)
        .join(place, place.id == quant.location_id)
        .where(
            quant.quantity > 0,
            place.kind == LocationKind.INTERNAL,
            shelves.under(place, count.location),
        )
        .order_by(place.full_name, quant.product_id)
    )
    for product_id, location_id in rows:
        if (product_id, location_id) not in listed:
            count.lines.append(env[CountLine](product_id=product_id, location_id=location_id))
    count.state = CountState.COUNTING
    env.session.flush()


@acting("put the stock right after a count")
def apply(env: Env, count: Count, *, on: date | None = None) -> list[Move]:
    """Make the stock what was counted; what nobody counted stays as it is."""
    count = env.get(Count, count.id, lock=True)
    if count.state not in {CountState.DRAFT, CountState.COUNTING}:
        raise CountClosed(count)
    counted = [line for line in count.lines if line.counted is not None]
    if not counted:
        raise NothingCounted(count)
    on = on or env.today()
    places = [(line.product_id, line.location_id) for line in counted]
    quants = shelves.locked(env, places, create=places)
    moves = []
    for line in counted:
        quant = quants[line.product_id, line.location_id]
        line.expected = quant.quantity
        if move := _difference(env, quant, line.counted or ZERO, count.reason):
            line.move = move
            moves.append(move)
    count.state, count.counted_on = CountState.DONE, on
    _execute(env, moves, on)
    return moves


@acting("give up a count")
def cancel(env: Env, count: Count) -> None:
    """Give up a count; the stock stays as it is."""
    if count.state not in {CountState.DRAFT, CountState.COUNTING}:
        raise CountClosed(count)
    kept.keep(env)
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
) -> Move | None:
    """Make the stock of one product in one place what it really is; no move when it is that already."""
    if not reason.strip():
        raise NoReason
    place = (product.id, location.id)
    quant = shelves.locked(env, [], create=[place])[place]
    move = _difference(env, quant, counted, reason)
    if move is not None:
        move.cost = cost
        _execute(env, [move], on or env.today())
    return move


def complete_line(env: Env, count: Count, line: CountLine) -> None:
    """A product added by hand is counted in the location of the count unless another is named."""
    line.location_id = line.location_id or count.location_id


def _difference(env: Env, quant: Quant, counted: Decimal, reason: str) -> Move | None:
    difference = counted - quant.quantity
    if not difference:
        return None
    if counted < quant.reserved:
        raise BelowReserved(quant, counted)
    loss_id = warehouses.outside_locations(env)[LocationKind.LOSS]
    loss = env.session.get_one(env[Location], loss_id)
    source, target = (loss, quant.location) if difference > 0 else (quant.location, loss)
    return env[Move](
        product=quant.product,
        product_id=quant.product_id,
        quantity=abs(difference),
        unit_id=quant.product.unit_id,
        source_location=source,
        source_location_id=source.id,
        target_location=target,
        target_location_id=target.id,
        state=MoveState.DRAFT,
        planned_on=env.today(),
        reason=reason,
    )


def _execute(env: Env, moves: list[Move], on: date) -> None:
    env.session.add_all(moves)
    shipments.execute(env, moves, on)
    env.session.flush()
    if moves:
        env.hooks.stock_moves_done(env=env, moves=moves)
