"""How much goods that leave are worth: pure functions, no database.

Values are money amounts already rounded to the currency. What leaves takes its share of the value, rounded;
whoever takes the last unit takes the rest of the value, so nothing is ever worth something when it is gone.
Sources: IAS 2 paragraph 25 (first in, first out; weighted average), French PCG article 213-34.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.api import ZERO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
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


@dataclass(slots=True)
class Step:
    """One move of a product across the border of the stock, in the order in which they count."""

    key: int
    quantity: Decimal
    """Above zero for goods that come in, below for goods that leave."""
    cost: Decimal | None = None
    """Of one unit that comes in; None takes what the stock is worth at that moment."""
    fallback: Decimal = ZERO
    """Of one unit that comes in without a cost while nothing is there."""
    landed: Decimal = ZERO
    """Freight, customs and the like, added to the value of what came in."""
    returns: int | None = None
    """The step whose goods come back: they come at its rate; sent back to a supplier, they leave from it."""


@dataclass(slots=True)
class Outcome:
    """What a step did to the value, and what is left of what came in by it (first in, first out only)."""

    value: Decimal
    left_quantity: Decimal = ZERO
    left_value: Decimal = ZERO


@dataclass(slots=True)
class Left:
    """What is known of a step whose goods may come back: its quantity and value, and how much is back."""

    quantity: Decimal
    value: Decimal
    back: Decimal = ZERO


@dataclass(slots=True)
class Flow:
    """The state of one product while its steps are valued one after the other.

    The same steps in the same order always give the same values, whether taken one by one as they happen or
    all again; ``services.recosting`` relies on it.
    """

    fifo: bool
    rounded: Callable[[Decimal], Decimal]
    quantity: Decimal = ZERO
    value: Decimal = ZERO
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    moved: dict[int, Left] = field(default_factory=dict)
    open: deque[int] = field(default_factory=deque)
    """Keys of what came in and is not all gone, the oldest first."""

    def take(self, step: Step) -> Outcome:
        """Value the next step."""
        outcome = self._come_in(step) if step.quantity > 0 else self._go_out(step)
        self.quantity += step.quantity
        self.value += outcome.value
        self.outcomes[step.key] = outcome
        self.moved[step.key] = Left(abs(step.quantity), abs(outcome.value))
        return outcome

    def _come_in(self, step: Step) -> Outcome:
        original = self.moved.get(step.returns) if step.returns is not None else None
        if original is not None:
            value = returned(original.value, original.quantity, original.back, step.quantity, self.rounded)
            original.back += step.quantity
        else:
            cost = step.cost
            if cost is None:
                cost = self.value / self.quantity if self.quantity else step.fallback
            value = self.rounded(cost * step.quantity)
        value += step.landed
        if not self.fifo:
            return Outcome(value)
        self.open.append(step.key)
        return Outcome(value, step.quantity, value)

    def _go_out(self, step: Step) -> Outcome:
        wanted = -step.quantity
        if not self.fifo:
            return Outcome(-share(self.value, self.quantity, wanted, self.rounded))
        worth_of = ZERO
        preferred = self.outcomes.get(step.returns) if step.returns is not None else None
        if preferred is not None and preferred.left_quantity > 0:
            part = min(wanted, preferred.left_quantity)
            worth_of += self._take(preferred, part)
            wanted -= part
        while wanted > 0:
            while self.open and self.outcomes[self.open[0]].left_quantity <= 0:
                self.open.popleft()
            if not self.open:
                raise NotEnough(-step.quantity, self.quantity)
            oldest = self.outcomes[self.open[0]]
            part = min(wanted, oldest.left_quantity)
            worth_of += self._take(oldest, part)
            wanted -= part
        return Outcome(-worth_of)

    def _take(self, source: Outcome, part: Decimal) -> Decimal:
        value = share(source.left_value, source.left_quantity, part, self.rounded)
        source.left_quantity -= part
        source.left_value -= value
        return value


class NotEnough(ArithmeticError):
    """More was asked than there is; services check before, so a user never sees this."""


def share(value: Decimal, quantity: Decimal, part: Decimal, rounded: Callable[[Decimal], Decimal]) -> Decimal:
    """The value of ``part`` out of ``quantity`` units worth ``value``; all of it when all is taken."""
    if part > quantity:
        raise NotEnough(part, quantity)
    if part == quantity:
        return value
    return rounded(value * part / quantity)


def returned(
    value: Decimal,
    quantity: Decimal,
    back: Decimal,
    part: Decimal,
    rounded: Callable[[Decimal], Decimal],
) -> Decimal:
    """What ``part`` more units are worth that come back out of ``quantity`` units worth ``value``.

    ``back`` units came back before; whatever the pieces, together they are worth what left.
    """
    return rounded(value * (back + part) / quantity) - rounded(value * back / quantity)


def take_first_in(
    layers: Iterable[Open], quantity: Decimal, rounded: Callable[[Decimal], Decimal]
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
