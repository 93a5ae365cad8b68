"""What stock keeping adds to a product."""

from decimal import Decimal
from typing import Any

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Product
from addons.erp_stock.models.shipment import Move, MoveState
from addons.erp_stock.models.valuation import Valuation
from core.api import ZERO, Choice, Quantity, RuleBroken, _, about, choice


class Costing(Choice):
    """How goods that leave are valued."""

    AVERAGE = "average", _("Moving average")
    FIFO = "fifo", _("First in, first out")


class Tracking(Choice):
    """Whether goods of a product are told apart."""

    NONE = "none", _("Not tracked")
    LOT = "lot", _("By lot")
    SERIAL = "serial", _("By serial number")


class Removal(Choice):
    """Which lot leaves first."""

    FIFO = "fifo", _("First in, first out")
    FEFO = "fefo", _("First to expire, first out")


class InStock(RuleBroken):
    """Changing it would change the value, or the lots, of what is there."""

    def __init__(self, product: Product, *, tracking: bool = False) -> None:
        super().__init__(
            _('"{product}" is in stock, so its tracking cannot change.', product=product.name)
            if tracking
            else _('"{product}" is in stock, so its costing method cannot change.', product=product.name),
            hint=_("Change it when nothing is left."),
        )


class HasMoved(RuleBroken):
    """Quantities of moves are in the product's unit, and services have none."""

    def __init__(self, product: Product, *, unit: bool) -> None:
        super().__init__(
            _('"{product}" has moved, so its unit cannot change.', product=product.name)
            if unit
            else _('"{product}" has moved, so it stays goods.', product=product.name),
            hint=_("Archive it and create another product."),
        )


class StockedProduct(Product, extends=True):
    """Goods are stocked, services never; costing method and tracking only change while nothing is in
    stock."""

    costing: Mapped[Costing] = choice(
        Costing,
        default=Costing.AVERAGE,
        server_default=text("'average'"),
        info=about(_("Costing method"), track=True),
    )

    tracking: Mapped[Tracking] = choice(
        Tracking, default=Tracking.NONE, server_default=text("'none'"), info=about(track=True)
    )
    removal: Mapped[Removal] = choice(
        Removal,
        default=Removal.FEFO,
        server_default=text("'fefo'"),
        info=about(_("Lot that leaves first"), help=_("Proposed for deliveries; another can be chosen.")),
    )
    shelf_days: Mapped[int | None] = mapped_column(
        info=about(_("Shelf life (days)"), help=_("Proposes the day on which a received lot expires."))
    )
    weight: Mapped[Decimal] = mapped_column(
        Quantity, default=ZERO, server_default=text("0"), info=about(_("Weight (kg)"))
    )
    """Of one unit; spreads landed costs."""
    volume: Mapped[Decimal] = mapped_column(
        Quantity, default=ZERO, server_default=text("0"), info=about(_("Volume (m³)"))
    )

    def before_save(self, env: Any) -> None:
        """Refuse another costing method or tracking while there is stock."""
        super().before_save(env)
        state = inspect(self)
        if not state.persistent:
            return
        for name in ("costing", "tracking"):
            if state.attrs[name].history.added:
                self._refuse_in_stock(env, name)
        if state.attrs["kind"].history.added:
            self._refuse_moved(env, "kind", self.kind)
        if state.attrs["unit"].history.added or state.attrs["unit_id"].history.added:
            chosen = self.unit.id if state.attrs["unit"].history.added and self.unit else self.unit_id
            self._refuse_moved(env, "unit_id", chosen)

    def _refuse_moved(self, env: Any, name: str, value: Any) -> None:
        move, product = env[Move], type(self)
        with env.session.no_autoflush:
            before = env.session.scalar(select(getattr(product, name)).where(product.id == self.id))
            moved = select(move.id).where(move.product_id == self.id, move.state != MoveState.CANCELLED)
            if before != value and env.session.scalar(moved.limit(1)) is not None:
                raise HasMoved(self, unit=name == "unit_id")

    def _refuse_in_stock(self, env: Any, name: str) -> None:
        valuation, product = env[Valuation], type(self)
        with env.session.no_autoflush:
            before = env.session.scalar(select(getattr(product, name)).where(product.id == self.id))
            stocked = select(valuation.id).where(valuation.product_id == self.id, valuation.quantity > 0)
            if before != getattr(self, name) and env.session.scalar(stocked.limit(1)) is not None:
                raise InStock(self, tracking=name == "tracking")
