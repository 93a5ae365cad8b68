"""Goods that travel together: a receipt, a delivery, an internal move or a return."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Computed, Date, DateTime, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Address, Party
from addons.erp_stock.models import kept
from addons.erp_stock.models.location import Location
from addons.erp_stock.models.move import Move
from addons.erp_stock.models.warehouse import OperationKind, OperationType
from core.api import Choice, CompanyOwned, Model, _, about, choice, link, reference


class ShipmentState(Choice):
    """Follows from the moves: ready when all of them are, partly ready when some are."""

    DRAFT = "draft", _("Draft")
    WAITING = "waiting", _("Waiting"), "warn"
    PARTIAL = "partial", _("Partly ready"), "warn"
    READY = "ready", _("Ready"), "accent"
    DONE = "done", _("Done"), "ok"
    CANCELLED = "cancelled", _("Cancelled")


OPEN_STATES = (ShipmentState.DRAFT, ShipmentState.WAITING, ShipmentState.PARTIAL, ShipmentState.READY)

NUMBER = (
    "CASE kind WHEN 'receipt' THEN 'R-' WHEN 'delivery' THEN 'D-' WHEN 'internal' THEN 'T-' ELSE 'B-' END"
    " || CASE WHEN id < 10000 THEN lpad(id::text, 4, '0') ELSE id::text END"
)
"""A shipment is no legal document: its number may have gaps, so nobody waits for a counter."""


class Shipment(CompanyOwned, Model, name="shipment"):
    """Done is final: goods that come back are a return, and what was left out is a back-order."""

    __searchable__ = ("number", "origin", "tracking")
    __display__ = "number"
    __label__ = _("Shipment")
    __labels__ = _("Shipments")

    number: Mapped[str] = mapped_column(String(40), Computed(NUMBER, persisted=True))
    kind: Mapped[OperationKind] = choice(OperationKind, default=OperationKind.DELIVERY)
    state: Mapped[ShipmentState] = choice(
        ShipmentState, default=ShipmentState.DRAFT, info=about(_("Status"), track=True)
    )
    operation_type_id: Mapped[int] = reference("erp_stock.operation_type")
    operation_type: Mapped[OperationType] = link("erp_stock.operation_type", key="operation_type_id")
    party_id: Mapped[int | None] = reference("base.party", nullable=True)
    party: Mapped[Party | None] = link("base.party", key="party_id")
    address_id: Mapped[int | None] = reference("base.address", nullable=True)
    address: Mapped[Address | None] = link("base.address", key="address_id")
    delivery_address: Mapped[str | None] = mapped_column(Text, info=about(_("Address on this shipment")))
    """Written out, as an order may bring it; it wins over the address of the file."""
    source_location_id: Mapped[int] = reference("erp_stock.location")
    source_location: Mapped[Location] = link("erp_stock.location", key="source_location_id")
    target_location_id: Mapped[int] = reference("erp_stock.location")
    target_location: Mapped[Location] = link("erp_stock.location", key="target_location_id")
    planned_on: Mapped[date] = mapped_column(Date, info=about(_("Planned for"), track=True))
    done_on: Mapped[date | None] = mapped_column(Date, info=about(_("Done on")))
    """The day the goods moved, in the company's time zone: the date of its stock and ledger entries."""
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    origin: Mapped[str | None] = mapped_column(
        String(120), info=about(_("Origin"), help=_("The order or request these goods are for."))
    )
    carrier: Mapped[str | None] = mapped_column(String(80), info=about(track=True))
    tracking: Mapped[str | None] = mapped_column(String(80), info=about(_("Tracking number"), track=True))
    note: Mapped[str | None] = mapped_column(Text)
    backorder_of_id: Mapped[int | None] = reference("erp_stock.shipment", nullable=True)
    backorder_of: Mapped["Shipment | None"] = link("erp_stock.shipment", key="backorder_of_id")
    return_of_id: Mapped[int | None] = reference("erp_stock.shipment", nullable=True)
    return_of: Mapped["Shipment | None"] = link("erp_stock.shipment", key="return_of_id")
    moves: Mapped[list[Move]] = link(
        "erp_stock.move", back="shipment", many=True, order_by="id", owned=True, key="shipment_id"
    )

    __constraints__ = (Index("open_by_day", "company_id", "kind", "planned_on"),)

    def before_save(self, env: Any) -> None:
        """The state by services only."""
        super().before_save(env)
        kept.refuse_by_hand(env, self, "state", "done_on", "done_at", "kind")

    @property
    def is_open(self) -> bool:
        """Not done and not cancelled."""
        return self.state in OPEN_STATES
