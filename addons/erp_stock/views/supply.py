"""What has to come: supply requests."""

from __future__ import annotations

from datetime import date
from typing import Any

from addons.erp_stock.models import SupplyRequest, SupplyState
from addons.erp_stock.models.supply import EXPECTED
from addons.erp_stock.services import supply
from core.api import Action, Column, Form, List, Menu, Preset, Section, _


def _late(request: SupplyRequest) -> str:
    """Red when the goods should be here and nothing is on its way."""
    return "bad" if request.state in EXPECTED and request.wanted_on < date.today() else ""  # noqa: DTZ011  # a hint for the eye; the rules use env.today()


OFFER = Action(
    "offer",
    service=supply.offer,
    label=_("Offer again"),
    icon="refresh",
    visible=lambda r: r.state is SupplyState.REQUESTED,
    explain=_("Purchase and production are asked once more to take it."),
)
VIEWS: tuple[Any, ...] = (
    List(
        SupplyRequest,
        columns=(
            "number",
            "product",
            "quantity",
            Column("product.unit", label=_("Unit")),
            "location",
            Column("wanted_on", tone=_late),
            "route",
            "origin",
            "document",
            "state",
        ),
        filters=("state", "route", "product", "location", "wanted_on"),
        default_sort="wanted_on",
        create=False,
        presets=(
            Preset("open", _("Open"), filters=("state:requested,ordered",), count=True),
            Preset("all", _("All")),
        ),
        actions=(OFFER,),
        empty=_("Reorder rules and orders ask here for goods that are missing."),
    ),
    Form(
        SupplyRequest,
        title="number",
        subtitle=lambda r: r.product.name if r.product else "",
        status="state",
        steps=("requested", "ordered", "planned"),
        readonly=True,
        deletable=False,
        sections=(
            Section(
                "",
                ("product", "quantity", "location", "wanted_on"),
                ("route", "source_location", "origin", "rule", "document"),
            ),
        ),
        actions=(
            OFFER,
            Action(
                "cancel",
                service=supply.cancel,
                label=_("Cancel"),
                icon="x",
                danger=True,
                menu=True,
                visible=lambda r: r.state in EXPECTED,
                confirm=lambda r: _("Cancel {number}?", number=r.number),
                keep=_("Keep the request"),
            ),
        ),
    ),
)
MENUS = (
    Menu(
        _("Supply requests"),
        view="erp_stock.supply_request",
        icon="package-import",
        group="erp",
        sequence=44,
        under="erp_stock.quant",
    ),
)
