"""Goods that travel together: a receipt, a delivery, an internal move or a return."""

from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any

from sqlalchemy import CheckConstraint, Computed, Date, DateTime, Index, SmallInteger, String, Text, inspect
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Address, Party
from addons.catalog.models import Product, Unit
from addons.erp_stock.models import kept
from addons.erp_stock.models.conversion import in_document_unit
from addons.erp_stock.models.location import Location
from addons.erp_stock.models.lot import Lot
from addons.erp_stock.models.warehouse import OperationKind, OperationType
from core.api import (
    Choice,
    CompanyOwned,
    Document,
    DocumentFields,
    Model,
    Money,
    Price,
    Quantity,
    Rate,
    Trigger,
    _,
    about,
    choice,
    link,
    never_open,
    open_until,
    reference,
)


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

    __open_when__ = open_until("state", ShipmentState.DONE, ShipmentState.CANCELLED)
    __searchable__ = ("number", "origin", "tracking")
    __display__ = "number"
    __label__ = _("Shipment")
    __labels__ = _("Shipments")
    __document__ = Document(
        closed_when=lambda shipment: shipment.state.in_((ShipmentState.DONE, ShipmentState.CANCELLED)),
        agreed_when=lambda shipment: shipment.state.in_(
            (ShipmentState.WAITING, ShipmentState.PARTIAL, ShipmentState.READY)
        ),
        free_when_agreed=(
            *("party_id", "address_id", "delivery_address", "origin", "planned_on"),
            *("urgent", "carrier", "tracking", "note"),
        ),
        service_fields=("state", "done_on", "done_at", "backorder_of_id", "return_of_id"),
        lock_rank=30,
        closed_hint=_("Goods that moved come back by a return."),
        agreed_hint=_("Cancel it and plan another shipment."),
        service_hint=kept.MOVE_GOODS,
    )

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
    urgent: Mapped[bool] = mapped_column(
        default=False, info=about(help=_("Gets what arrives before all others."), track=True)
    )
    backorder_of_id: Mapped[int | None] = reference("erp_stock.shipment", nullable=True)
    backorder_of: Mapped["Shipment | None"] = link("erp_stock.shipment", key="backorder_of_id")
    return_of_id: Mapped[int | None] = reference("erp_stock.shipment", nullable=True)
    return_of: Mapped["Shipment | None"] = link("erp_stock.shipment", key="return_of_id")
    moves: Mapped[list["Move"]] = link(
        "erp_stock.move", back="shipment", many=True, order_by="id", owned=True, key="shipment_id"
    )

    __constraints__ = (Index("open_by_day", "company_id", "kind", "planned_on"),)

    def before_save(self, env: Any) -> None:
        """A delivery stays a delivery: its number and its places say so."""
        super().before_save(env)
        if inspect(self).persistent:
            kept.refuse_by_hand(env, self, "kind")

    @property
    def is_open(self) -> bool:
        """Not done and not cancelled."""
        return self.state in OPEN_STATES


class DayPart(IntEnum):
    """Where in its day a move counts.

    What is recorded on the day itself counts in the order in which it happens. Of what is recorded later only
    the day is known: goods that came in count as there from the morning, goods that left as there until the
    evening, goods that came back on the day they left after that, and a count at the end.
    """

    MORNING = 0
    LIVE = 1
    EVENING = 2
    BACK = 3
    CLOSE = 4


class MoveState(Choice):
    """A ready move out of our locations holds its whole quantity reserved; a waiting one holds nothing."""

    DRAFT = "draft", _("Draft")
    WAITING = "waiting", _("Waiting"), "warn"
    READY = "ready", _("Ready"), "accent"
    DONE = "done", _("Done"), "ok"
    CANCELLED = "cancelled", _("Cancelled")


DONE_IS_FINAL = """
BEGIN
    IF TG_OP = 'DELETE' OR NEW.state IS DISTINCT FROM OLD.state OR NEW.quantity IS DISTINCT FROM OLD.quantity
        OR NEW.product_id IS DISTINCT FROM OLD.product_id OR NEW.done_on IS DISTINCT FROM OLD.done_on
        OR NEW.lot_id IS DISTINCT FROM OLD.lot_id
        OR NEW.source_location_id IS DISTINCT FROM OLD.source_location_id
        OR NEW.target_location_id IS DISTINCT FROM OLD.target_location_id THEN
        RAISE EXCEPTION 'A stock move that is done cannot change.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
"""


