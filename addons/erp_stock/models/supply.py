"""What has to come: reorder rules, and the requests that they and other needs give rise to."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Computed, Date, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Product
from addons.erp_stock.models import kept
from addons.erp_stock.models.location import Location
from core.api import ZERO, Choice, CompanyOwned, Model, Quantity, _, about, choice, link, open_in, reference


class SupplyRoute(Choice):
    """From where goods come that are needed."""

    PURCHASE = "purchase", _("Purchase")
    TRANSFER = "transfer", _("Transfer")
    PRODUCTION = "production", _("Production")


class ReorderRule(CompanyOwned, Model, name="reorder_rule"):
    """When the forecast falls below the minimum, ask for what fills up to the maximum."""

    __label__ = _("Reorder rule")
    __labels__ = _("Reorder rules")
    __display__ = "display_name"

    product_id: Mapped[int] = reference("catalog.product")
    product: Mapped[Product] = link("catalog.product", key="product_id")
    location_id: Mapped[int] = reference("erp_stock.location")
    location: Mapped[Location] = link("erp_stock.location", key="location_id")
    minimum: Mapped[Decimal] = mapped_column(
        Quantity, default=ZERO, info=about(help=_("Ask for more when the forecast falls below."))
    )
    maximum: Mapped[Decimal] = mapped_column(
        Quantity, default=ZERO, info=about(help=_("Ask for what fills up to here."))
    )
    multiple: Mapped[Decimal] = mapped_column(
        Quantity, default=ZERO, info=about(help=_("Ask for whole multiples, as in: boxes of 12; 0 for any."))
    )
    lead_days: Mapped[int] = mapped_column(
        default=0, info=about(_("Lead time (days)"), help=_("From the request until the goods are here."))
    )
    route: Mapped[SupplyRoute] = choice(SupplyRoute, default=SupplyRoute.PURCHASE)
    source_location_id: Mapped[int | None] = reference("erp_stock.location", nullable=True)
    source_location: Mapped[Location | None] = link("erp_stock.location", key="source_location_id")
    """For a transfer: the place of ours that sends the goods."""
    active: Mapped[bool] = mapped_column(default=True)

    __constraints__ = (
        UniqueConstraint("product_id", "location_id", name="place_once"),
        CheckConstraint("minimum >= 0 AND maximum >= minimum", name="maximum_above_minimum"),
        CheckConstraint("multiple >= 0", name="multiple_not_negative"),
        CheckConstraint("lead_days >= 0", name="lead_time_not_negative"),
        CheckConstraint("route <> 'transfer' OR source_location_id IS NOT NULL", name="transfer_has_source"),
        CheckConstraint("source_location_id <> location_id", name="from_elsewhere"),
    )

    @property
    def display_name(self) -> str:
        """Product and place."""
        if self.product is None or self.location is None:  # not written yet
            return ""
        return f"{self.product.name}, {self.location.full_name}"


class SupplyState(Choice):
    """Requested: nobody answers it yet. Ordered: it stands on a document that is no promise yet. Planned: a
    receipt, a transfer or a production order is on its way for it, and counts instead of it."""

    REQUESTED = "requested", _("Requested"), "warn"
    ORDERED = "ordered", _("Being ordered"), "accent"
    PLANNED = "planned", _("On its way"), "ok"
    CANCELLED = "cancelled", _("Cancelled")


EXPECTED = (SupplyState.REQUESTED, SupplyState.ORDERED)
"""While in these states a request counts in the forecast; afterwards its planned moves do."""


class SupplyRequest(CompanyOwned, Model, name="supply_request"):
    """So much of a product is wanted at a place by a day; another part of the business brings it.

    Purchase and production answer by the hook ``supply_requested`` and the services of ``services.supply``;
    stock answers transfers itself.
    """

    __open_when__ = open_in("state", SupplyState.REQUESTED, SupplyState.ORDERED)
    __searchable__ = ("number", "origin", "document")
    __display__ = "number"
    __label__ = _("Supply request")
    __labels__ = _("Supply requests")

    number: Mapped[str] = mapped_column(
        String(40),
        Computed(
            "'N-' || CASE WHEN id < 10000 THEN lpad(id::text, 4, '0') ELSE id::text END", persisted=True
        ),
    )
    product_id: Mapped[int] = reference("catalog.product")
    product: Mapped[Product] = link("catalog.product", key="product_id")
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    """In the product's own unit."""
    location_id: Mapped[int] = reference("erp_stock.location")
    location: Mapped[Location] = link("erp_stock.location", key="location_id")
    wanted_on: Mapped[date] = mapped_column(Date, info=about(_("Wanted on")))
    route: Mapped[SupplyRoute] = choice(SupplyRoute, default=SupplyRoute.PURCHASE)
    source_location_id: Mapped[int | None] = reference("erp_stock.location", nullable=True)
    source_location: Mapped[Location | None] = link("erp_stock.location", key="source_location_id")
    state: Mapped[SupplyState] = choice(
        SupplyState, default=SupplyState.REQUESTED, info=about(_("Status"), track=True)
    )
    origin: Mapped[str | None] = mapped_column(
        String(120), info=about(_("Origin"), help=_("The rule or order that needs the goods."))
    )
    rule_id: Mapped[int | None] = reference("erp_stock.reorder_rule", nullable=True)
    rule: Mapped[ReorderRule | None] = link("erp_stock.reorder_rule", key="rule_id")
    key: Mapped[str | None] = mapped_column(String(120), info=about(_("Key of the need")))
    """Of the need, as in ``order_line:12``: asked twice with the same key, it is one request."""
    document: Mapped[str | None] = mapped_column(
        String(120), info=about(_("Answered by"), help=_("The document on which the goods are ordered."))
    )

    __constraints__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("route <> 'transfer' OR source_location_id IS NOT NULL", name="transfer_has_source"),
        Index(
            "need_once",
            "company_id",
            "key",
            unique=True,
            postgresql_where=text("key IS NOT NULL AND state <> 'cancelled'"),
        ),
        Index("expected", "product_id", "location_id", postgresql_where=text("state <> 'cancelled'")),
    )

    def before_save(self, env: Any) -> None:
        """By services only."""
        super().before_save(env)
        kept.refuse_by_hand(env, self)

    def before_delete(self, env: Any) -> None:
        """By services only."""
        super().before_delete(env)
        kept.refuse_by_hand(env, self)
