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
    MoveState,
    OperationKind,
    ShipmentState,
    Split,
    StockedProduct,
    kept,
)
from addons.erp_stock.services import recosting, valuation
from addons.erp_stock.services.acting import acting
from core.api import ZERO, Invalid, RuleBroken, _, round_money

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from decimal import Decimal

    from addons.erp_stock.models import LandedCostLine, Move, Shipment
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
    kept.keep(env)
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
    kept.keep(env)
    landed.state = LandedCostState.REVERSED
    _revalue(env, landed, -1, on or env.today(), told)


def products_of(landed: LandedCost) -> list[int]:
    """The products whose value the costs change."""
    return [move.product_id for receipt in landed.receipts for move in receipt.shipment.moves]


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


def _revalue(env: Env, landed: LandedCost, sign: int, on: date, told: Told) -> None:
    """Change the layers and tell what became of it, all on the day of the landed costs."""
    shares = {share.move_id: sign * share.amount for share in landed.shares}
    layer = env[Layer]
    rows = valuation.locked(env, {share.move.product_id for share in landed.shares})
    for record in env.session.scalars(select(layer).where(layer.move_id.in_(sorted(shares)))):
        record.landed += shares[record.move_id]
    env.session.flush()
    changed: list[Revaluation] = []
    for _product, row in sorted(rows.items()):
        changed += recosting.again(env, row, set(), told)
    told_all = [replace(one, on=on, landed=shares.get(one.move.id, ZERO)) for one in changed]
    env.session.flush()
    if told_all:
        env.hooks.stock_revalued(env=env, revaluations=told_all)
