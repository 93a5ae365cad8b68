"""Move goods for good: off one shelf, onto another, valued, told. The only way by which stock changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, tuple_

from addons.erp_stock.models import (
    Count,
    CountLine,
    CountState,
    DayPart,
    Location,
    LocationKind,
    Move,
    MoveState,
    kept,
)
from addons.erp_stock.services import chains, history, lots, serving, shelves, valuation, warehouses
from core.api import ZERO, Invalid, RuleBroken, _, format_date, writing_closed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from addons.erp_stock.models import Quant
    from addons.erp_stock.services.recosting import Revaluation, Told
    from addons.erp_stock.services.shelves import Place
    from core.api import Env


class InTheFuture(Invalid):
    def __init__(self, on: date) -> None:
        message = _("{on} is in the future; goods move today at the latest.", on=format_date(on))
        super().__init__(message, fields={"done_on": message})


class BackBeforeItLeft(RuleBroken):
    def __init__(self, move: Move, left_on: date) -> None:
        super().__init__(
            _(
                '"{product}" left on {day}, so it cannot be back before.',
                product=move.product.name,
                day=format_date(left_on),
            ),
            hint=_("Choose {day} or later.", day=format_date(left_on)),
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved, with what later counts settled, and what became worth more or less by it."""

    moves: list[Move]
    revalued: list[Revaluation]


def execute(
    env: Env,
    moves: Sequence[Move],
    on: date,
    *,
    part: DayPart | None = None,
    expired: bool = False,
    told: Told = None,
) -> Moved:
    """Take goods from where they are to where they go, and value them. Nobody is told: call ``tell``.

    A ready move takes what it holds reserved; any other takes what is promised to nobody, or is refused. On a
    day that is past, no place may hold less than nothing on any day since, and what a later count found stays
    as it was counted: the difference is settled on the day of that count. ``expired`` lets lots leave to a
    customer after their last day.
    """
    kept.keep(env)
    today = env.today()
    if on > today:
        raise InTheFuture(on)
    with writing_closed(*(move for move in moves if move.shipment is None)):
        lots.settle(env, moves, on, expired=expired)
        for move in moves:
            move.part = _part(move, on, today) if part is None else part
        settled = _settled(env, moves, on) if on < today or part is DayPart.CLOSE else []
        with writing_closed(*settled):
            env.session.add_all(settled)
            return _executed(env, moves, settled, on, told)


def _executed(env: Env, moves: Sequence[Move], settled: Sequence[Move], on: date, told: Told) -> Moved:
    arriving = [move for move in settled if move.target_location.is_owned]
    leaving = [move for move in settled if move.source_location.is_owned]
    everything = [*arriving, *moves, *leaving]
    quants = _locked(env, everything)
    held = [move for move in moves if move.state is MoveState.READY and move.source_location.is_owned]
    for move in moves:
        move.done_on = on
    for move in settled:
        move.done_on = move.planned_on
    for move in everything:
        move.state, move.picked = MoveState.DONE, None
    if on < env.today():
        env.session.flush()
        history.refuse_gaps(env, [shelves.left(move) for move in moves if move.source_location.is_owned], on)
    lots.refuse_elsewhere(env, everything)
    for move in held:
        quants[shelves.left(move)].reserved -= move.quantity
    for move in everything:
        _shift(env, move, quants)
    return Moved(everything, valuation.value(env, everything, told))


def tell(env: Env, moved: Moved) -> None:
    """Tell the other addons what moved and what was revalued by it, and let what arrived go on; after
    flush."""
    if moved.moves:
        env.hooks.stock_moves_done(env=env, moves=moved.moves)
    chains.arrived(env, moved.moves)
    serving.serve(env, moved.moves)
    if moved.revalued:
        env.hooks.stock_revalued(env=env, revaluations=moved.revalued)


