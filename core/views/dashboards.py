"""A page of figures for a period: key figures beside those of a year before, charts, the first rows of
lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.errors import NotAllowed, NotFound
from core.i18n import formats
from core.i18n.text import _
from core.views.access import may
from core.views.addresses import base_of
from core.views.catalog import views_of
from core.views.charts import ChartView, chart_view
from core.views.declare import Column, List, Period
from core.views.fields import field_of
from core.views.periods import span_end, span_start
from core.views.query import ListQuery
from core.views.state import ListState
from core.views.values import plain_text, text_of

if TYPE_CHECKING:
    from core.env import Env
    from core.views.declare import Dashboard, Kpi, ListPanel

KINDS = {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}


@dataclass(frozen=True)
class KpiView:
    """One figure: what it is, how it moved against a year before."""

    label: str
    value: str
    delta: str = ""
    tone: str = "ink"
    note: str = ""
    url: str = ""


@dataclass
class PanelView:
    """The first rows of a list."""

    title: str
    heads: list[tuple[str, bool]]
    rows: list[tuple[str, list[tuple[str, bool]]]]
    """(address, cells: text and whether right aligned)"""
    url: str


@dataclass
class DashboardView:
    """Everything a dashboard shows."""

    name: str
    title: str
    period: Period
    said: str
    compared: str
    kpis: list[KpiView] = field(default_factory=list)
    charts: list[ChartView] = field(default_factory=list)
    panels: list[PanelView] = field(default_factory=list)

    @property
    def previous(self) -> date:
        """A day of the period before."""
        return self.period.start - timedelta(days=1)

    @property
    def next(self) -> date:
        """A day of the period after."""
        return self.period.end + timedelta(days=1)


def period_of(kind: str, day: date) -> Period:
    """The month, quarter or year that holds a day."""
    kind = kind if kind in KINDS else "quarter"
    start = span_start(day, kind)
    return Period(start, span_end(start, kind), kind)


def year_before(period: Period) -> Period:
    """The same period of the year before."""
    return period_of(period.kind, period.start.replace(year=period.start.year - 1, day=1))


def dashboard_named(env: Env, name: str) -> Dashboard:
    """A declared dashboard the person may see."""
    found = views_of(env.registry).dashboards.get(name)
    if found is None:
        raise NotFound(_("There is no such page here."))
    if found.role and not env.access.everything and found.role not in env.access.roles:
        raise NotAllowed(_("You cannot see {things}.", things=found.label))
    models = [chart.model for chart in found.charts] + [panel.model for panel in found.lists]
    if models and not any(may(env, "read", model) for model in models):
        raise NotAllowed(_("You cannot see {things}.", things=found.label))
    return found


def dashboard_view(env: Env, declared: Dashboard, period: Period) -> DashboardView:
    """Read the figures of a period."""
    before = year_before(period)
    view = DashboardView(
        declared.name,
        str(declared.label),
        period,
        str(
            _(
                "{first} to {last}",
                first=formats.format_date(period.start),
                last=formats.format_date(period.end),
            )
        ),
        _short(before),
    )
    view.kpis = [drawn for kpi in declared.kpis if (drawn := _kpi(env, kpi, period, before)) is not None]
    charts = [chart_view(env, chart, period=period) for chart in declared.charts]
    view.charts = [chart for chart in charts if chart is not None]
    view.panels = [_panel(env, panel) for panel in declared.lists if may(env, "read", panel.model)]
    return view


def _short(period: Period) -> str:
    if period.kind == "year":
        return str(period.start.year)
    if period.kind == "month":
        return formats.format_month(period.start)
    return str(_("Q{quarter} {year}", quarter=(period.start.month + 2) // 3, year=str(period.start.year)))


def _kpi(env: Env, kpi: Kpi, period: Period, before: Period) -> KpiView | None:
    try:
        value = kpi.value(env, period)
        earlier = kpi.value(env, before) if kpi.compare else None
        note = str(kpi.note(env, period)) if kpi.note is not None else ""
    except NotAllowed:
        return None
    url = kpi.link(env, period) if kpi.link is not None else ""
    delta, tone = _delta(kpi, value, earlier)
    if delta and not note:
        note = str(_("on {period}", period=_short(before)))
    return KpiView(str(kpi.label), _figure(env, kpi, value), delta, tone, note, url)


def _figure(env: Env, kpi: Kpi, value: Any) -> str:
    if value is None:
        return ""
    number = Decimal(value)
    if kpi.kind == "money":
        return formats.format_money(number, str(env.company.currency), digits=0)
    if kpi.kind in {"percent", "rate"}:
        return formats.format_percent(round(number, 1))
    return formats.format_number(round(number, 1))


def _delta(kpi: Kpi, value: Any, earlier: Any) -> tuple[str, str]:
    """How a figure moved: an arrow and per cent (points for a percentage), good or bad by its direction."""
    if not earlier or value is None:
        return "", "ink"
    difference = Decimal(value) - Decimal(earlier)
    if difference == 0:
        return "=", "ink"
    arrow = "↑" if difference > 0 else "↓"
    if kpi.kind in {"percent", "rate"}:
        said = str(_("{count} points", count=formats.format_number(round(abs(difference), 1))))
    else:
        said = formats.format_percent(Decimal(round(abs(difference) / abs(Decimal(earlier)) * 100)))
    return f"{arrow} {said}", "ok" if (difference > 0) == (kpi.better == "up") else "bad"


def _panel(env: Env, panel: ListPanel) -> PanelView:
    columns = [Column(path) for path in panel.columns]
    state = ListState(filters=panel.filters, sort=panel.sort, size=panel.limit)
    query = ListQuery(env, List(panel.model, columns=tuple(columns)), state, columns)
    metas = [field_of(panel.model, path) for path in panel.columns]
    rows = []
    for row in query.page().rows:
        cells = [_cell(env, meta, row.record) for meta in metas]
        rows.append((f"{base_of(panel.model)}{row.record.id}", cells))
    heads = [(str(meta.label), meta.numeric) for meta in metas]
    return PanelView(str(panel.label), heads, rows, base_of(panel.model) + state.address(size=50))


def _cell(env: Env, meta: Any, record: Any) -> tuple[str, bool]:
    value = meta.of(record)
    if value is None:
        return "", meta.numeric
    said = text_of(env, meta, value, record) if meta.kind != "tags" else plain_text(meta, value)
    return said, meta.numeric
