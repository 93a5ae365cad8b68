"""The amounts of an order, computed as its bill will compute them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.catalog.services.taxes import TaxableLine, compute, line_amount

if TYPE_CHECKING:
    from addons.catalog.models import Tax
    from addons.catalog.services.taxes import TaxResult
    from addons.erp_purchase.models import Order


def taxed(order: Order) -> TaxResult[Tax]:  # type: ignore[type-var]  # its columns are plain values on a record
    """Net, taxes and total of the lines as they are now."""
    return compute(  # type: ignore[type-var]  # as above
        [
            TaxableLine(  # type: ignore[type-var]  # as above
                line_amount(line.quantity, line.unit_price, line.discount, order.currency), line.taxes
            )
            for line in order.products
        ],
        order.currency,
    )


def recompute(order: Order) -> None:
    """Set the amounts of an order and of its lines. Nothing is flushed."""
    result = taxed(order)
    for line, share in zip(order.products, result.lines, strict=True):
        if line.net != share.net:
            line.net = share.net
    order.net, order.tax, order.total = result.net, result.tax, result.total
