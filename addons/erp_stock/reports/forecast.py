"""What is there of a product on each of the next days, as a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_stock.queries import availability
from core.api import Head, Row, Sheet, _

if TYPE_CHECKING:
    from addons.catalog.models import Product
    from core.api import Env


def forecast_sheet(env: Env, product: Product, days: int = 0) -> Sheet:
    """One row a day on which something comes or leaves."""
    sheet = Sheet(
        f"forecast-{product.id}",
        str(_("Forecast: {product}", product=product.name)),
        str(_("in {unit}", unit=product.unit.name)),
        env.company.currency,
        (
            Head(str(_("Day")), "date"),
            Head(str(_("Comes in")), "quantity"),
            Head(str(_("Leaves")), "quantity"),
            Head(str(_("In stock at the end")), "quantity"),
        ),
    )
    for day in availability.forecast(env, product.id, days=days):
        sheet.rows.append(
            Row(
                (day.on, day.incoming or None, day.outgoing or None, day.there),
                tone="bad" if day.there < 0 else "",
            )
        )
    return sheet
