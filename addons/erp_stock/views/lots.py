"""Lots and serial numbers, and where they have been."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from addons.erp_stock.models import Count, CountState, Lot, Shipment
from addons.erp_stock.queries import tracing
from core.api import Column, Form, List, Menu, Part, Preset, Section, Slot, Smart, Tab, _

if TYPE_CHECKING:
    from core.api import Env


def _expiry(lot: Lot) -> str:
    """Red when it has expired, amber when it does within a month."""
    today = date.today()  # noqa: DTZ011  # a hint for the eye; the rules use env.today()
    return "bad" if lot.is_expired(today) else "warn" if lot.is_expired(today + timedelta(days=30)) else ""


def _history(env: Env, lot: Lot) -> dict[str, Any]:
    return {"steps": tracing.history(env, lot)}


def _scan_shipment(_env: Env, shipment: Shipment) -> dict[str, Any] | None:
    if not shipment.is_open or not shipment.moves:
        return None
    return {
        "url": f"/stock/shipments/{shipment.id}/scan",
        "back": f"/app/erp_stock/shipment/{shipment.id}",
        **NO_SCAN,
    }


def _scan_count(_env: Env, count: Count) -> dict[str, Any] | None:
    if count.state not in {CountState.DRAFT, CountState.COUNTING}:
        return None
    return {"url": f"/stock/counts/{count.id}/scan", "back": f"/app/erp_stock/count/{count.id}", **NO_SCAN}


NO_SCAN = {"code": "", "error": ""}
VIEWS: tuple[Any, ...] = (
    List(
        Lot,
        columns=("name", "product", Column("expires_on", tone=_expiry), "note"),
        filters=("product", "expires_on"),
        default_sort="-id",
        presets=(
            Preset("all", _("All lots")),
            Preset("expiring", _("With an expiry"), filters=("expires_on:any",), sort="expires_on"),
        ),
        empty=_("Lots appear when tracked goods are received."),
    ),
    Form(
        Lot,
        title="name",
        subtitle=lambda lot: lot.product.name if lot.product else "",
        deletable=False,
        sections=(Section("", ("name", "product"), ("expires_on", "note")),),
        tabs=(Tab(_("Where from, where to"), Part("erp_stock/_trace.html", context=_history)),),
        smart=(
            Smart("quants", _("In stock"), icon="package", target="erp_stock.quant", via="lot_id"),
            Smart("moves", _("Moves"), icon="arrows-exchange", target="erp_stock.move", via="lot_id"),
        ),
    ),
    Slot("erp_stock.shipment.head", template="erp_stock/_scan.html", context=_scan_shipment),
    Slot("erp_stock.count.head", template="erp_stock/_scan.html", context=_scan_count),
)
MENUS = (
    Menu(
        _("Lots and serial numbers"),
        view="erp_stock.lot",
        icon="list-check",
        group="erp",
        sequence=44,
        under="erp_stock.quant",
    ),
)
