"""Value a product anew after a move that belongs before others, or a cost that came later.

Everything of the product since its costing method last changed is gone through in order, by the same
arithmetic as when it happened; what comes out different is written, and told as revaluations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import joinedload

from addons.erp_stock.models import Costing, Layer, Move, Valuation, kept
from addons.erp_stock.services import costing
from core.api import ZERO, RuleBroken, _, format_date, format_quantity, round_money, writing_closed_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal
    from typing import Any

    from addons.erp_stock.models import LandedCost
    from core.api import Env

Told = Callable[[int, int], None] | None
"""Hears how many of how many steps are done."""
PIECE = 1000


@dataclass(frozen=True, slots=True)
class Revaluation:
    """The value of a move that was already done changed by ``difference``, as of a day: its own, or that of
    the costs that came later; ``landed`` is the part that such costs brought or took back."""

    move: Move
    on: date
    difference: Decimal
    landed: Decimal = ZERO
    cost: LandedCost | None = None
    """The landed costs that ``landed`` is of."""
    reason: str = ""
    """In words, for the entry in the ledger."""


class NotThenThere(RuleBroken):
    """409; nothing was written."""

    def __init__(self, product: str, place: str, day: date, missing: Decimal) -> None:
        super().__init__(
            _(
                '"{product}": {missing} would be missing from {location} on {day}.',
                product=product,
                missing=format_quantity(missing),
                location=place,
                day=format_date(day),
            ),
            hint=_("Choose a later day, or move less."),
        )


def again(env: Env, row: Valuation, new: set[int], told: Told = None) -> list[Revaluation]:
    """Value all layers of a product in their order; ``new`` are the moves that have no value yet.

    The caller holds the lock of the valuation and has written the layers. Gives what changed of older moves.
    """
    kept.keep(env)
    rows = _rows(env, row)
    currency = env.company.currency
    flow = costing.Flow(row.method == Costing.FIFO.value, lambda amount: round_money(amount, currency))
    flow.moved.update(_outside(env, row, rows))
    total = len(rows)
    for number, found in enumerate(rows):
        if told and number % PIECE == 0:
            told(number // 2, total)
        try:
            flow.take(found.step)
        except costing.NotEnough:
            raise _missing(env, found, flow.quantity) from None
    changed = _write(env, rows, flow, new, told)
    row.quantity, row.value = flow.quantity, flow.value
    if rows:
        row.last_on, row.last_part = rows[-1].on, rows[-1].part
    env.session.flush()
    return changed


def stands_alone(env: Env, row: Valuation, layers: Sequence[Layer]) -> bool:
    """Whether no other value of the product follows from the value of these: nothing was taken from them, and
    nothing that came later took the cost of what was there."""
    layer, move = env[Layer], env[Move]
    if any(found.id <= row.since_id for found in layers):
        return False
    fifo = row.method == Costing.FIFO.value
    if fifo and any(found.left_quantity != found.quantity for found in layers):
        return False
    place = min(((found.on, found.part, found.tie, found.id) for found in layers), default=None)
    if place is None:
        return True
    follows = (layer.quantity > 0) & move.cost.is_(None)
    query = (
        select(layer.id)
        .join(move, move.id == layer.move_id)
        .where(
            layer.product_id == row.product_id,
            layer.company_id == row.company_id,
            tuple_(layer.on, layer.part, layer.tie, layer.id) > place,
            follows if fifo else follows | (layer.quantity < 0),
        )
        .limit(1)
    )
    return env.session.scalar(query) is None


def raise_value(row: Valuation, amounts: Mapping[Layer, Decimal]) -> list[Revaluation]:
    """Change the value of layers that stand alone; what ``again`` would make of it. Nothing is flushed."""
    changed = []
    for layer, amount in amounts.items():
        layer.value += amount
        if row.method == Costing.FIFO.value:
            layer.left_value += amount
        layer.move.value = layer.value
        row.value += amount
        if amount:
            changed.append(Revaluation(layer.move, layer.on, amount))
    return changed


@dataclass(slots=True)
class _Row:
    step: costing.Step
    layer: int
    on: date
    part: int
    was: tuple[Decimal, Decimal, Decimal]


def steps(env: Env, row: Valuation) -> tuple[list[costing.Step], dict[int, costing.Left]]:
    """The steps of a product in order, and what is known of goods that left before the method changed."""
    rows = _rows(env, row)
    return [found.step for found in rows], _outside(env, row, rows)


def _rows(env: Env, row: Valuation) -> list[_Row]:
    layer, move = env[Layer], env[Move]
    found = env.session.execute(
        select(
            layer.move_id, layer.quantity, move.cost, layer.fallback, layer.landed, move.return_of_id,
            layer.id, layer.on, layer.part, layer.value, layer.left_quantity, layer.left_value,
        )
        .join(move, move.id == layer.move_id)
        .where(
            layer.product_id == row.product_id,
            layer.company_id == row.company_id,
            layer.id > row.since_id,
        )
        .order_by(layer.on, layer.part, layer.tie, layer.id)
    )  # fmt: skip
    return [
        _Row(costing.Step(*values[:6]), values[6], values[7], values[8], tuple(values[9:]))
        for values in found
    ]


def _outside(env: Env, row: Valuation, rows: Sequence[_Row]) -> dict[int, costing.Left]:
    here = {found.step.key for found in rows}
    wanted = {found.step.returns for found in rows if found.step.returns is not None} - here
    if not wanted:
        return {}
    move, back, layer = env[Move], env[Move], env[Layer]
    ids = sorted(wanted)
    before = (
        select(back.return_of_id, func.sum(back.quantity))
        .join(layer, layer.move_id == back.id)
        .where(back.return_of_id.in_(ids), layer.id <= row.since_id)
        .group_by(back.return_of_id)
    )
    returned = {origin: quantity for origin, quantity in env.session.execute(before)}  # noqa: C416  # a Row is no pair for dict()
    query = select(move.id, move.quantity, move.value).where(move.id.in_(ids), move.value.is_not(None))
    return {
        id_: costing.Left(quantity, abs(value or ZERO), returned.get(id_, ZERO))
        for id_, quantity, value in env.session.execute(query)
    }


def _write(
    env: Env, rows: Sequence[_Row], flow: costing.Flow, new: set[int], told: Told
) -> list[Revaluation]:
    different: dict[int, costing.Outcome] = {}
    for found in rows:
        outcome = flow.outcomes[found.step.key]
        if found.step.key in new or found.was != (
            outcome.value,
            outcome.left_quantity,
            outcome.left_value,
        ):
            different[found.layer] = outcome
    layer = env[Layer]
    changed: list[Revaluation] = []
    ids = list(different)
    for start in range(0, len(ids), PIECE):
        if told:
            told(len(rows) // 2 + len(rows) * start // (2 * len(ids)), len(rows))
        query = select(layer).where(layer.id.in_(ids[start : start + PIECE])).options(joinedload(layer.move))
        records = env.session.scalars(query).all()
        with writing_closed_rows(env, Move, (record.move_id for record in records)):
            for record in records:
                changed += _set(record, different[record.id], new)
    return sorted(changed, key=lambda one: (one.on, one.move.id))


def _set(layer: Layer, outcome: costing.Outcome, new: set[int]) -> list[Revaluation]:
    difference = outcome.value - layer.value
    layer.value = outcome.value
    layer.left_quantity, layer.left_value = outcome.left_quantity, outcome.left_value
    layer.move.value = outcome.value
    if not difference or layer.move_id in new:
        return []
    return [Revaluation(layer.move, layer.on, difference)]


def _missing(env: Env, found: _Row, there: Decimal) -> NotThenThere:
    move: Any = env.session.get_one(env[Move], found.step.key)
    return NotThenThere(
        move.product.name, move.source_location.full_name, found.on, -found.step.quantity - there
    )
