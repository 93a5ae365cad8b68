"""What has to come: supply requests."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from addons.erp_stock.models import (
    Location,
    LocationKind,
    ReorderRule,
    SupplyRequest,
    SupplyRoute,
    SupplyState,
)
from addons.erp_stock.models.supply import EXPECTED
from addons.erp_stock.services import reordering, supply
from core.api import Action, Column, Field, Form, List, Menu, Preset, Section, Smart, _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from core.api import Env


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


def _ours(_env: Env, _record: Any, location: type[Location]) -> ColumnElement[bool]:
    return location.kind == LocationKind.INTERNAL


RUN = Action(
    "run",
    service=reordering.run_one,
    label=_("Check now"),
    icon="refresh",
    visible=lambda r: r.active,
    explain=_("A request is made when the forecast is below the minimum; asking twice asks once."),
)
VIEWS: tuple[Any, ...] = (
    List(
        ReorderRule,
        columns=(
            "product",
            "location",
            "minimum",
            "maximum",
            "multiple",
            "lead_days",
            "route",
            Column("active", hidden=True),
        ),
        filters=("product", "location", "route", "active"),
        default_sort="product",
        actions=(RUN,),
        empty=_("A rule asks for more when a product is about to run out at a place."),
    ),
    Form(
        ReorderRule,
        title=lambda r: r.product.name if r.product else "",
        subtitle=lambda r: r.location.full_name if r.location else "",
        sections=(
            Section(
                "",
                ("product", Field("location", options=_ours), "route"),
                ("minimum", "maximum", "multiple", "lead_days", "active"),
            ),
            Section(
                _("Transfer"),
                (Field("source_location", options=_ours),),
                visible=lambda r: r.route is SupplyRoute.TRANSFER,
            ),
        ),
        actions=(RUN,),
        smart=(
            Smart(
                "requests",
                _("Requests"),
                icon="package-import",
                target="erp_stock.supply_request",
                via="rule_id",
            ),
        ),
    ),
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
        _("Reorder rules"),
        view="erp_stock.reorder_rule",
        icon="refresh",
        group="erp",
        sequence=44,
        under="erp_stock.quant",
        role="erp_stock.manager",
    ),
    Menu(
        _("Supply requests"),
        view="erp_stock.supply_request",
        icon="package-import",
        group="erp",
        sequence=44,
        under="erp_stock.quant",
    ),
)
