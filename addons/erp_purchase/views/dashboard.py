"""What was ordered, what is late, what waits for a yes."""

from __future__ import annotations

from typing import Any

from addons.erp_purchase.models import LIVE, Order
from addons.erp_purchase.queries import figures
from core.api import Chart, Dashboard, Kpi, ListPanel, _


def _live(_env: Any, model: Any) -> Any:
    return model.state.in_(LIVE)


VIEWS: tuple[Any, ...] = (
    Dashboard(
        "purchasing",
        _("Purchasing"),
        kpis=(
            Kpi(
                "ordered", _("Ordered before tax"), figures.ordered, link=figures.ordered_link, better="down"
            ),
            Kpi("not_billed", _("Not billed yet"), figures.not_billed, compare=False),
            Kpi(
                "to_approve",
                _("To approve"),
                figures.to_approve,
                kind="number",
                compare=False,
                link=figures.to_approve_link,
            ),
            Kpi(
                "late",
                _("Late orders"),
                figures.late,
                kind="number",
                compare=False,
                link=figures.late_link,
            ),
        ),
        charts=(
            Chart(
                Order,
                "purchased",
                _("Ordered by month"),
                by="order_date",
                measure="net_company",
                where=_live,
            ),
            Chart(
                Order,
                "top_vendors",
                _("Ordered by vendor"),
                by="party",
                measure="net_company",
                where=_live,
                on="order_date",
                limit=6,
            ),
        ),
        lists=(
            ListPanel(
                Order,
                _("To approve"),
                ("title", "party", "net", "owner"),
                filters=("state:to_approve",),
                sort="order_date",
            ),
            ListPanel(
                Order,
                _("Expected next"),
                ("number", "party", "expected_on", "receipt"),
                filters=("state:confirmed", "receipt:nothing,partly"),
                sort="expected_on",
            ),
        ),
        role="erp_purchase.reader",
    ),
)
