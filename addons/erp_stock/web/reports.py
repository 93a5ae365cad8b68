"""Stock reports: on screen, as PDF, as XLSX; and how far a revaluation is."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from addons.catalog.models import Product
from addons.erp_stock.models import Location, LocationKind, OperationKind, Revaluation
from addons.erp_stock.queries import overview
from addons.erp_stock.reports import forecast, worth
from addons.erp_stock.reports.worth import STOCK_SHEET
from addons.erp_stock.services import warehouses
from core.api import XLSX, Env, File, Fragment, Page, Request, page, print_sheet, workbook

USER, MANAGER = "erp_stock.user", "erp_stock.manager"


@page("/stock/stock-value", access=MANAGER)
def stock_value(env: Env, request: Request) -> Page | File:
    """What was there on a day and what it was worth; ``format=pdf`` or ``format=xlsx`` gives the file."""
    day = _day(env, request)
    place_id = request.query.integer("place") or 0
    place = env.get(Location, place_id) if place_id else None
    sheet = worth.worth_sheet(env, day, place)
    form = request.query.get("format")
    if form == "xlsx":
        return File(workbook(env, sheet), f"{sheet.name}.xlsx", XLSX)
    if form == "pdf":
        warehouse = warehouses.operation_type(env, OperationKind.RECEIPT).warehouse
        return File(print_sheet(env, STOCK_SHEET, warehouse, sheet), f"{sheet.name}.pdf", "application/pdf")
    location = env[Location]
    places = env.session.execute(
        select(location.id, location.full_name)
        .where(location.kind == LocationKind.INTERNAL, location.active)
        .order_by(location.full_name)
    ).all()
    query = f"day={day.isoformat()}" + (f"&place={place_id}" if place_id else "")
    context = {"sheet": sheet, "day": day.isoformat(), "places": places, "place": place_id, "query": query}
    return Page("erp_stock/sheet.html", context)


@page("/stock", access=USER)
def operations(env: Env) -> Page:
    """The work of the warehouse by kind, with what is late and ready."""
    return Page("erp_stock/overview.html", {"overview": overview.of(env)})


@page("/stock/forecast/{product_id:int}", access=USER)
def product_forecast(env: Env, product_id: int) -> Page:
    """What is there of a product on each day on which something is planned."""
    product = env.get(Product, product_id)
    sheet = forecast.forecast_sheet(env, product)
    return Page("erp_stock/forecast.html", {"sheet": sheet, "product": product})


@page("/stock/revaluations/{run_id:int}", access=USER)
def progress(env: Env, run_id: int) -> Fragment:
    """How far one revaluation is, fetched again by its page."""
    return Fragment("erp_stock/_progress.html", {"context": {"run": env.get(Revaluation, run_id)}})


def _day(env: Env, request: Request) -> date:
    try:
        return date.fromisoformat(request.query.get("day") or "")
    except ValueError:
        return env.today()


ROUTES = (operations, product_forecast, stock_value, progress)
