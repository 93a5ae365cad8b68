"""Convert quantities between units of one category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import RuleBroken, _, round_half_up

if TYPE_CHECKING:
    from decimal import Decimal

    from addons.catalog.models import Unit


class OtherCategory(RuleBroken):
    """Kilograms cannot be turned into metres."""

    def __init__(self, source: Unit, target: Unit) -> None:
        super().__init__(
            _(
                "{source} cannot be converted to {target}: one measures {first}, the other {second}.",
                source=source.name,
                target=target.name,
                first=source.category,
                second=target.category,
            ),
            hint=_("Choose a unit of the same category."),
        )


def factor(source: Unit, target: Unit) -> Decimal:
    """How many ``target`` units one ``source`` unit is. Raises OtherCategory."""
    if source.category != target.category:
        raise OtherCategory(source, target)
    return source.factor / target.factor


def convert(quantity: Decimal, source: Unit, target: Unit) -> Decimal:
    """The quantity in ``target``, rounded half up to that unit's decimals."""
    if source is target or source.id == target.id:
        return quantity
    return round_half_up(quantity * factor(source, target), target.digits)


def price_in(price: Decimal, per: Unit, target: Unit) -> Decimal:
    """A price for one ``per`` unit, for one ``target`` unit: 12 a dozen is 1 a piece. To six decimals."""
    if per is target or per.id == target.id:
        return price
    return round_half_up(price * factor(target, per), 6)
