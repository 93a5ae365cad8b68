"""What a company accepts on customer orders unless something else is said."""

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.catalog.models import Product
from core.api import ZERO, CompanyOwned, Model, Rate, _, about


class Policy(CompanyOwned, Model, name="policy"):
    """One row a company; a tolerance of zero accepts nothing more."""

    __label__ = _("Customer order rules")
    __labels__ = _("Customer order rules")
    __display__ = "title"
    __kept__ = True

    over_delivery: Mapped[Decimal] = mapped_column(
        Rate,
        default=ZERO,
        server_default=text("0"),
        info=about(
            _("Accepted over-delivery %"),
            help=_(
                "How much more than ordered may leave; lines begin with it unless their product says"
                " otherwise."
            ),
            track=True,
        ),
    )

    __constraints__ = (
        Index("company", "company_id", unique=True),
        CheckConstraint("over_delivery >= 0 AND over_delivery <= 100", name="over_delivery_range"),
    )

    @property
    def title(self) -> str:
        return str(_("Customer order rules"))


class OrderedProduct(Product, extends=True):
    """Sold by weight or length, more leaves than was ordered; empty leaves it to the company's rules."""

    over_delivery: Mapped[Decimal | None] = mapped_column(
        Rate,
        info=about(
            _("Accepted over-delivery %"),
            help=_("How much more than ordered may leave; empty: as the customer order rules say."),
        ),
    )

    __constraints__ = (  # type: ignore[assignment]  # each fragment lists its own
        CheckConstraint("over_delivery >= 0 AND over_delivery <= 100", name="over_delivery_range"),
    )


def over_delivery_of(env: Any, product: Product | None) -> Decimal:
    """What a line begins with: as its product says, else as the company says, in percent."""
    if isinstance(product, OrderedProduct) and product.over_delivery is not None:
        return product.over_delivery
    found = env.kept(Policy, company_id=env.company_id)
    return found[0].over_delivery if found else ZERO
