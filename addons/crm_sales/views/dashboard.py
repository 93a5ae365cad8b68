"""The sales dashboard: what is coming, what was won, how long it takes."""

from __future__ import annotations

from addons.crm_sales.models import Opportunity, Order, OrderStatus
from addons.crm_sales.queries import figures
from addons.crm_sales.views.opportunities import on_board
from addons.crm_sales.views.orders import confirmed
from core.api import Chart, Dashboard, Kpi, ListPanel, _

DASHBOARD_VIEWS = (
    Dashboard(
        "sales",
        _("Sales"),
        kpis=(
            Kpi("won", _("Won"), figures.won, link=figures.won_link),
            Kpi("ordered", _("Orders before tax"), figures.ordered, link=figures.ordered_link),
            Kpi("weighted", _("Weighted pipeline"), figures.weighted, compare=False),
            Kpi("win_rate", _("Won of closed"), figures.win_rate, kind="percent"),
            Kpi("cycle", _("Days to win"), figures.cycle_days, kind="number", better="down"),
        ),
        charts=(
            Chart(
                Opportunity,
                "forecast",
                _("Weighted forecast by month"),
                by="close_on",
                measure="weighted",
                where=on_board,
            ),
            Chart(
                Opportunity,
                "funnel",
                _("Open opportunities by stage"),
                by="stage",
                measure="expected",
                where=on_board,
            ),
            Chart(Order, "ordered", _("Ordered by month"), by="order_date", measure="net", where=confirmed),
            Chart(
                Order,
                "top_customers",
                _("Ordered by customer"),
                by="party",
                measure="net",
                where=lambda env, model: model.status == OrderStatus.CONFIRMED,
                on="order_date",
                limit=5,
            ),
        ),
        lists=(
            ListPanel(
                Opportunity,
                _("No next step"),
                ("title", "party", "expected", "owner"),
                filters=("state:open", "next_activity:none"),
                sort="-expected",
            ),
            ListPanel(
                Opportunity,
                _("Closing soon"),
                ("title", "party", "expected", "close_on"),
                filters=("state:open",),
                sort="close_on",
            ),
        ),
        role="crm_sales.user",
    ),
)
