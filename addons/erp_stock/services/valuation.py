"""Give each move that crosses our border its value, and keep the layers.

A product's valuation row is locked while its moves are valued, so costs follow one order. A move may not be
dated before the last valued move of its product: its cost would change figures that were already reported.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from addons.erp_stock.models import Costing, Layer, StockedProduct, Valuation
from addons.erp_stock.services import costing
from addons.erp_stock.services.locking import fresh
from core.api import ZERO, RuleBroken, _, round_money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from addons.erp_stock.models import Move
    from core.api import Env


class TooEarly(RuleBroken):
    def __init__(self, move: Move, last: date) -> None:
        super().__init__(
            _('"{product}" already moved on {last}.', product=move.product.name, last=last),
            hint=_("Choose {last} or later.", last=last),
        )


def value(env: Env, moves: Sequence[Move], on: date) -> None:
    """Value the moves that come in or go out, in their order. Nothing is flushed."""
    crossing = [move for move in moves if move.source_location.is_owned != move.target_location.is_owned]
    if not crossing:
        return
    stock = _locked(env, {move.product_id for move in crossing})
    for move in crossing:
        last = stock[move.product_id].last_on
        if last is not None and on < last:
            raise TooEarly(move, last)
    left = _layers_left(env, crossing, stock)
    currency = env.company.currency

    def rounded(amount: Decimal) -> Decimal:
        return round_money(amount, currency)

    for move in crossing:
        row = stock[move.product_id]
        if move.target_location.is_owned:
            layer = _come_in(env, move, row, rounded)
            left[move.product_id].append(layer)
        else:
            layer = _go_out(env, move, row, left[move.product_id], rounded)
        layer.on = on
        row.quantity += layer.quantity
        row.value += layer.value
        row.last_on = on
        move.value = layer.value
        layer.move = move
        env.session.add(layer)


def _come_in(env: Env, move: Move, row: Valuation, rounded: Callable[[Decimal], Decimal]) -> Layer:
    if move.return_of is not None and move.return_of.value is not None:
        amount = rounded(abs(move.return_of.value) * move.quantity / move.return_of.quantity)
    elif move.cost is not None:
        amount = rounded(move.cost * move.quantity)
    else:
        unit_cost = row.value / row.quantity if row.quantity else move.product.cost
        amount = rounded(unit_cost * move.quantity)
    layer = env[Layer](product_id=move.product_id, quantity=move.quantity, value=amount)
    fifo = is_fifo(move)
    layer.left_quantity, layer.left_value = (move.quantity, amount) if fifo else (ZERO, ZERO)
    return layer


def _go_out(
    env: Env, move: Move, row: Valuation, left: list[Layer], rounded: Callable[[Decimal], Decimal]
) -> Layer:
    if is_fifo(move):
        preferred = move.return_of_id
        order = sorted(left, key=lambda layer: layer.move_id != preferred) if preferred else left
        taken = costing.take_first_in(
            [
                costing.Open(number, layer.left_quantity, layer.left_value)
                for number, layer in enumerate(order)
            ],
            move.quantity,
            rounded,
        )
        for part in taken:
            order[part.key].left_quantity -= part.quantity
            order[part.key].left_value -= part.value
        left[:] = [layer for layer in left if layer.left_quantity > 0]
        amount = costing.worth(taken)
    else:
        amount = costing.share(row.value, row.quantity, move.quantity, rounded)
    return env[Layer](
        product_id=move.product_id,
        quantity=-move.quantity,
        value=-amount,
        left_quantity=ZERO,
        left_value=ZERO,
    )


def is_fifo(move: Move) -> bool:
    """The product of this move is valued first in, first out."""
    product = move.product
    return isinstance(product, StockedProduct) and product.costing is Costing.FIFO


def _layers_left(
    env: Env, moves: Iterable[Move], stock: dict[int, Valuation]
) -> defaultdict[int, list[Layer]]:
    """The oldest layers that cover what goes out, and those the returns prefer; not every layer there is."""
    wanted: dict[int, Decimal] = {}
    for move in moves:
        if is_fifo(move) and not move.target_location.is_owned:
            wanted[move.product_id] = wanted.get(move.product_id, ZERO) + move.quantity
    found: defaultdict[int, list[Layer]] = defaultdict(list)
    preferred = {move.return_of_id for move in moves if move.return_of_id}
    for product_id, quantity in sorted(wanted.items()):
        if stock[product_id].quantity < quantity:
            quantity = stock[product_id].quantity  # goods that come in by the same moves follow
        for layer in _oldest(env, product_id, quantity, preferred):
            found[product_id].append(layer)
    return found


def _oldest(env: Env, product_id: int, quantity: Decimal, preferred: set[int]) -> Sequence[Layer]:
    layer = env[Layer]
    ranked = (
        select(
            layer.id,
            layer.move_id,
            (func.sum(layer.left_quantity).over(order_by=(layer.on, layer.id)) - layer.left_quantity).label(
                "before"
            ),
        )
        .where(layer.product_id == product_id, layer.left_quantity > 0, layer.company_id == env.company.id)
        .subquery()
    )
    needed = select(ranked.c.id).where((ranked.c.before < quantity) | ranked.c.move_id.in_(sorted(preferred)))
    return fresh(env, layer, select(layer).where(layer.id.in_(needed)).order_by(layer.on, layer.id))


def _locked(env: Env, product_ids: set[int]) -> dict[int, Valuation]:
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
