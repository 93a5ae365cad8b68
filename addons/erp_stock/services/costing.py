"""How much goods that leave are worth: pure functions, no database.

Values are money amounts already rounded to the currency. What leaves takes its share of the value, rounded;
whoever takes the last unit takes the rest of the value, so nothing is ever worth something when it is gone.
Sources: IAS 2 paragraph 25 (first in, first out; weighted average), French PCG article 213-34.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.api import ZERO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Open:
    """What is left of goods that came in together."""

    key: int
    quantity: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken from one of them."""

    key: int
    quantity: Decimal
    value: Decimal


class NotEnough(ArithmeticError):
    """More was asked than there is; services check before, so a user never sees this."""


def share(value: Decimal, quantity: Decimal, part: Decimal, rounded: Callable[[Decimal], Decimal]) -> Decimal:
    """The value of ``part`` out of ``quantity`` units worth ``value``; all of it when all is taken."""
    if part > quantity:
        raise NotEnough(part, quantity)
    if part == quantity:
        return value
    return rounded(value * part / quantity)


def take_first_in(
    layers: Sequence[Open], quantity: Decimal, rounded: Callable[[Decimal], Decimal]
) -> list[Taken]:
    """Take from the oldest on; ``layers`` are in the order they came in."""
    taken: list[Taken] = []
    missing = quantity
    for layer in layers:
        if missing <= 0:
            break
        part = min(missing, layer.quantity)
        taken.append(Taken(layer.key, part, share(layer.value, layer.quantity, part, rounded)))
        missing -= part
    if missing > 0:
        raise NotEnough(quantity, quantity - missing)
    return taken


def worth(taken: Sequence[Taken]) -> Decimal:
    """The value of everything taken."""
    return sum((part.value for part in taken), ZERO)
