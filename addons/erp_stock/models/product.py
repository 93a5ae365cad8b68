"""What stock keeping adds to a product."""

from sqlalchemy import text
from sqlalchemy.orm import Mapped

from addons.catalog.models import Product
from core.api import Choice, _, about, choice


class Costing(Choice):
    """How goods that leave are valued."""

    AVERAGE = "average", _("Moving average")
    FIFO = "fifo", _("First in, first out")


class StockedProduct(Product, extends=True):
    """Goods are stocked, services never; the costing method can only change while nothing is in stock."""

    costing: Mapped[Costing] = choice(
        Costing, default=Costing.AVERAGE, server_default=text("'average'"), info=about(_("Costing method"), track=True)
    )
