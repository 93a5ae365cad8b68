"""A place where goods are, or from where they come and where they go."""

from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Choice, CompanyOwned, Model, RuleBroken, _, about, choice, link, reference


class LocationKind(Choice):
    """Goods in internal and transit locations are ours: they are counted and have a value."""

    INTERNAL = "internal", _("Internal")
    TRANSIT = "transit", _("Transit")
    SUPPLIER = "supplier", _("Supplier")
    CUSTOMER = "customer", _("Customer")
    LOSS = "loss", _("Loss")
    PRODUCTION = "production", _("Production")


OWNED = (LocationKind.INTERNAL, LocationKind.TRANSIT)


class PlaceInUse(RuleBroken):
    """What moved to and from it would count otherwise."""

    def __init__(self, location: Any) -> None:
        super().__init__(
            _('Goods moved to or from "{location}", so its kind cannot change.', location=location.full_name),
            hint=_("Archive it and create another one."),
        )


class Location(CompanyOwned, Model, name="location"):
    """Locations form a tree: what lies in a shelf also lies in its warehouse.

    Every unit that leaves one location arrives in another, so nothing appears from nowhere: a purchase comes
    from the supplier location, a broken glass goes to the loss location.
    """

    __searchable__ = ("full_name", "barcode")
    __display__ = "full_name"
    __label__ = _("Location")
    __labels__ = _("Locations")
    __kept__ = True

    name: Mapped[str] = mapped_column(String(80))
    full_name: Mapped[str] = mapped_column(String(400), info=about(_("Path")))
    """The names from the top of the tree, as in ``MAIN/Stock/Shelf 2``; kept by ``services.locations``."""
    kind: Mapped[LocationKind] = choice(LocationKind, default=LocationKind.INTERNAL)
    parent_id: Mapped[int | None] = reference("erp_stock.location", nullable=True)
    parent: Mapped["Location | None"] = link("erp_stock.location", key="parent_id")
    barcode: Mapped[str | None] = mapped_column(String(60))
    active: Mapped[bool] = mapped_column(default=True)

    __constraints__ = (
        UniqueConstraint("company_id", "full_name", name="path_once"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("position('/' in name) = 0", name="name_without_slash"),
    )

    def before_save(self, env: Any) -> None:
        """Another kind only while nothing has moved here."""
        super().before_save(env)
        state = inspect(self)
        if state.persistent and state.attrs["kind"].history.added:
            from addons.erp_stock.models.shipment import Move  # it names its places

            move = env[Move]
            here = (move.source_location_id == self.id) | (move.target_location_id == self.id)
            with env.session.no_autoflush:
                if env.session.scalar(select(move.id).where(here).limit(1)) is not None:
                    raise PlaceInUse(self)

    @property
    def is_owned(self) -> bool:
        """Goods here are ours."""
        return self.kind in OWNED
