"""Counting what is on the shelf, and throwing away what is broken."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Computed, Date, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Product, Unit
from addons.erp_stock.models import kept
from addons.erp_stock.models.location import Location
from addons.erp_stock.models.lot import Lot
from addons.erp_stock.models.shipment import Move
from core.api import ZERO, Choice, CompanyOwned, Model, Quantity, _, about, choice, link, open_in, reference


class CountState(Choice):
    """A count is written once; a mistake is corrected by the next count."""

    DRAFT = "draft", _("Draft")
    COUNTING = "counting", _("Counting"), "accent"
    DONE = "done", _("Done"), "ok"
    CANCELLED = "cancelled", _("Cancelled")


WRITTEN = ("count_id", "product_id", "location_id", "lot_id", "expected", "counted", "move_id")


class CountLine(CompanyOwned, Model, name="count_line", versioned=False):
    """What the books expect: when the list was made, and for good when the count is applied."""

    __label__ = _("Counted product")
    __labels__ = _("Counted products")
    __display__ = "id"

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

    def before_save(self, env: Any) -> None:
        """What a count found stays: stock of earlier days follows from it."""
        super().before_save(env)
        if self.count is not None and not self.count.is_open:
            kept.refuse_fixed(env, self.count, self, *WRITTEN)

    def before_delete(self, env: Any) -> None:
        """A line of a count that is over stays."""
        super().before_delete(env)
        if self.count is not None and not self.count.is_open:
            kept.refuse_deletion(env, self.count)

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

    def before_save(self, env: Any) -> None:
        """The state by services only."""
        super().before_save(env)
        kept.refuse_by_hand(env, self, "state", "counted_on")

    def before_delete(self, env: Any) -> None:
        """A count that is over stays."""
        super().before_delete(env)
        if not self.is_open:
            kept.refuse_deletion(env, self)

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

    def before_save(self, env: Any) -> None:
        """The state by services only."""
        super().before_save(env)
        kept.refuse_by_hand(env, self, "state", "done_on")
        if self.state is ScrapState.DONE:
            kept.refuse_fixed(env, self, self, *("product_id", "quantity", "unit_id", "lot_id", "move_id"))

    def before_delete(self, env: Any) -> None:
        """Scrapped is final."""
        super().before_delete(env)
        if self.state is ScrapState.DONE:
            kept.refuse_deletion(env, self)
