"""Spread costs that came later over the goods they were paid for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_stock.models import (
    LandedCost,
    LandedCostState,
    LandedShare,
    Layer,
    Move,
    MoveState,
    OperationKind,
    ShipmentState,
    Split,
    StockedProduct,
    Valuation,
    kept,
)
from addons.erp_stock.services import recosting, valuation
from addons.erp_stock.services.acting import acting
from addons.erp_stock.services.locking import fresh
from core.api import ZERO, Invalid, RuleBroken, _, round_money, writing_closed_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from addons.erp_stock.models import LandedCostLine, Shipment
    from addons.erp_stock.services.recosting import Revaluation, Told
    from core.api import Env


class NotInState(RuleBroken):
    def __init__(self, landed: LandedCost) -> None:
        super().__init__(
            _("{number} is already {state}.", number=landed.number, state=landed.state.label),
            hint=_("Reverse it, and write new landed costs."),
        )


class NothingToLand(RuleBroken):
    def __init__(self, landed: LandedCost) -> None:
        super().__init__(
            _("{number} has no costs or no received goods.", number=landed.number),
            hint=_("Add at least one cost and one receipt that is done."),
        )


class NotReceived(Invalid):
    def __init__(self, shipment: Shipment) -> None:
        message = _("{number} is no receipt that is done.", number=shipment.number)
        super().__init__(message, fields={"receipts": message})


class GoneBefore(RuleBroken):
    def __init__(self, move: Move) -> None:
        super().__init__(
            _(
                'The costing method of "{product}" changed since it came in, when nothing of it was left.',
                product=move.product.name,
            ),
            hint=_("Its costs stay an expense: leave its receipt out."),
        )


class NoBasis(Invalid):
    def __init__(self, line: LandedCostLine) -> None:
        message = _(
            '"{cost}" cannot be spread by {split}: it is zero for all goods.',
            cost=line.description,
            split=str(line.split.label).lower(),
        )
        super().__init__(
            message, hint=_("Spread it in another way, or complete the products."), fields={"split": message}
        )


def spread(amount: Decimal, bases: Sequence[Decimal], rounded: Callable[[Decimal], Decimal]) -> list[Decimal]:
    """Parts of ``amount`` in proportion to ``bases``, each rounded; the last that has a basis carries the
    rest.

    The parts always add up to the amount. ValueError when all bases are zero.
    """
    total = sum(bases, ZERO)
    if not total:
        raise ValueError(bases)
    last = max(place for place, basis in enumerate(bases) if basis)
    parts = [rounded(amount * basis / total) if place != last else ZERO for place, basis in enumerate(bases)]
    parts[last] = amount - sum(parts, ZERO)
    return parts


@acting("add landed costs to the value of goods", locks=True)
def land(env: Env, landed: LandedCost, *, on: date | None = None, told: Told = None) -> None:
    """Add the costs to the layers of the receipts: what was consumed since goes to the cost of sales."""
    landed = env.get(LandedCost, landed.id, lock=True)
    if landed.state is not LandedCostState.DRAFT:
        raise NotInState(landed)
    moves = _received(landed)
    if not moves or not landed.lines:
        raise NothingToLand(landed)
    _refuse_gone(env, moves)
    landed.shares = [
        env[LandedShare](move_id=move.id, move=move, amount=amount)
        for move, amount in zip(moves, _shares(env, landed, moves), strict=True)
        if amount
    ]
    landed.state, landed.on = LandedCostState.DONE, on or landed.on or env.today()
    _revalue(env, landed, 1, landed.on, told)


@acting("take landed costs out of the value of goods", locks=True)
def reverse(env: Env, landed: LandedCost, *, on: date | None = None, told: Told = None) -> None:
    """Take the costs off the layers again."""
    landed = env.get(LandedCost, landed.id, lock=True)
    if landed.state is not LandedCostState.DONE:
        raise NotInState(landed)
    _refuse_gone(env, [share.move for share in landed.shares])
    landed.state = LandedCostState.REVERSED
    _revalue(env, landed, -1, on or env.today(), told)


def products_of(landed: LandedCost) -> list[int]:
    """The products whose value the costs change."""
    return [move.product_id for receipt in landed.receipts for move in receipt.shipment.moves]


def _refuse_gone(env: Env, moves: Sequence[Move]) -> None:
    here = reachable(env, [move.id for move in moves])
    for move in moves:
        if move.id not in here:
            raise GoneBefore(move)


def _received(landed: LandedCost) -> list[Move]:
    moves: list[Move] = []
    for receipt in landed.receipts:
        shipment = receipt.shipment
        if shipment.kind is not OperationKind.RECEIPT or shipment.state is not ShipmentState.DONE:
            raise NotReceived(shipment)
        moves += [m for m in shipment.moves if m.state is MoveState.DONE and m.value is not None]
    return moves


def _shares(env: Env, landed: LandedCost, moves: Sequence[Move]) -> list[Decimal]:
    """What each move bears of all lines together."""
    currency = env.company.currency
    total = [ZERO] * len(moves)
    bought = _bought(env, moves)
    for line in landed.lines:
        bases = [_basis(line.split, move, bought) for move in moves]
        try:
            parts = spread(line.amount, bases, lambda amount: round_money(amount, currency))
        except ValueError:
            raise NoBasis(line) from None
        total = [sum(pair, ZERO) for pair in zip(total, parts, strict=True)]
    return total


def _bought(env: Env, moves: Sequence[Move]) -> dict[int, Decimal]:
    """The value of each move without landed costs, so that it does not matter which are entered first."""
    layer = env[Layer]
    query = select(layer.move_id, layer.value - layer.landed).where(
        layer.move_id.in_([move.id for move in moves])
    )
    return {move_id: value for move_id, value in env.session.execute(query)}  # noqa: C416  # a Row is no pair for dict()


def _basis(split: Split, move: Move, bought: dict[int, Decimal]) -> Decimal:
    product = move.product
    if split is Split.VALUE:
        return bought[move.id]
    if split is Split.EQUAL:
        return move.quantity / move.quantity
    if split is Split.QUANTITY:
        return move.quantity
    if not isinstance(product, StockedProduct):
        return ZERO
    each = product.weight if split is Split.WEIGHT else product.volume
    return each * move.quantity


def add(env: Env, amounts: Sequence[tuple[Move, Decimal]], *, on: date, reason: str = "") -> None:
    """Change what received goods are worth by what they turned out to cost, as when their bill differs.

    ``amounts``: moves that came in, each once, with what they cost more (or less, below zero). What was
    consumed since bears its share. The day is that of the entry in the ledger, ``reason`` its label; the
    other side is where the goods came from. Only moves that are ``reachable``, told by ``stock_moves_done``
    before; for services of other addons, elevated.
    """
    kept.keep(env)
    products = {move.product_id for move, _amount in amounts}
    changed = _change(env, {move.id: amount for move, amount in amounts}, products, None)
    if changed:
        revalued = [replace(one, on=on, reason=reason) for one in changed]
        env.hooks.stock_revalued(env=env, revaluations=revalued)


def reachable(env: Env, move_ids: Iterable[int]) -> set[int]:
    """The moves whose value can still change: nothing reaches goods that were all gone when the costing
    method of their product changed."""
    layer, row = env[Layer], env[Valuation]
    query = (
        select(layer.move_id)
        .join(row, (row.product_id == layer.product_id) & (row.company_id == layer.company_id))
        .where(layer.move_id.in_(sorted(set(move_ids))), layer.id > row.since_id)
    )
    return set(env.session.scalars(query))


def _revalue(env: Env, landed: LandedCost, sign: int, on: date, told: Told) -> None:
    """Change the layers and tell what became of it, all on the day of the landed costs."""
    shares = {share.move_id: sign * share.amount for share in landed.shares}
    changed = _change(env, shares, {share.move.product_id for share in landed.shares}, told)
    if changed:
        revalued = [replace(one, on=on, landed=shares.get(one.move.id, ZERO), cost=landed) for one in changed]
        env.hooks.stock_revalued(env=env, revaluations=revalued)


def _change(env: Env, amounts: Mapping[int, Decimal], product_ids: set[int], told: Told) -> list[Revaluation]:
    """Add to the layers of moves, by their id; gives every move whose value changed by it."""
    rows = valuation.locked(env, product_ids)
    layer = env[Layer]
    by_product: dict[int, list[Layer]] = {}
    query = select(layer).where(layer.move_id.in_(sorted(amounts))).order_by(layer.id)
    for record in fresh(env, layer, query):
        record.landed += amounts[record.move_id]
        by_product.setdefault(record.product_id, []).append(record)
    changed: list[Revaluation] = []
    with writing_closed_rows(env, Move, amounts):
        for product_id, row in sorted(rows.items()):
            its = by_product.get(product_id, [])
            if recosting.stands_alone(env, row, its):
                changed += recosting.raise_value(row, {found: amounts[found.move_id] for found in its})
            else:
                changed += recosting.again(env, row, set(), told)
    return changed
