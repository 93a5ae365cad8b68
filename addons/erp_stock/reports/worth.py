"""The stock and its value on a day, as a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_stock.models import Warehouse
from addons.erp_stock.queries import worth
from core.api import ZERO, Head, Row, Sheet, _, format_date, sheet_report

if TYPE_CHECKING:
    from datetime import date

    from addons.erp_stock.models import Location
    from core.api import Env

STOCK_SHEET = "erp_stock.sheet"
REPORT = sheet_report(STOCK_SHEET, Warehouse, _("Stock report"))


def worth_sheet(env: Env, day: date, location: Location | None = None) -> Sheet:
    """One row a product, and the total."""
    found = worth.on(env, day, location)
    where = location.full_name if location else str(_("all places"))
    sheet = Sheet(
        "stock-value",
        str(_("Stock value")),
        str(_("at the end of {day}, {where}", day=format_date(day), where=where)),
        env.company.currency,
        (
            Head(str(_("Product"))),
            Head(str(_("Reference"))),
            Head(str(_("Quantity")), "quantity"),
            Head(str(_("Unit"))),
            Head(str(_("Unit cost")), "money"),
            Head(str(_("Value")), "money"),
        ),
        empty=str(_("Nothing was in stock on that day.")),
    )
    for one in found:
        product = one.product
        sheet.rows.append(
            Row(
                (product.name, product.code, one.quantity, product.unit.name, one.unit_cost, one.value),
                url=f"/app/erp_stock/layer/?f=product:{product.id}",
            )
        )
    if found:
        total = sum((one.value for one in found), ZERO)
        sheet.rows.append(Row((str(_("Total")), None, None, None, None, total), kind="grand"))
    return sheet
