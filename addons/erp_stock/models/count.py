"""Counting what is on the shelf, and throwing away what is broken."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Computed, Date, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Product, Unit
from addons.erp_stock.models import kept
from addons.erp_stock.models.location import Location
from addons.erp_stock.models.lot import Lot
from addons.erp_stock.models.shipment import Move
from core.api import (
    ZERO,
    Choice,
    CompanyOwned,
    Document,
    DocumentFields,
    Model,
    Quantity,
    _,
    about,
    choice,
    link,
    open_in,
    reference,
)


class CountState(Choice):
    """A count is written once; a mistake is corrected by the next count."""

    DRAFT = "draft", _("Draft")
    COUNTING = "counting", _("Counting"), "accent"
    DONE = "done", _("Done"), "ok"
    CANCELLED = "cancelled", _("Cancelled")


class CountLine(CompanyOwned, Model, name="count_line", versioned=False):
    """What the books expect: when the list was made, and for good when the count is applied."""

    __label__ = _("Counted product")
    __labels__ = _("Counted products")
    __display__ = "id"
    __document_fields__ = DocumentFields(service_fields=("expected", "move_id"))

    count_id: Mapped[int] = reference("erp_stock.count", ondelete="CASCADE")
    count: Mapped["Count"] = link("erp_stock.count", key="count_id", back="lines")
    product_id: Mapped[int] = reference("catalog.product")
    product: Mapped[Product] = link("catalog.product", key="product_id")
    location_id: Mapped[int] = reference("erp_stock.location")
    location: Mapped[Location] = link("erp_stock.location", key="location_id")
    lot_id: Mapped[int | None] = reference("erp_stock.lot", nullable=True)
    lot: Mapped[Lot | None] = link("erp_stock.lot", key="lot_id")
    expected: Mapped[Decimal | None] = mapped_column(Quantity)
    counted: Mapped[Decimal | None] = mapped_column(
        Quantity, info=about(help=_("Leave empty what nobody counted."))
    )
    move_id: Mapped[int | None] = reference("erp_stock.move", nullable=True)
    move: Mapped[Move | None] = link("erp_stock.move", key="move_id")

    __constraints__ = (
        UniqueConstraint(
            "count_id",
            "product_id",
            "location_id",
            "lot_id",
            name="place_once",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("counted IS NULL OR counted >= 0", name="counted_not_negative"),
    )

    @property
    def difference(self) -> Decimal | None:
        """Counted minus expected; empty until both are known."""
        return None if self.counted is None or self.expected is None else self.counted - self.expected


class Count(CompanyOwned, Model, name="count"):
    """Whoever counts blind does not see what the books expect."""

    __open_when__ = open_in("state", CountState.DRAFT, CountState.COUNTING)
    __searchable__ = ("number", "reason")
    __display__ = "number"
    __label__ = _("Inventory count")
    __labels__ = _("Inventory counts")
    __document__ = Document(
        closed_when=lambda count: count.state.in_((CountState.DONE, CountState.CANCELLED)),
        service_fields=("state", "counted_on", "part"),
        lock_rank=25,
        closed_hint=_("Start a new count to correct the stock again."),
        service_hint=kept.MOVE_GOODS,
    )

    number: Mapped[str] = mapped_column(
        String(40),
        Computed(
            "'C-' || CASE WHEN id < 10000 THEN lpad(id::text, 4, '0') ELSE id::text END", persisted=True
        ),
    )
    location_id: Mapped[int] = reference("erp_stock.location")
    location: Mapped[Location] = link("erp_stock.location", key="location_id")
    state: Mapped[CountState] = choice(
        CountState, default=CountState.DRAFT, info=about(_("Status"), track=True)
    )
    counted_on: Mapped[date | None] = mapped_column(Date)
    part: Mapped[int] = mapped_column(SmallInteger, default=1, info=about(internal=True))
    """Of the day: the moment it was applied, or the end of a day that was past by then."""
    blind: Mapped[bool] = mapped_column(
        default=False, info=about(help=_("Hide what is expected while counting."))
    )
    reason: Mapped[str] = mapped_column(
        String(200), info=about(help=_("Why you count, as in: year end, broken box."))
    )
    lines: Mapped[list[CountLine]] = link(
        "erp_stock.count_line", back="count", many=True, order_by="id", owned=True, key="count_id"
    )

    @property
    def is_open(self) -> bool:
        """Neither applied nor given up."""
        return self.state in {None, CountState.DRAFT, CountState.COUNTING}


class ScrapState(Choice):
    """Scrapped is final."""

    DRAFT = "draft", _("Draft")
    DONE = "done", _("Scrapped"), "ok"


class Scrap(CompanyOwned, Model, name="scrap"):
    """Goods that are broken, expired or lost leave the stock with a reason."""

    __open_when__ = open_in("state", ScrapState.DRAFT)
    __display__ = "number"
    __label__ = _("Scrap")
    __labels__ = _("Scrap")
    __document__ = Document(
        closed_when=lambda scrap: scrap.state == ScrapState.DONE,
        service_fields=("state", "done_on", "move_id"),
        lock_rank=25,
        closed_hint=_("Count the place again if the goods are there after all."),
        service_hint=kept.MOVE_GOODS,
    )

    number: Mapped[str] = mapped_column(
        String(40),
        Computed(
            "'S-' || CASE WHEN id < 10000 THEN lpad(id::text, 4, '0') ELSE id::text END", persisted=True
        ),
    )
    product_id: Mapped[int] = reference("catalog.product")
    product: Mapped[Product] = link("catalog.product", key="product_id")
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=ZERO)
    unit_id: Mapped[int] = reference("catalog.unit")
    unit: Mapped[Unit] = link("catalog.unit", key="unit_id")
    location_id: Mapped[int] = reference("erp_stock.location")
    location: Mapped[Location] = link("erp_stock.location", key="location_id")
    lot_id: Mapped[int | None] = reference("erp_stock.lot", nullable=True)
    lot: Mapped[Lot | None] = link("erp_stock.lot", key="lot_id")
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[ScrapState] = choice(
        ScrapState, default=ScrapState.DRAFT, info=about(_("Status"), track=True)
    )
    done_on: Mapped[date | None] = mapped_column(Date)
    move_id: Mapped[int | None] = reference("erp_stock.move", nullable=True)
    move: Mapped[Move | None] = link("erp_stock.move", key="move_id")

    __constraints__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)
