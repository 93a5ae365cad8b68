"""One product on its way from one location to another."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Product, Unit
from addons.erp_stock.models import kept
from addons.erp_stock.models.location import Location
from core.api import (
    Choice,
    CompanyOwned,
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
    reference,
)


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
        OR NEW.source_location_id IS DISTINCT FROM OLD.source_location_id
        OR NEW.target_location_id IS DISTINCT FROM OLD.target_location_id THEN
        RAISE EXCEPTION 'A stock move that is done cannot change.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
"""


class Move(CompanyOwned, Model, name="move", versioned=False):
    """Quantities are in the product's own unit; the unit of the document is kept beside with its factor.

    A move that can only be reserved in part is split into a ready and a waiting one, and one that is found in
    two shelves becomes two moves. So each move has exactly one place, one state and, once done, one value.
    """

    __label__ = _("Stock move")
    __labels__ = _("Stock moves")
    __display__ = "display_name"

    shipment_id: Mapped[int | None] = reference("erp_stock.shipment", nullable=True, ondelete="CASCADE")
    shipment: Mapped["Shipment | None"] = link("erp_stock.shipment", key="shipment_id", back="moves")  # noqa: F821  # the class lives in shipment.py, which imports this file
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
    state: Mapped[MoveState] = choice(MoveState, default=MoveState.DRAFT, info=about(_("Status")))
    planned_on: Mapped[date] = mapped_column(Date, info=about(_("Planned for")))
    done_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str | None] = mapped_column(String(200))
    cost: Mapped[Decimal | None] = mapped_column(
        Price,
        info=about(_("Unit cost"), help=_("What one unit costs when it comes in."), group="catalog.cost"),
    )
    value: Mapped[Decimal | None] = mapped_column(Money, info=about(group="catalog.cost"))
    """What the stock gained (+) or lost (-) by this move, in company currency; empty until done."""
    return_of_id: Mapped[int | None] = reference("erp_stock.move", nullable=True)
    return_of: Mapped["Move | None"] = link("erp_stock.move", key="return_of_id")

    __constraints__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("picked IS NULL OR picked >= 0", name="picked_not_negative"),
        CheckConstraint("source_location_id <> target_location_id", name="goes_somewhere"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done_has_a_day"),
        Index("by_product", "product_id", "state", "planned_on"),
    )

    __triggers__ = (
        Trigger("done_is_final", "BEFORE UPDATE OR DELETE", DONE_IS_FINAL, when="OLD.state = 'done'"),
    )

    def before_save(self, env: Any) -> None:
        """The state, and what is done, by services only."""
        super().before_save(env)
        kept.refuse_by_hand(env, self, "state", "value", "done_on")

    @property
    def display_name(self) -> str:
        """The product, as a line of a shipment reads."""
        return self.product.name

    @property
    def is_open(self) -> bool:
        """Neither done nor cancelled."""
        return self.state in {MoveState.DRAFT, MoveState.WAITING, MoveState.READY}

    @property
    def unit_quantity(self) -> Decimal:
        """The quantity in the unit of the document."""
        return self.quantity / self.unit_factor
