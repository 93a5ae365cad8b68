"""What stands under the lines of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from addons.catalog.services.amounts import taxed
from core.api import Total, _, format_money

if TYPE_CHECKING:
    from core.api import Env


def totals(env: Env, order: Any) -> list[Total]:
    """Before tax, each tax on its base, the rounding of prices that include taxes, the total.

    An order that was stored before one of its taxes changed shows what was stored.
    """
    result = taxed(order)
    stored = (order.net, order.tax, order.total)
    if stored != (result.net, result.tax, result.total) and not _is_typed(env, order):
        net, tax, total = stored
        return [Total(_("Before tax"), net), Total(_("Tax"), tax), Total(_("Total"), total, final=True)]
    rows = [Total(_("Before tax"), result.net)]
    for part in result.taxes:
        base = format_money(part.base, order.currency)
        rows.append(Total(_("{tax} on {base}", tax=part.tax.name, base=base), part.amount))
    if result.rounding:
        rows.append(Total(_("Rounding"), result.rounding))
    return [*rows, Total(_("Total"), result.total, final=True)]


def _is_typed(env: Env, order: Any) -> bool:
    """Whether what is shown is not stored yet."""
    return not inspect(order).persistent or any(
        not inspect(one).persistent or env.session.is_modified(one) for one in (order, *order.lines)
    )
