"""The amounts of an order, computed as its invoice or bill will compute them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.catalog.services.taxes import TaxableLine, compute, line_amount

if TYPE_CHECKING:
    from addons.catalog.models import Tax
    from addons.catalog.services.taxes import TaxResult


def taxed(order: Any) -> TaxResult[Tax]:  # type: ignore[type-var]  # its columns are plain values on a record
    """Net, taxes and total of an order's ``products`` as they are now, in its currency."""
    return compute(
        [
            TaxableLine(
                line_amount(line.quantity, line.unit_price, line.discount, order.currency), line.taxes
            )
            for line in order.products
        ],
        order.currency,
    )


def recompute(order: Any) -> None:
    """Set the amounts of an order and of its lines. Nothing is flushed."""
    result = taxed(order)
    for line, share in zip(order.products, result.lines, strict=True):
        if line.net != share.net:
            line.net = share.net
    order.net, order.tax, order.total = result.net, result.tax, result.total
