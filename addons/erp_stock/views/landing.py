"""Landed costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_stock.models import LandedCost, LandedCostState, OperationKind, ShipmentState
from addons.erp_stock.services import background
from core.api import ZERO, Action, Field, Form, Lines, List, Menu, Section, Tab, Total, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from addons.erp_stock.models import Shipment
    from core.api import Env


def _land(env: Env, landed: LandedCost) -> Any:
    return background.land(env, landed)


def _reverse(env: Env, landed: LandedCost) -> Any:
    return background.reverse(env, landed)


def _is_draft(landed: LandedCost) -> bool:
    return landed.state is LandedCostState.DRAFT


def _receipts(_env: Env, _record: Any, shipment: type[Shipment]) -> ColumnElement[bool]:
    return (shipment.kind == OperationKind.RECEIPT) & (shipment.state == ShipmentState.DONE)


def _totals(_env: Env, landed: LandedCost) -> Sequence[Total]:
    return (Total(_("Total"), sum((line.amount or ZERO for line in landed.lines), ZERO), final=True),)


VIEWS: tuple[Any, ...] = (
    List(
        LandedCost,
        columns=("number", "description", "on", "state"),
        filters=("state", "on"),
        default_sort="-id",
        empty=_("Freight, customs and insurance become part of the value of the goods here."),
    ),
    Form(
        LandedCost,
        title="number",
        subtitle="description",
        status="state",
        steps=("draft", "done"),
        deletable=_is_draft,
        sections=(Section("", ("description",), ("on",)),),
        tabs=(
            Tab(
                _("Costs"),
                Lines(
                    "lines",
                    ("description", "split", "amount"),
                    totals=_totals,
                    position="",
                ),
            ),
            Tab(
                _("Receipts"),
                Lines(
                    "receipts",
                    (
                        Field("shipment", options=_receipts),
                        Field("shipment.party.name", label=_("Supplier"), readonly=True),
                        Field("shipment.done_on", label=_("Received on"), readonly=True),
                    ),
                    picker="shipment",
                    position="",
                ),
            ),
            Tab(
                _("Shares"),
                Lines(
                    "shares",
                    (
                        Field("move.product.name", label=_("Product")),
                        Field("move.quantity", label=_("Quantity")),
                        Field("move.shipment.number", label=_("Receipt")),
                        "amount",
                    ),
                    position="",
                    readonly=True,
                ),
                visible=lambda landed: not _is_draft(landed),
            ),
        ),
        actions=(
            Action(
                "land",
                service=_land,
                label=_("Add to the goods"),
                icon="check",
                primary=True,
                visible=_is_draft,
                explain=_(
                    "What is still in stock becomes worth more; for what was sold it is cost of sales."
                ),
                done=_("The goods are worth more now."),
            ),
            Action(
                "reverse",
                service=_reverse,
                label=_("Reverse"),
                icon="arrow-back-up",
                danger=True,
                menu=True,
                visible=lambda landed: landed.state is LandedCostState.DONE,
                confirm=lambda landed: _("Reverse {number}?", number=landed.number),
                keep=_("Keep the landed costs"),
            ),
        ),
    ),
)
MENUS = (
    Menu(
        _("Landed costs"),
        view="erp_stock.landed_cost",
        icon="coin",
        group="erp",
        sequence=48,
        under="erp_stock.quant",
        role="erp_stock.manager",
    ),
)
