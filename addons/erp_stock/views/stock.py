"""What is there, and what it is worth."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from addons.catalog.models import Product
from addons.erp_stock.models import Layer, Quant, Revaluation, Tracking, Valuation
from addons.erp_stock.queries import availability
from core.api import Column, Field, Form, FormExtension, List, Menu, Preset, Section, Slot, Smart, _

if TYPE_CHECKING:
    from core.api import Env


def _tracked(product: Any) -> bool:
    return product.is_goods and product.tracking is not Tracking.NONE


def _expiry(quant: Quant) -> str:
    """Red when it has expired, amber when it does within a month."""
    lot = quant.lot
    if lot is None or lot.expires_on is None:
        return ""
    today = date.today()  # noqa: DTZ011  # a hint for the eye; the rules use env.today()
    return "bad" if lot.is_expired(today) else "warn" if lot.is_expired(today + timedelta(days=30)) else ""


def _forecast_days(env: Env, product: Product) -> int | None:
    """On how many days something is planned; none for services."""
    return len(availability.forecast(env, product.id)) - 1 if product.is_goods else None


VIEWS: tuple[Any, ...] = (
    List(
        Quant,
        columns=(
            "product",
            Column("product.code", label=_("Reference")),
            "location",
            Column("lot", label=_("Lot")),
            Column("lot.expires_on", label=_("Expires on"), tone=_expiry),
            Column("quantity", sum=True),
            Column("reserved", sum=True),
            Column("available", label=_("Available"), kind="number"),
            Column("product.unit", label=_("Unit")),
        ),
        filters=("product", "location", "lot", "lot.expires_on", "quantity"),
        default_sort="product",
        create=False,
        where=lambda _env, quant: quant.quantity != 0,
        presets=(Preset("place", _("By location"), group_by=("location",)),),
        empty=_("Nothing is in stock yet. Receive goods, or count what is there."),
    ),
    List(
        Valuation,
        columns=(
            "product",
            Column("quantity", sum=True),
            Column("average_cost", label=_("Average cost"), kind="money"),
            Column("value", sum=True),
            "last_on",
        ),
        filters=("product", "value"),
        default_sort="-value",
        create=False,
        empty=_("The value of your stock appears with the first receipt."),
    ),
    List(
        Layer,
        columns=("on", "product", "quantity", "value", "left_quantity", "left_value"),
        filters=("product", "on"),
        default_sort="-id",
        create=False,
        empty=_("Each receipt and each delivery leaves a layer here."),
    ),
    List(
        Revaluation,
        columns=("document", "on", "state", "done", "total", "message"),
        filters=("state", "on"),
        default_sort="-id",
        create=False,
        empty=_("What is recorded for an earlier day with many moves since is worked on here."),
    ),
    Form(
        Revaluation,
        title="document",
        status="state",
        steps=("waiting", "running", "done"),
        readonly=True,
        deletable=False,
        timeline=False,
        sections=(Section("", ("document", "on"), ("total", "done")),),
    ),
    Slot(
        "erp_stock.revaluation.head",
        template="erp_stock/_progress.html",
        context=lambda _env, run: {"run": run},
    ),
    FormExtension(
        Product,
        fields=(
            Field("costing", after="cost"),
            Field("tracking", after="costing", visible=lambda p: p.is_goods),
            Field("removal", after="tracking", visible=_tracked),
            Field("shelf_days", after="removal", visible=_tracked),
            Field("weight", after="shelf_days", visible=lambda p: p.is_goods),
            Field("volume", after="weight", visible=lambda p: p.is_goods),
        ),
        smart=(
            Smart("on_hand", _("In stock"), icon="package", target="erp_stock.quant", via="product_id"),
            Smart(
                "forecast",
                _("Forecast"),
                icon="calendar",
                count=_forecast_days,
                url=lambda _env, p: f"/stock/forecast/{p.id}",
            ),
            Smart("moves", _("Moves"), icon="arrows-exchange", target="erp_stock.move", via="product_id"),
        ),
    ),
)
MENUS = (
    Menu(
        _("Operations"),
        view="/stock",
        icon="clipboard-check",
        group="erp",
        sequence=39,
        under="erp_stock.quant",
        role="erp_stock.user",
    ),
    Menu(_("Stock"), view="erp_stock.quant", icon="package", group="erp", sequence=40),
    Menu(
        _("Stock value"),
        view="erp_stock.valuation",
        icon="coin",
        group="erp",
        sequence=47,
        under="erp_stock.quant",
        role="erp_stock.manager",
    ),
    Menu(
        _("Stock value by day"),
        view="/stock/stock-value",
        icon="calendar",
        group="erp",
        sequence=47,
        under="erp_stock.quant",
        role="erp_stock.manager",
    ),
    Menu(
        _("Revaluations"),
        view="erp_stock.revaluation",
        icon="refresh",
        group="erp",
        sequence=49,
        under="erp_stock.quant",
        role="erp_stock.manager",
    ),
    Menu(
        _("Stock moves"),
        view="erp_stock.move",
        icon="list",
        group="erp",
        sequence=48,
        under="erp_stock.quant",
        role="erp_stock.manager",
    ),
)
