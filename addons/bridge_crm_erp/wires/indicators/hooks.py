"""One dashboard for sales and operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.bridge_crm_erp.wires.indicators import figures
from addons.crm_sales.models import Order, OrderStatus
from addons.erp_accounting.models import Invoice
from core.api import Chart, Dashboard, Kpi, ListPanel, Menu, _, hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

ROLE = "bridge_crm_erp.manager"


@hookimpl
def declare_views() -> Sequence[Any]:
    return (
        Dashboard(
            "both",
            _("Sales and operations"),
            kpis=(
                Kpi(
                    "quote_to_cash",
                    _("Days from quote to cash"),
                    figures.quote_to_cash,
                    kind="number",
                    better="down",
                ),
                Kpi(
                    "late",
                    _("Late deliveries"),
                    figures.late_deliveries,
                    kind="percent",
                    better="down",
                    note=figures.late_now,
                ),
                Kpi("dso", _("Days sales outstanding"), figures.dso, kind="number", better="down"),
                Kpi("errors", _("Orders with errors"), figures.order_errors, kind="percent", better="down"),
            ),
            charts=(
                Chart(
                    Order,
                    "ordered_both",
                    _("Ordered by month"),
                    by="order_date",
                    measure="net",
                    where=lambda _env, model: model.status == OrderStatus.CONFIRMED,
                ),
                Chart(
                    Invoice,
                    "invoiced_both",
                    _("Invoiced by month"),
                    by="date",
                    measure="net_company",
                    where=figures.billed,
                ),
            ),
            lists=(
                ListPanel(
                    Order,
                    _("Ordered, not delivered"),
                    ("number", "party", "requested_date", "total"),
                    filters=("status:confirmed", "delivery:nothing,partly"),
                    sort="requested_date",
                ),
            ),
            role=ROLE,
        ),
    )


@hookimpl
def declare_menus() -> Sequence[Any]:
    return (
        Menu(
            _("Sales and operations"),
            view="bridge_crm_erp/dashboard/both",
            role=ROLE,
            icon="chart-bar",
            group="both",
            sequence=12,
        ),
    )
