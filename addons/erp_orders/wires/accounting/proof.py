"""Invoiced on the order = what its posted invoices say, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.catalog.queries import soundness
from addons.erp_orders.models import Line, Order
from addons.erp_orders.wires.accounting import invoicing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.api import Env, Finding


def findings(env: Env) -> Iterator[Finding]:
    """One finding for each line whose invoiced quantity is not that of its posted invoices."""
    yield from soundness.compare(env, (Order, Line), "orders.invoices", ("invoiced",), invoicing.sums(env))
