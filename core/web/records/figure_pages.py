"""Dashboards."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from core.views.dashboards import KINDS, dashboard_named, dashboard_view, period_of
from core.web.pages import page
from core.web.records.layout import layout
from core.web.results import Page

if TYPE_CHECKING:
    from core.env import Env
    from core.web.request import Request


@page("/app/{addon:str}/dashboard/{name:str}")
def show_dashboard(env: Env, request: Request, addon: str, name: str) -> Page:
    """A page of figures for the period of its address."""
    declared = dashboard_named(env, name)
    try:
        day = date.fromisoformat(request.query.get("day"))
    except ValueError:
        day = env.today()
    view = dashboard_view(env, declared, period_of(request.query.get("period", "quarter"), day))
    context = {
        "view": view,
        "kinds": KINDS,
        "base": f"/app/{addon}/dashboard/{name}",
        "layout": layout(request),
    }
    return Page("core/records/dashboard.html", context)


ROUTES = [show_dashboard]
