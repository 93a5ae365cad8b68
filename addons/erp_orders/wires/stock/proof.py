"""Progress on the order = what its moves say, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.catalog.queries import soundness
from addons.erp_orders.models import Line, Order
from addons.erp_orders.wires.stock import fulfilment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.api import Env, Finding


def findings(env: Env) -> Iterator[Finding]:
    """One finding for each line whose reserved, delivered or returned quantity is not that of its moves."""
    yield from soundness.compare(env, (Order, Line), "orders.moves", fulfilment.COLUMNS, fulfilment.sums(env))
