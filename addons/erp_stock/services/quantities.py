"""From the unit of a document to the unit a product is kept in."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from addons.erp_stock.models.conversion import STEP, in_document_unit
from core.api import Invalid, _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from addons.catalog.models import Product, Unit


class OtherKindOfUnit(Invalid):
    def __init__(self, product: Product, unit: Unit) -> None:
        super().__init__(
            _('"{product}" cannot be counted in {unit}.', product=product.name, unit=unit.name),
            hint=_("Choose a unit of the same kind as {unit}.", unit=product.unit.name),
            fields={"unit": _("Choose a unit of the same kind as {unit}.", unit=product.unit.name)},
        )


class NothingToMove(Invalid):
    def __init__(self, product: Product) -> None:
        super().__init__(
            _('The quantity of "{product}" is not above zero.', product=product.name),
            fields={"quantity": _("Enter a quantity above zero.")},
        )


__all__ = ["Demand", "NothingToMove", "OtherKindOfUnit", "factor", "in_document_unit", "in_product_unit"]


@dataclass(frozen=True, slots=True)
class Demand:
    """So much of a product is wanted. ``cost`` is for one unit of the product in company currency, for goods
    that come in; ``extra`` are columns that other addons added to the move."""

    product: Product
    quantity: Decimal
    unit: Unit | None = None
    cost: Decimal | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


def factor(product: Product, unit: Unit | None) -> Decimal:
    """Units of the product in one ``unit``: 12 when a product kept in pieces is ordered in dozens."""
    if unit is None or unit.id == product.unit_id:
        return Decimal(1)
    if unit.category != product.unit.category:
        raise OtherKindOfUnit(product, unit)
    return unit.factor / product.unit.factor


def in_product_unit(demand: Demand) -> Decimal:
    """The quantity to move, in the product's own unit, half-up to six decimals."""
    quantity = (demand.quantity * factor(demand.product, demand.unit)).quantize(STEP, ROUND_HALF_UP)
    if quantity <= 0:
        raise NothingToMove(demand.product)
    return quantity
