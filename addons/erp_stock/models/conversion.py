"""From the unit a product is kept in back to the unit of a document."""

from decimal import Decimal

from core.api import round_half_up

STEP = Decimal("0.000001")
"""Quantities are stored with six decimals."""
FACTOR_STEP = Decimal("0.0000000001")
"""Factors are stored with ten."""


def in_document_unit(value: Decimal, factor: Decimal, moves: int = 1) -> Decimal:
    """What so many moves come to in the unit of a document, where dividing by ``factor`` gave ``value``.

    Each was rounded to six decimals of the product's unit when it was planned: 5 pieces of a product kept in
    dozens move as 0.416667, which would read as 5.000004. The roundest number that this rounding, and that of
    the stored factor, can have come from is what was meant.
    """
    slack = (moves * STEP + abs(value) * FACTOR_STEP) / factor / 2
    if factor != 1:
        for digits in range(7):
            rounded = round_half_up(value, digits)
            if rounded and abs(rounded - value) <= slack:
                return rounded
    return round_half_up(value, 6)
