"""What can be done with a shipment."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from addons.erp_stock.models import Lot, Move, MoveState, OperationKind, Shipment, ShipmentState, Tracking
from addons.erp_stock.services import background, lots, reservation, returns, shipments
from core.api import Action, Ask, _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from core.api import Env


def _ship(env: Env, shipment: Shipment) -> Shipment | None:
    return shipments.ship(env, shipment)


def _ship_on(env: Env, shipment: Shipment, on: date) -> Any:
    return background.ship(env, shipment, on)


def _ship_without_backorder(env: Env, shipment: Shipment) -> None:
    shipments.ship(env, shipment, backorder=False)


def _return(env: Env, shipment: Shipment, reason: str) -> Shipment:
    return returns.plan_return(env, shipment, reason=reason)


def _has_tracked(shipment: Shipment, *, coming: bool) -> bool:
    return shipment.is_open and any(
        lots.tracking_of(move.product) is not Tracking.NONE and move.source_location.is_owned is not coming
        for move in shipment.moves
    )


def _its_tracked_moves(_env: Env, shipment: Shipment, move: type[Move]) -> ColumnElement[bool]:
    return (move.shipment_id == shipment.id) & move.state.in_((MoveState.WAITING, MoveState.READY))


def _its_lots(_env: Env, shipment: Any, lot: type[Lot]) -> ColumnElement[bool]:
    return lot.product_id.in_({move.product_id for move in shipment.moves})


def _has_expired(shipment: Shipment) -> bool:
    return any(
        move.lot is not None and move.lot.is_expired(date.today())  # noqa: DTZ011  # a hint for the eye; the rule uses the day of the move
        for move in shipment.moves
    )


def _is_ready(shipment: Shipment) -> bool:
    return shipment.state in {ShipmentState.READY, ShipmentState.PARTIAL}


RESERVE = Action(
    "reserve",
    service=reservation.reserve,
    label=_("Reserve"),
    icon="lock",
    visible=lambda s: s.state in {ShipmentState.WAITING, ShipmentState.PARTIAL},
    done=_("Reserved what is there."),
)
ACTIONS: tuple[Action, ...] = (
    Action(
        "confirm",
        service=shipments.confirm,
        label=_("Confirm"),
        primary=True,
        icon="check",
        visible=lambda s: s.state is ShipmentState.DRAFT,
        done=_("Confirmed."),
    ),
    Action(
        "ship",
        service=_ship,
        label=_("Validate"),
        explain=_("What is ready moves now; what is not stays on a back-order."),
        primary=True,
        icon="truck-delivery",
        visible=_is_ready,
        done=_("The goods moved."),
    ),
    RESERVE,
    Action(
        "ship_on",
        service=_ship_on,
        label=_("Validate on another day…"),
        icon="calendar",
        visible=_is_ready,
        menu=True,
        ask=(Ask("on", _("Day the goods moved"), kind="date", default=lambda env, _s: env.today()),),
        explain=_("What moved since is valued anew; with many moves this goes on in the background."),
    ),
    Action(
        "ship_without_backorder",
        service=_ship_without_backorder,
        label=_("Validate without back-order"),
        icon="truck-delivery",
        visible=lambda s: s.state is ShipmentState.PARTIAL or _is_ready(s),
        confirm=lambda s: _("Ship what is ready of {number} and give up the rest?", number=s.number),
        keep=_("Keep it open"),
        menu=True,
    ),
    Action(
        "release",
        service=reservation.release,
        label=_("Release the reservation"),
        icon="lock-open",
        visible=_is_ready,
        menu=True,
    ),
    Action(
        "choose_lot",
        service=lots.choose,
        label=_("Choose another lot…"),
        icon="package",
        menu=True,
        visible=lambda s: _has_tracked(s, coming=False),
        ask=(
            Ask("move", _("Line"), kind="relation", model=Move, options=_its_tracked_moves),
            Ask("lot", _("Lot or serial number"), kind="relation", model=Lot, options=_its_lots),
        ),
        explain=_("It is reserved instead of the one that was proposed."),
    ),
    Action(
        "enter_serials",
        service=lots.enter_serials,
        label=_("Enter serial numbers…"),
        icon="list",
        menu=True,
        visible=lambda s: _has_tracked(s, coming=True),
        ask=(
            Ask("move", _("Line"), kind="relation", model=Move, options=_its_tracked_moves),
            Ask(
                "numbers",
                _("Serial numbers"),
                kind="long",
                help=_("One a line, or a range: A-098..A-103"),
            ),
        ),
    ),
    Action(
        "ship_expired",
        service=shipments.ship_expired,
        label=_("Validate with expired lots…"),
        icon="alert-triangle",
        danger=True,
        menu=True,
        role="erp_stock.manager",
        visible=lambda s: _is_ready(s) and _has_expired(s),
        ask=(Ask("reason", _("Reason")),),
    ),
    Action(
        "return",
        service=_return,
        label=_("Return…"),
        icon="arrow-back-up",
        visible=lambda s: s.state is ShipmentState.DONE and s.kind is not OperationKind.RETURN,
        ask=(Ask("reason", _("Reason")),),
    ),
    Action(
        "cancel",
        service=shipments.cancel,
        label=_("Cancel"),
        icon="x",
        danger=True,
        menu=True,
        visible=lambda s: s.is_open,
        confirm=lambda s: _("Cancel {number}?", number=s.number),
        keep=_("Keep the shipment"),
    ),
)
