"""Tax of a document: per rate on the summed base, half up (EN 16931, BR-CO-17).

Several taxes of one rate, such as that of goods and that of services on payment, share what their bases give
together; two that one line carries are two taxes all the same, each with its own amount.

Pure functions, used alike by quotes, orders and invoices, so that the three never differ by a cent.

Prices may include their taxes. The base is then what remains of the summed gross, rounded; the taxes are
computed
on that base like any other; and what is missing to the gross is the rounding line of the document.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from core.api import HUNDRED, ZERO, currency_quantum, round_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class TaxLike(Protocol):
    """What computing needs of a tax; ``catalog.tax`` has it."""

    @property
    def id(self) -> int: ...
    @property
    def rate(self) -> Decimal: ...
    @property
    def included(self) -> bool: ...


T = TypeVar("T", bound=TaxLike)


@dataclass(frozen=True, slots=True)
class TaxableLine(Generic[T]):
    """A line before tax computing: its amount after discount, and the taxes on it."""

    amount: Decimal
    taxes: Sequence[T] = ()


@dataclass(frozen=True, slots=True)
class TaxedLine(Generic[T]):
    """A line's share: net of all taxes, and of each tax its part. The parts of all lines add up to the
    totals.
    """

    net: Decimal
    taxes: tuple[tuple[T, Decimal], ...]

    @property
    def tax(self) -> Decimal:
        """All taxes of the line together."""
        return sum((amount for _tax, amount in self.taxes), ZERO)

    @property
    def gross(self) -> Decimal:
        """Net and taxes; the document's rounding line is not part of any line."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class TaxTotal(Generic[T]):
    """One tax of the document."""

    tax: T
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class TaxResult(Generic[T]):
    """The document's totals: ``total == net + tax + rounding``, and every part adds up to them."""

    lines: tuple[TaxedLine[T], ...]
    taxes: tuple[TaxTotal[T], ...]
    net: Decimal
    tax: Decimal
    rounding: Decimal

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.net + self.tax + self.rounding


def line_amount(quantity: Decimal, unit_price: Decimal, discount: Decimal, currency: str) -> Decimal:
    """Quantity times price less the discount in percent, rounded once, as EN 16931 wants it (BT-131)."""
    amount = quantity * unit_price
    if discount:
        amount = amount * (HUNDRED - discount) / HUNDRED
    return round_money(amount, currency)


def compute(lines: Iterable[TaxableLine[T]], currency: str) -> TaxResult[T]:
    """Net, taxes and rounding of a document whose lines have these amounts."""
    given = list(lines)
    nets = [round_money(line.amount, currency) for line in given]
    gross_of_included = _take_out_included(given, nets, currency)

    known: dict[int, T] = {}
    bases_of: dict[int, Decimal] = defaultdict(Decimal)
    rates: dict[tuple[Decimal, bool, int], list[tuple[T, int]]] = defaultdict(list)
    for position, line in enumerate(given):
        alike: Counter[tuple[Decimal, bool]] = Counter()
        for tax in line.taxes:
            known.setdefault(tax.id, tax)
            bases_of[tax.id] += nets[position]
            rates[tax.rate, tax.included, alike[tax.rate, tax.included]].append((tax, position))
            alike[tax.rate, tax.included] += 1

    parts: list[list[tuple[T, Decimal]]] = [[] for _ in given]
    amounts = dict.fromkeys(known, ZERO)
    for (rate, _included, _nth), of_rate in rates.items():
        exact = [nets[position] * rate / HUNDRED for _tax, position in of_rate]
        amount = round_money(sum(exact, ZERO), currency)
        for (tax, position), part in zip(of_rate, share(amount, exact, currency), strict=True):
            parts[position].append((tax, part))
            amounts[tax.id] += part
    totals = [TaxTotal(tax, bases_of[tax_id], amounts[tax_id]) for tax_id, tax in known.items()]

    included = sum((total.amount for total in totals if total.tax.included), ZERO)
    bases = sum((nets[position] for position, line in enumerate(given) if _is_gross(line)), ZERO)
    return TaxResult(
        lines=tuple(TaxedLine(net, tuple(of_line)) for net, of_line in zip(nets, parts, strict=True)),
        taxes=tuple(totals),
        net=sum(nets, ZERO),
        tax=sum((total.amount for total in totals), ZERO),
        rounding=gross_of_included - bases - included,
    )


def share(total: Decimal, exact: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Split a rounded total in the proportion of exact parts by largest remainder: the result adds up to it.

    ``total`` must be the sum of ``exact`` rounded to the currency. Mirrored amounts give mirrored shares,
    so that a
    credit note takes back line by line what the invoice charged.
    """
    quantum = currency_quantum(currency)
    leading = sum(exact, ZERO) or next((part for part in exact if part), ZERO)
    sign = -1 if leading < 0 else 1
    floors = [(sign * part).quantize(quantum, rounding=ROUND_FLOOR) for part in exact]
    missing = int((sign * total - sum(floors, ZERO)) / quantum)
    if missing:
        by_remainder = sorted(range(len(exact)), key=lambda i: (floors[i] - sign * exact[i], i))
        for i in by_remainder[:missing]:
            floors[i] += quantum
    return [sign * part for part in floors]


def _is_gross(line: TaxableLine[T]) -> bool:
    return any(tax.included for tax in line.taxes)


def _take_out_included(lines: Sequence[TaxableLine[T]], nets: list[Decimal], currency: str) -> Decimal:
    """Turn the gross amounts in ``nets`` into net ones, per set of taxes; give back their gross sum.

    All taxes of a line count for the set, so that it makes no difference which of its lines carries a cent.
    """
    groups: dict[tuple[int, ...], list[int]] = {}
    for position, line in enumerate(lines):
        if _is_gross(line):
            key = tuple(sorted(tax.id for tax in line.taxes))
            groups.setdefault(key, []).append(position)
    gross_of_all = ZERO
    for positions in groups.values():
        rates = sum((tax.rate for tax in lines[positions[0]].taxes if tax.included), ZERO)
        gross = sum((nets[position] for position in positions), ZERO)
        exact = [nets[position] * HUNDRED / (HUNDRED + rates) for position in positions]
        base = round_money(gross * HUNDRED / (HUNDRED + rates), currency)  # one division: no order of thirds
        gross_of_all += gross
        for position, net in zip(positions, share(base, exact, currency), strict=True):
            nets[position] = net
    return gross_of_all
