"""What stock keeping adds to a product."""

from decimal import Decimal
from typing import Any

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Product
from addons.erp_stock.models.valuation import Valuation
from core.api import ZERO, Choice, Quantity, RuleBroken, _, about, choice


class Costing(Choice):
    """How goods that leave are valued."""

    AVERAGE = "average", _("Moving average")
    FIFO = "fifo", _("First in, first out")


class InStock(RuleBroken):
    """Changing the method would change the value of what is there."""

    def __init__(self, product: Product) -> None:
        super().__init__(
            _('"{product}" is in stock, so its costing method cannot change.', product=product.name),
            hint=_("Change it when nothing is left."),
        )


class StockedProduct(Product, extends=True):
    """Goods are stocked, services never; the costing method can only change while nothing is in stock."""

    costing: Mapped[Costing] = choice(
        Costing,
        default=Costing.AVERAGE,
        server_default=text("'average'"),
        info=about(_("Costing method"), track=True),
    )

    weight: Mapped[Decimal] = mapped_column(
        Quantity, default=ZERO, server_default=text("0"), info=about(_("Weight (kg)"))
    )
    """Of one unit; spreads landed costs."""
    volume: Mapped[Decimal] = mapped_column(
        Quantity, default=ZERO, server_default=text("0"), info=about(_("Volume (m³)"))
    )

    def before_save(self, env: Any) -> None:
        """Refuse another costing method while there is stock."""
        super().before_save(env)
        state = inspect(self)
        if state.persistent and state.attrs.costing.history.added:
            valuation, product = env[Valuation], type(self)
            with env.session.no_autoflush:
                before = env.session.scalar(select(product.costing).where(product.id == self.id))
                stocked = select(valuation.id).where(valuation.product_id == self.id, valuation.quantity > 0)
                if before != self.costing and env.session.scalar(stocked.limit(1)) is not None:
                    raise InStock(self)
