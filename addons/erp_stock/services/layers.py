"""What is left of goods that came in, first in, first out: read, taken from, written.

A few layers are records like any other. Many are read as plain rows, and those that are empty afterwards are
written by one statement.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.erp_stock.models import Costing, Layer, StockedProduct
from addons.erp_stock.services import costing
from addons.erp_stock.services.locking import fresh
from core.api import ZERO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from addons.erp_stock.models import Move, Valuation
    from core.api import Env

FEW = 50


@dataclass(slots=True)
class Row:
    """A layer as its figures only; ``was`` is what was left when it was read."""

    id: int
    move_id: int
    left_quantity: Decimal
    left_value: Decimal
    was: Decimal


Source = Layer | Row


@dataclass(slots=True)
class Left:
    """The layers of one product that may be taken from, the oldest first."""

    layers: list[Source] = field(default_factory=list)
    gone: int = 0
    """So many of the oldest are empty."""

    def take(
        self, quantity: Decimal, preferred: int | None, rounded: Callable[[Decimal], Decimal]
    ) -> Decimal:
        """Take from the layer of the move ``preferred``, then from the oldest on; give what it is worth."""
        while self.gone < len(self.layers) and self.layers[self.gone].left_quantity <= 0:
            self.gone += 1
        later = (self.layers[place] for place in range(self.gone, len(self.layers)))
        order = sorted(later, key=lambda found: found.move_id != preferred) if preferred else later
        reached: list[Source] = []

        def opened() -> Iterator[costing.Open]:
            for found in order:
                if found.left_quantity > 0:
                    reached.append(found)
                    yield costing.Open(len(reached) - 1, found.left_quantity, found.left_value)

        taken = costing.take_first_in(opened(), quantity, rounded)
        for part in taken:
            reached[part.key].left_quantity -= part.quantity
            reached[part.key].left_value -= part.value
        return costing.worth(taken)


def is_fifo(move: Move) -> bool:
    """The product of this move is valued first in, first out."""
    product = move.product
    return isinstance(product, StockedProduct) and product.costing is Costing.FIFO


def left(env: Env, moves: Iterable[Move], stock: Mapping[int, Valuation]) -> defaultdict[int, Left]:
    """Per product the oldest layers that cover what goes out, and those the returns prefer; not every layer
    there is.

    The caller holds the locks of the valuations.
    """
    wanted: dict[int, Decimal] = {}
    for move in moves:
        if is_fifo(move) and not move.target_location.is_owned:
            wanted[move.product_id] = wanted.get(move.product_id, ZERO) + move.quantity
    found: defaultdict[int, Left] = defaultdict(Left)
    preferred = {move.return_of_id for move in moves if move.return_of_id}
    for product_id, quantity in sorted(wanted.items()):
        there = min(quantity, stock[product_id].quantity)  # goods that come in by the same moves follow
        found[product_id].layers.extend(_oldest(env, product_id, there, preferred))
    return found


def write(env: Env, left: Mapping[int, Left]) -> None:
    """Write what was taken from layers that are no records; a record is written by the next flush."""
    rows = [found for its in left.values() for found in its.layers if isinstance(found, Row)]
    layer = env[Layer]
    empty = [found.id for found in rows if not found.left_quantity]
    if empty:
        env.bulk_update(Layer, layer.id.in_(empty), {"left_quantity": ZERO, "left_value": ZERO})
    for found in rows:
        if found.left_quantity and found.left_quantity != found.was:
            record = env.session.get_one(layer, found.id)
            record.left_quantity, record.left_value = found.left_quantity, found.left_value


def _oldest(env: Env, product_id: int, quantity: Decimal, preferred: set[int]) -> Sequence[Source]:
    layer = env[Layer]
    order = (layer.on, layer.part, layer.tie, layer.id)
    ranked = (
        select(
            layer.id,
            layer.move_id,
            (func.sum(layer.left_quantity).over(order_by=order) - layer.left_quantity).label("before"),
        )
        .where(layer.product_id == product_id, layer.left_quantity > 0, layer.company_id == env.company.id)
        .subquery()
    )
    needed = layer.id.in_(
        select(ranked.c.id).where((ranked.c.before < quantity) | ranked.c.move_id.in_(sorted(preferred)))
    )
    few = fresh(env, layer, select(layer).where(needed).order_by(*order).limit(FEW + 1))
    if len(few) <= FEW:
        return few
    columns = (layer.id, layer.move_id, layer.left_quantity, layer.left_value, layer.left_quantity)
    with env.session.no_autoflush:
        return [
            Row(*values) for values in env.session.execute(select(*columns).where(needed).order_by(*order))
        ]
