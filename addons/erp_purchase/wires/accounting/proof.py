"""Billed on the order = what its posted bills say, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.catalog.queries import soundness
from addons.erp_purchase.models import Line, Order
from addons.erp_purchase.wires.accounting import billing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.api import Env, Finding


def findings(env: Env) -> Iterator[Finding]:
    """One finding for each line whose billed quantity is not that of its posted bills."""
    yield from soundness.compare(env, (Order, Line), "purchases.bills", ("billed",), billing.sums(env))
