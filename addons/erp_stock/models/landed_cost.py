"""Freight, customs and the like: costs that come after the goods and belong to their value."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Computed, Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addons.erp_stock.models.shipment import Move, Shipment
from core.api import (
    ZERO,
    Choice,
    CompanyOwned,
    Document,
    DocumentFields,
    Model,
    Money,
    _,
    about,
    choice,
    link,
    open_in,
    reference,
)


class Split(Choice):
    """By what a cost is spread over the goods it was paid for."""

    QUANTITY = "quantity", _("Quantity")
    WEIGHT = "weight", _("Weight")
    VOLUME = "volume", _("Volume")
    VALUE = "value", _("Value")
    EQUAL = "equal", _("Equal parts")


class LandedCostState(Choice):
    """Done is final; a mistake is reversed."""

    DRAFT = "draft", _("Draft")
    DONE = "done", _("Done"), "ok"
    REVERSED = "reversed", _("Reversed"), "warn"


class LandedCost(CompanyOwned, Model, name="landed_cost"):
    """What was paid to get goods here is part of what they are worth; for goods already sold it is cost of
    sales."""

    __open_when__ = open_in("state", LandedCostState.DRAFT)
    __searchable__ = ("number", "description")
    __display__ = "number"
    __label__ = _("Landed costs")
    __labels__ = _("Landed costs")
    __document__ = Document(
        closed_when=lambda landed: landed.state.in_((LandedCostState.DONE, LandedCostState.REVERSED)),
        service_fields=("state",),
        lock_rank=25,
        closed_hint=_("Reverse it, and write new landed costs."),
        service_hint=_("Add the costs to the goods, or reverse them instead."),
    )

    number: Mapped[str] = mapped_column(
        String(40),
        Computed(
            "'L-' || CASE WHEN id < 10000 THEN lpad(id::text, 4, '0') ELSE id::text END", persisted=True
        ),
    )
    description: Mapped[str] = mapped_column(
        String(200), info=about(help=_("As in: freight and customs of container 12."))
    )
    state: Mapped[LandedCostState] = choice(
        LandedCostState, default=LandedCostState.DRAFT, info=about(_("Status"), track=True)
    )
    on: Mapped[date | None] = mapped_column(Date, info=about(_("Date")))
    """The day of its entry in the ledger."""
    lines: Mapped[list["LandedCostLine"]] = link(
        "erp_stock.landed_cost_line", back="landed_cost", many=True, order_by="id", owned=True,
        key="landed_cost_id",
    )  # fmt: skip
    receipts: Mapped[list["LandedReceipt"]] = link(
        "erp_stock.landed_receipt", back="landed_cost", many=True, order_by="id", owned=True,
        key="landed_cost_id",
    )  # fmt: skip
    shares: Mapped[list["LandedShare"]] = link(
        "erp_stock.landed_share", back="landed_cost", many=True, order_by="id", owned=True,
        key="landed_cost_id",
    )  # fmt: skip

    @property
    def is_draft(self) -> bool:
        """Not part of any value yet."""
        return self.state in {None, LandedCostState.DRAFT}


class LandedCostLine(CompanyOwned, Model, name="landed_cost_line", versioned=False):
    """One cost and how it is spread."""

    __label__ = _("Cost")
    __labels__ = _("Costs")
    __display__ = "description"

    landed_cost_id: Mapped[int] = reference("erp_stock.landed_cost", ondelete="CASCADE")
    landed_cost: Mapped[LandedCost] = link("erp_stock.landed_cost", key="landed_cost_id", back="lines")
    description: Mapped[str] = mapped_column(String(120))
    amount: Mapped[Decimal] = mapped_column(Money, default=ZERO)
    """In company currency, without tax that can be reclaimed."""
    split: Mapped[Split] = choice(Split, default=Split.VALUE, info=about(_("Spread by")))

    __constraints__ = (CheckConstraint("amount > 0", name="amount_positive"),)


class LandedReceipt(CompanyOwned, Model, name="landed_receipt", versioned=False):
    """A receipt whose goods share the costs."""

    __label__ = _("Receipt")
    __labels__ = _("Receipts")
    __display__ = "id"

    landed_cost_id: Mapped[int] = reference("erp_stock.landed_cost", ondelete="CASCADE")
    landed_cost: Mapped[LandedCost] = link("erp_stock.landed_cost", key="landed_cost_id", back="receipts")
    shipment_id: Mapped[int] = reference("erp_stock.shipment")
    shipment: Mapped[Shipment] = link("erp_stock.shipment", key="shipment_id")

    __constraints__ = (UniqueConstraint("landed_cost_id", "shipment_id", name="receipt_once"),)


class LandedShare(CompanyOwned, Model, name="landed_share", versioned=False):
    """What one received move bears of the costs."""

    __label__ = _("Share")
    __labels__ = _("Shares")
    __display__ = "id"
    __document_fields__ = DocumentFields(service_fields=("move_id", "amount"))

    landed_cost_id: Mapped[int] = reference("erp_stock.landed_cost", ondelete="CASCADE")
    landed_cost: Mapped[LandedCost] = link("erp_stock.landed_cost", key="landed_cost_id", back="shares")
    move_id: Mapped[int] = reference("erp_stock.move")
    move: Mapped[Move] = link("erp_stock.move", key="move_id")
    amount: Mapped[Decimal] = mapped_column(Money, default=ZERO)

    __constraints__ = (UniqueConstraint("landed_cost_id", "move_id", name="move_once"),)