class Move(CompanyOwned, Model, name="move", versioned=False):
    """Quantities are in the product's own unit; the unit of the document is kept beside with its factor.

    A move that can only be reserved in part is split into a ready and a waiting one, and one that is found in
    two shelves becomes two moves. So each move has exactly one place, one state and, once done, one value.
    """

    __open_when__ = never_open
    __label__ = _("Stock move")
    __labels__ = _("Stock moves")
    __display__ = "display_name"
    __document_fields__ = DocumentFields(
        free_when_agreed=("picked", "lot_number", "lot_expires_on", "planned_on", "reason"),
        service_fields=("state", "value", "done_on", "part", "next_id", "return_of_id", "lot_chosen"),
    )

    shipment_id: Mapped[int | None] = reference("erp_stock.shipment", nullable=True, ondelete="CASCADE")
    shipment: Mapped[Shipment | None] = link("erp_stock.shipment", key="shipment_id", back="moves")
    product_id: Mapped[int] = reference("catalog.product")
    product: Mapped[Product] = link("catalog.product", key="product_id")
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    picked: Mapped[Decimal | None] = mapped_column(
        Quantity, info=about(_("To move"), help=_("Leave empty to move all that is ready."))
    )
    unit_id: Mapped[int] = reference("catalog.unit")
    unit: Mapped[Unit] = link("catalog.unit", key="unit_id")
    unit_factor: Mapped[Decimal] = mapped_column(Rate, default=Decimal(1))
    """Units of the product in one unit of the document: 12 for a product in pieces, ordered in dozens."""
    source_location_id: Mapped[int] = reference("erp_stock.location")
    source_location: Mapped[Location] = link("erp_stock.location", key="source_location_id")
    target_location_id: Mapped[int] = reference("erp_stock.location")
    target_location: Mapped[Location] = link("erp_stock.location", key="target_location_id")
    lot_id: Mapped[int | None] = reference("erp_stock.lot", nullable=True)
    lot: Mapped[Lot | None] = link("erp_stock.lot", key="lot_id")
    lot_chosen: Mapped[bool] = mapped_column(default=False, info=about(internal=True))
    """A person, not the order of expiry, chose the lot; a release keeps it."""
    lot_number: Mapped[str | None] = mapped_column(
        String(60),
        info=about(_("Lot or serial"), help=_("Of goods that come in; made when they are received.")),
    )
    lot_expires_on: Mapped[date | None] = mapped_column(Date, info=about(_("Expires on")))
    state: Mapped[MoveState] = choice(MoveState, default=MoveState.DRAFT, info=about(_("Status")))
    planned_on: Mapped[date] = mapped_column(Date, info=about(_("Planned for")))
    done_on: Mapped[date | None] = mapped_column(Date)
    part: Mapped[int] = mapped_column(SmallInteger, default=DayPart.LIVE.value, info=about(internal=True))
    """A ``DayPart``."""
    reason: Mapped[str | None] = mapped_column(String(200))
    cost: Mapped[Decimal | None] = mapped_column(
        Price,
        info=about(_("Unit cost"), help=_("What one unit costs when it comes in."), group="catalog.cost"),
    )
    value: Mapped[Decimal | None] = mapped_column(Money, info=about(group="catalog.cost"))
    """What the stock gained (+) or lost (-) by this move, in company currency; empty until done."""
    return_of_id: Mapped[int | None] = reference("erp_stock.move", nullable=True)
    return_of: Mapped["Move | None"] = link("erp_stock.move", key="return_of_id")

    next_id: Mapped[int | None] = reference("erp_stock.move", nullable=True, ondelete="SET NULL")
    next: Mapped["Move | None"] = link("erp_stock.move", key="next_id")
    """The step that goes on with these goods: what was picked is shipped, what was received is put away."""

    __constraints__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("picked IS NULL OR picked >= 0", name="picked_not_negative"),
        CheckConstraint("cost IS NULL OR cost >= 0", name="cost_not_negative"),
        CheckConstraint("source_location_id <> target_location_id", name="goes_somewhere"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done_has_a_day"),
        Index("by_product", "product_id", "state", "planned_on"),
        Index("done_by_product", "product_id", "done_on"),
    )

    __triggers__ = (
        Trigger("done_is_final", "BEFORE UPDATE OR DELETE", DONE_IS_FINAL, when="OLD.state = 'done'"),
    )

    def before_save(self, env: Any) -> None:
        """What a count or scrap moves is on no shipment: by services only."""
        super().before_save(env)
        if self.shipment_id is None and self.shipment is None:
            kept.refuse_by_hand(env, self)

    def before_delete(self, env: Any) -> None:
        """What a count or scrap moved stays."""
        super().before_delete(env)
        if self.shipment_id is None:
            kept.refuse_by_hand(env, self)

    @property
    def display_name(self) -> str:
        """The product, as a line of a shipment reads."""
        return self.product.name if self.product else ""  # not written yet

    @property
    def is_open(self) -> bool:
        """Neither done nor cancelled."""
        return self.state in {MoveState.DRAFT, MoveState.WAITING, MoveState.READY}

    @property
    def unit_quantity(self) -> Decimal:
        """The quantity in the unit of the document."""
        return in_document_unit(self.quantity / self.unit_factor, self.unit_factor)
