"""Receipts, deliveries, internal moves and returns."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from addons.erp_stock.models import Move, MoveState, OperationKind, Shipment, ShipmentState, Tracking
from addons.erp_stock.services import lots, shipments
from addons.erp_stock.views import shipment_actions
from core.api import (
    Calendar,
    Column,
    Field,
    Form,
    Lines,
    List,
    Menu,
    Preset,
    Section,
    Smart,
    Tab,
    _,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from core.api import Env


def _late(shipment: Shipment) -> str:
    """Red when it should have moved before today."""
    return "bad" if shipment.is_open and shipment.planned_on < date.today() else ""  # noqa: DTZ011  # a hint for the eye; the rules use env.today()


def _of(kind: OperationKind) -> Any:
    def where(_env: Env, model: type[Shipment]) -> ColumnElement[bool]:
        return model.kind == kind

    return where


def _has_lots(move: Move, *, coming: bool) -> bool:
    """The column stands for the whole shipment: it has tracked goods that come in, or that leave."""
    shipment = move.shipment
    if shipment is None or shipment.source_location is None:
        return False
    return shipment.source_location.is_owned is not coming and any(
        one.product is not None and lots.tracking_of(one.product) is not Tracking.NONE
        for one in shipment.moves
    )


def _lots_come(move: Move) -> bool:
    return _has_lots(move, coming=True)


def _lots_leave(move: Move) -> bool:
    return _has_lots(move, coming=False)


def _is_done(shipment: Shipment) -> bool:
    return shipment.state is ShipmentState.DONE


OPEN = "state:waiting,partial,ready"
COLUMNS: tuple[str | Column, ...] = (
    "number",
    "party",
    Column("planned_on", tone=_late),
    "origin",
    "state",
    Column("source_location", hidden=True),
    Column("target_location", hidden=True),
    Column("carrier", hidden=True),
    Column("tracking", hidden=True),
    Column("done_on", hidden=True),
)


def _list(name: str, kind: OperationKind, label: str, empty: str) -> List:
    return List(
        Shipment,
        name=name,
        label=label,
        where=_of(kind),
        defaults={"kind": kind},
        columns=COLUMNS,
        filters=("state", "party", "planned_on", "carrier"),
        default_sort="planned_on",
        presets=(
            Preset("open", _("Open"), filters=(OPEN,), count=True),
            Preset("ready", _("Ready"), filters=("state:ready",), count=True),
            Preset("waiting", _("Waiting"), filters=("state:waiting,partial",)),
            Preset("done", _("Done"), filters=("state:done",), sort="-done_on"),
        ),
        actions=(shipment_actions.RESERVE,),
        empty=empty,
    )


VIEWS: tuple[Any, ...] = (
    List(
        Shipment,
        columns=(*COLUMNS[:2], "kind", *COLUMNS[2:]),
        filters=("kind", "state", "party", "planned_on"),
        default_sort="planned_on",
        presets=(Preset("open", _("Open"), filters=(OPEN,), count=True),),
        actions=(shipment_actions.RESERVE,),
        empty=_("Receipts, deliveries, internal moves and returns stand here."),
    ),
    _list(
        "deliveries",
        OperationKind.DELIVERY,
        _("Deliveries"),
        _("A confirmed order plans its delivery; you can also create one here."),
    ),
    _list(
        "receipts",
        OperationKind.RECEIPT,
        _("Receipts"),
        _("Create a receipt when goods arrive from a supplier."),
    ),
    _list(
        "internal",
        OperationKind.INTERNAL,
        _("Internal moves"),
        _("Move goods from one place of yours to another."),
    ),
    _list(
        "returns",
        OperationKind.RETURN,
        _("Returns"),
        _("Open a delivery or receipt that is done and choose Return."),
    ),
    Form(
        Shipment,
        title="number",
        subtitle=lambda s: s.party.name if s.party else s.kind.label,
        status="state",
        steps=("draft", "waiting", "ready", "done"),
        defaults={"planned_on": lambda env: env.today()},
        create=shipments.create,
        deletable=lambda s: s.state is ShipmentState.DRAFT,
        sections=(
            Section(
                "",
                (
                    Field("kind", readonly=lambda s: s.id is not None),
                    "party",
                    Field("address", options=lambda _env, s, address: address.party_id == s.party_id),
                    "origin",
                ),
                (
                    "planned_on",
                    Field("source_location", required=False),
                    Field("target_location", required=False),
                    "urgent",
                    "carrier",
                    "tracking",
                    Field("done_on", readonly=True, visible=lambda s: s.done_on is not None),
                ),
            ),
        ),
        tabs=(
            Tab(
                _("Products"),
                Lines(
                    "moves",
                    (
                        "product",
                        "quantity",
                        Field("product.unit.name", label=_("Unit")),
                        Field(
                            "lot.name",
                            label=_("Lot"),
                            visible=_lots_leave,
                        ),
                        Field("lot_number", visible=_lots_come),
                        Field("lot_expires_on", visible=_lots_come),
                        Field("picked", readonly=lambda m: m.state is not MoveState.READY),
                        Field("source_location.full_name", label=_("From")),
                        Field("state", readonly=True),
                    ),
                    picker="product",
                    picked=shipments.complete_line,
                    position="",
                ),
            ),
            Tab(_("Note"), Section("", ("note",))),
        ),
        actions=shipment_actions.ACTIONS,
        smart=(
            Smart(
                "backorders",
                _("Back-orders"),
                icon="clock",
                target="erp_stock.shipment",
                via="backorder_of_id",
                visible=_is_done,
            ),
            Smart(
                "returns",
                _("Returns"),
                icon="arrow-back-up",
                target="erp_stock.shipment",
                via="return_of_id",
                visible=_is_done,
            ),
        ),
        reports=("erp_stock.delivery_slip",),
    ),
    Calendar(Shipment, start="planned_on", title="number", tone=_late),
    List(
        Move,
        columns=(
            "product",
            Column("done_on", label=_("Date")),
            "lot",
            "quantity",
            "source_location",
            "target_location",
            "shipment",
            "reason",
            "state",
            Column("value", hidden=True),
        ),
        filters=("product", "lot", "source_location", "target_location", "state", "done_on"),
        default_sort="-id",
        create=False,
        presets=(
            Preset("done", _("Done"), filters=("state:done",), sort="-done_on"),
            Preset("planned", _("Planned"), filters=("state:waiting,ready",), sort="planned_on"),
        ),
        empty=_("Every movement of goods is listed here."),
    ),
    Form(
        Move,
        title=lambda move: move.product.name if move.product else "",
        subtitle=lambda move: move.shipment.number if move.shipment else "",
        status="state",
        steps=("waiting", "ready", "done"),
        readonly=True,
        deletable=False,
        sections=(
            Section(
                "",
                ("product", "quantity", "unit", "lot", "reason", "return_of"),
                ("source_location", "target_location", "shipment", "planned_on", "done_on"),
            ),
            Section(_("Value"), ("cost",), ("value",)),
        ),
    ),
)
STOCK = "erp_stock.quant"
MENUS = (
    Menu(
        _("Deliveries"), view="erp_stock.shipment:deliveries", icon="truck-delivery", group="erp", sequence=40
    ),
    Menu(
        _("Receipts"),
        view="erp_stock.shipment:receipts",
        icon="package-import",
        group="erp",
        sequence=41,
        under=STOCK,
    ),
    Menu(
        _("Internal moves"),
        view="erp_stock.shipment:internal",
        icon="arrows-exchange",
        group="erp",
        sequence=42,
        under=STOCK,
    ),
    Menu(
        _("Returns"),
        view="erp_stock.shipment:returns",
        icon="arrow-back-up",
        group="erp",
        sequence=43,
        under=STOCK,
    ),
)
