"""Give each move that crosses our border its value, and keep the layers.

A product's valuation row is locked while its moves are valued, so costs follow one order: the day, the
part of the day, then what ``Layer.tie`` says. A move that comes last in it is valued at once; one recorded
later for an earlier day makes everything after it be valued anew (``recosting``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from addons.erp_stock.models import Costing, DayPart, Layer, Move, MoveState, Valuation
from addons.erp_stock.services import costing, layers, recosting
from addons.erp_stock.services.locking import fresh
from core.api import ZERO, RuleBroken, _, format_date, round_money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from addons.erp_stock.services.recosting import Revaluation, Told
    from core.api import Env


class MethodChanged(RuleBroken):
    def __init__(self, move: Move, day: date) -> None:
        super().__init__(
            _(
                'The costing method of "{product}" changed after {day}.',
                product=move.product.name,
                day=format_date(day),
            ),
            hint=_("Choose a later day."),
        )


def value(env: Env, moves: Sequence[Move], told: Told = None) -> list[Revaluation]:
    """Value the moves that come in or go out; they know their day and its part.

    Gives the earlier moves whose value changed by it, with the difference. Nothing is flushed unless a move
    belongs before others. ``told`` hears how far a long revaluation is.
    """
    by_product: dict[int, list[Move]] = {}
    for move in moves:
        if move.source_location.is_owned != move.target_location.is_owned:
            by_product.setdefault(move.product_id, []).append(move)
    if not by_product:
        return []
    stock = locked(env, set(by_product))
    for product_id, its in by_product.items():
        _follow_method(env, stock[product_id], its)
    in_order = {product_id for product_id, its in by_product.items() if _is_last(stock[product_id], its)}
    _value_last(env, [move for product_id in in_order for move in by_product[product_id]], stock)
    changed: list[Revaluation] = []
    for product_id in sorted(by_product.keys() - in_order):
        made = [_layer(env, move) for move in by_product[product_id]]
        env.session.add_all(made)
        env.session.flush()
        changed += recosting.again(env, stock[product_id], {layer.move_id for layer in made}, told)
    return changed


def later_moves(env: Env, product_ids: Iterable[int], on: date) -> int:
    """How many moves of these products count after a day: what a move on that day makes be valued anew."""
    layer = env[Layer]
    query = select(func.count(layer.id)).where(
        layer.product_id.in_(sorted(set(product_ids))), layer.company_id == env.company_id, layer.on > on
    )
    return env.session.scalar(query) or 0


def _is_last(row: Valuation, moves: Sequence[Move]) -> bool:
    last = (row.last_on, row.last_part)
    for move in moves:
        place = (move.done_on, move.part)
        if last[0] is not None and (place < last or (place == last and move.part != DayPart.LIVE)):
            return False
        last = place
    return True


def _follow_method(env: Env, row: Valuation, moves: Sequence[Move]) -> None:
    """Note when the method changed, which it only can while nothing is in stock."""
    method = (Costing.FIFO if layers.is_fifo(moves[0]) else Costing.AVERAGE).value
    if row.method != method:
        if row.method is not None:
            layer = env[Layer]
            row.since_on = row.last_on
            last = select(func.max(layer.id)).where(
                layer.product_id == row.product_id, layer.company_id == row.company_id
            )
            row.since_id = env.session.scalar(last) or 0
        row.method = method
    for move in moves:
        if row.since_on and move.done_on and move.done_on <= row.since_on and move.part != DayPart.LIVE:
            raise MethodChanged(move, row.since_on)


def _value_last(env: Env, moves: Sequence[Move], stock: dict[int, Valuation]) -> None:
    left = layers.left(env, moves, stock)
    currency = env.company.currency

    def rounded(amount: Decimal) -> Decimal:
        return round_money(amount, currency)

    for move in moves:
        row = stock[move.product_id]
        layer = _layer(env, move)
        if move.target_location.is_owned:
            _come_in(env, move, layer, row, rounded)
            left[move.product_id].layers.append(layer)
        else:
            _go_out(move, layer, row, left[move.product_id], rounded)
        row.quantity += layer.quantity
        row.value += layer.value
        row.last_on, row.last_part = layer.on, layer.part
        move.value = layer.value
        env.session.add(layer)
    layers.write(env, left)


def _layer(env: Env, move: Move) -> Layer:
    comes_in = move.target_location.is_owned
    if move.part == DayPart.LIVE:
        tie = ""
    elif comes_in:
        tie = f"{'~' if move.cost is None else f'{move.cost:022.6f}'} {move.quantity:022.6f}"
    else:
        tie = f"{move.quantity:022.6f}"
    return env[Layer](
        product_id=move.product_id,
        move=move,
        on=move.done_on,
        part=move.part,
        tie=tie,
        quantity=move.quantity if comes_in else -move.quantity,
        value=ZERO,
        left_quantity=ZERO,
        left_value=ZERO,
        landed=ZERO,
        fallback=move.product.cost or ZERO,
    )


def _come_in(
    env: Env, move: Move, layer: Layer, row: Valuation, rounded: Callable[[Decimal], Decimal]
) -> None:
    original = move.return_of
    if original is not None and original.value is not None:
        back = _back(env, move)
        layer.value = costing.returned(abs(original.value), original.quantity, back, move.quantity, rounded)
    else:
        cost = move.cost
        if cost is None:
            cost = row.value / row.quantity if row.quantity else layer.fallback
        layer.value = rounded(cost * move.quantity)
    if layers.is_fifo(move):
        layer.left_quantity, layer.left_value = move.quantity, layer.value


def _back(env: Env, move: Move) -> Decimal:
    """How much of what a return brings back came back before."""
    model = env[Move]
    query = select(func.sum(model.quantity)).where(
        model.return_of_id == move.return_of_id, model.state == MoveState.DONE, model.value.is_not(None)
    )
    with env.session.no_autoflush:
        return env.session.scalar(query) or ZERO


def _go_out(
    move: Move, layer: Layer, row: Valuation, left: layers.Left, rounded: Callable[[Decimal], Decimal]
) -> None:
    if layers.is_fifo(move):
        layer.value = -left.take(move.quantity, move.return_of_id, rounded)
    else:
        layer.value = -costing.share(row.value, row.quantity, move.quantity, rounded)


def locked(env: Env, product_ids: set[int]) -> dict[int, Valuation]:
    """The valuations of these products in this company, locked until the transaction ends."""
    found = _lock(env, product_ids)
    missing = sorted(product_ids - found.keys())
    if missing:
        for product_id in missing:
            _create(env, product_id)
        found = _lock(env, product_ids)
    return found


def _lock(env: Env, product_ids: set[int]) -> dict[int, Valuation]:
    model = env[Valuation]
    query = (
        select(model)
        .where(model.product_id.in_(sorted(product_ids)), model.company_id == env.company.id)
        .order_by(model.product_id)
        .with_for_update()
    )
    return {row.product_id: row for row in fresh(env, model, query)}


def _create(env: Env, product_id: int) -> None:
    try:
        with env.session.begin_nested():
            env.session.add(env[Valuation](product_id=product_id, company_id=env.company.id))
    except IntegrityError:
        return  # somebody else made it at the same moment; it is read, locked, right after
