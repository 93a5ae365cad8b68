"""The slip that travels with the goods: what is in the parcel, without prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import AddressKind
from addons.base.services import addresses
from addons.erp_stock.models import MoveState, OperationKind, Shipment
from core.api import Report, _, format_date, format_quantity

if TYPE_CHECKING:
    from addons.erp_stock.models import Move
    from core.api import Env

TITLES = {
    OperationKind.DELIVERY: _("Delivery slip"),
    OperationKind.RECEIPT: _("Receipt"),
    OperationKind.INTERNAL: _("Transfer slip"),
    OperationKind.RETURN: _("Return slip"),
}


def _data(env: Env, shipment: Shipment) -> dict[str, Any]:
    moves = [move for move in shipment.moves if move.state is not MoveState.CANCELLED]
    return {
        "title": str(TITLES[shipment.kind]),
        "number": shipment.number,
        "sender": [env.company.name],
        "receiver": _receiver(env, shipment),
        "facts": [fact for fact in _facts(shipment) if fact[1]],
        "heads": [str(_("Product")), str(_("Reference")), str(_("Quantity")), str(_("Unit"))],
        "lines": [_line(move) for move in moves],
        "later": [_line(move) for move in _left(env, shipment)],
        "later_title": str(_("Follows later")),
        "note": shipment.note or "",
        "signature": str(_("Received on, name and signature")),
    }


def _receiver(env: Env, shipment: Shipment) -> list[str]:
    if shipment.party is None:
        return [shipment.target_location.full_name]
    written = shipment.delivery_address or addresses.as_text(env, shipment.party, AddressKind.DELIVERY) or ""
    if shipment.address is not None and not shipment.delivery_address:
        written = shipment.address.one_line
    lines = [line for line in written.splitlines() if line.strip()]
    return lines if lines and lines[0] == shipment.party.name else [shipment.party.name, *lines]


def _facts(shipment: Shipment) -> list[list[str]]:
    moved = shipment.done_on or shipment.planned_on
    label = _("Date") if shipment.done_on else _("Planned for")
    return [
        [str(label), format_date(moved)],
        [str(_("Order")), shipment.origin or ""],
        [str(_("Carrier")), shipment.carrier or ""],
        [str(_("Tracking number")), shipment.tracking or ""],
    ]


def _line(move: Move) -> list[str]:
    return [
        move.product.name,
        move.product.code or "",
        format_quantity(move.unit_quantity),
        move.unit.name,
    ]


def _left(env: Env, shipment: Shipment) -> list[Move]:
    """What stands on open back-orders of this shipment."""
    model = env[Shipment]
    rest = env.session.scalars(select(model).where(model.backorder_of_id == shipment.id)).all()
    return [move for follow_up in rest if follow_up.is_open for move in follow_up.moves]


DELIVERY_SLIP = Report(
    name="erp_stock.delivery_slip",
    model=Shipment,
    title=_("Delivery slip"),
    template="erp_stock/delivery_slip.typ",
    data=_data,
    filename=lambda _env, shipment: f"{shipment.number}.pdf",
    locale=lambda env, shipment: (shipment.party.locale if shipment.party else None) or env.locale,
)
