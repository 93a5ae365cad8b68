"""What stands under the lines of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.catalog.services.amounts import taxed
from core.api import Total, _, format_money

if TYPE_CHECKING:
    from core.api import Env


def totals(_env: Env, order: Any) -> list[Total]:
    """Before tax, each tax on its base, the rounding of prices that include taxes, the total."""
    result = taxed(order)
    rows = [Total(_("Before tax"), result.net)]
    for part in result.taxes:
        base = format_money(part.base, order.currency)
        rows.append(Total(_("{tax} on {base}", tax=part.tax.name, base=base), part.amount))
    if result.rounding:
        rows.append(Total(_("Rounding"), result.rounding))
    return [*rows, Total(_("Total"), result.total, final=True)]