def _part(move: Move, on: date, today: date) -> DayPart:
    original = move.return_of
    if original is not None and original.done_on is not None:
        if on < original.done_on:
            raise BackBeforeItLeft(move, original.done_on)
        if on == original.done_on and on < today:
            return DayPart.BACK
    if on == today:
        return DayPart.LIVE
    return DayPart.EVENING if move.source_location.is_owned else DayPart.MORNING


def _locked(env: Env, moves: Sequence[Move]) -> dict[Place, Quant]:
    leave = [shelves.left(move) for move in moves if move.source_location.is_owned]
    arrive = [shelves.reached(move) for move in moves if move.target_location.is_owned]
    return shelves.locked(env, leave, create=arrive)


def _shift(env: Env, move: Move, quants: dict[Place, Quant]) -> None:
    if move.source_location.is_owned:
        quant = quants.get(shelves.left(move))
        if quant is None or quant.available < move.quantity:
            available = quant.available if quant else ZERO
            raise shelves.Shortage(move.product, move.source_location, move.quantity, available)
        quant.quantity -= move.quantity
        if quant.serial:
            env.session.flush()  # its one place is free before it reaches the next
    if move.target_location.is_owned:
        quants[shelves.reached(move)].quantity += move.quantity


def _settled(env: Env, moves: Sequence[Move], on: date) -> list[Move]:
    """The moves that keep what later counts found: what they counted already held what is recorded only
    now."""
    shifts: dict[Place, Decimal] = {}
    part = max(move.part for move in moves) if moves else DayPart.LIVE
    for move in moves:
        for end, sign in ((move.source_location, -1), (move.target_location, 1)):
            if end.is_owned:
                place = (move.product_id, end.id, move.lot_id or 0)
                shifts[place] = shifts.get(place, ZERO) + sign * move.quantity
    counts = _later_counts(env, [place for place, shift in shifts.items() if shift], on, part)
    if not counts:
        return []
    loss = env.session.get_one(env[Location], warehouses.outside_locations(env)[LocationKind.LOSS])
    products = {move.product_id: move.product for move in moves}
    lots_of = {move.lot_id: move.lot for move in moves if move.lot_id}
    made = []
    for (product_id, place_id, lot_id), count in sorted(counts.items(), key=lambda item: item[0]):
        shift = shifts[product_id, place_id, lot_id]
        shelf = env.session.get_one(env[Location], place_id)
        source, target = (loss, shelf) if shift < 0 else (shelf, loss)
        settling = env[Move](
            product=products[product_id],
            product_id=product_id,
            quantity=abs(shift),
            lot_id=lot_id or None,
            lot=lots_of.get(lot_id),
            unit_id=products[product_id].unit_id,
            source_location=source,
            source_location_id=source.id,
            target_location=target,
            target_location_id=target.id,
            state=MoveState.DRAFT,
            planned_on=count.counted_on,
            part=DayPart.EVENING
            if shift > 0
            else DayPart.CLOSE
            if count.counted_on == on
            else DayPart.MORNING,
            reason=str(_("Counted in {number}, recorded later", number=count.number)),
        )
        made.append(settling)
    return made


def _later_counts(env: Env, places: Sequence[Place], on: date, part: int) -> dict[Place, Count]:
    """The first count of each place that came after a moment."""
    if not places:
        return {}
    line, count = env[CountLine], env[Count]
    with env.session.no_autoflush:
        rows = env.session.execute(
            select(line.product_id, line.location_id, func.coalesce(line.lot_id, 0), count)
            .join(count, count.id == line.count_id)
            .where(
                tuple_(line.product_id, line.location_id, func.coalesce(line.lot_id, 0)).in_(sorted(places)),
                line.counted.is_not(None),
                count.state == CountState.DONE,
                tuple_(count.counted_on, count.part) > (on, int(part)),
            )
            .order_by(count.counted_on.desc(), count.part.desc(), count.id.desc())
        ).all()
    return {(product_id, location_id, lot_id): found for product_id, location_id, lot_id, found in rows}
