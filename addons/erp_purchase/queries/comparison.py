"""The offers of a request side by side. Prices are compared in company currency, after discount, for one
unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from addons.base.services import currencies
from core.api import ZERO, round_money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from addons.erp_purchase.models import Quotation, QuotationLine, Request, RequestLine
    from core.api import Env


@dataclass(frozen=True, slots=True)
class Cell:
    """What one vendor offers for one line; without a price there is no offer."""

    line: QuotationLine | None
    price: Decimal | None
    """For one unit in company currency, after discount."""
    best: bool
    fastest: bool

    @property
    def chosen(self) -> bool:
        return self.line is not None and self.line.chosen


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the request with a cell for each vendor, in the order of the columns."""

    asked: RequestLine
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """One vendor: what all their offers come to, and for how many lines."""

    quotation: Quotation
    total: Decimal
    offers: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A request as a table of lines and vendors."""

    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    chosen_total: Decimal


def of(env: Env, request: Request) -> Comparison:
    """Every line of a request against every vendor that was asked.

    The lowest price and the shortest lead time of each line are marked, on each vendor that has it.
    """
    quotations = list(request.quotations)
    offers = {
        (line.request_line_id, quotation.id): line for quotation in quotations for line in quotation.lines
    }
    prices = {key: _price(env, line) for key, line in offers.items()}
    rows = []
    for asked in request.lines:
        keys = [(asked.id, quotation.id) for quotation in quotations]
        known = [price for key in keys if (price := prices.get(key)) is not None]
        days = [
            line.lead_days
            for key in keys
            if (line := offers.get(key)) is not None
            and line.lead_days is not None
            and line.unit_price is not None
        ]
        rows.append(
            Row(
                asked,
                tuple(_cell(offers.get(key), prices.get(key), known, days) for key in keys),
            )
        )
    heads = tuple(
        Head(
            quotation,
            _total(env, [(row.asked, row.cells[place].price) for row in rows]),
            sum(1 for row in rows if row.cells[place].price is not None),
        )
        for place, quotation in enumerate(quotations)
    )
    chosen = [(row.asked, cell.price) for row in rows for cell in row.cells if cell.chosen]
    return Comparison(heads, tuple(rows), _total(env, chosen))


def best_offers(env: Env, request: Request) -> list[QuotationLine]:
    """The offer to take for each line when price decides: then the lead time, then who was asked first."""
    found = []
    for row in of(env, request).rows:
        offers = [cell for cell in row.cells if cell.price is not None and cell.line is not None]
        if offers:
            cheapest = min(
                offers,
                key=lambda cell: (cell.price, _days(cell), cell.line.id if cell.line else 0),
            )
            if cheapest.line is not None:
                found.append(cheapest.line)
    return found


def _days(cell: Cell) -> int:
    days = cell.line.lead_days if cell.line is not None else None
    return 10**6 if days is None else days


def _cell(
    line: QuotationLine | None, price: Decimal | None, known: Sequence[Decimal], days: Sequence[int]
) -> Cell:
    offered = line is not None and price is not None
    return Cell(
        line,
        price,
        best=offered and price == min(known),
        fastest=offered and line is not None and line.lead_days is not None and line.lead_days == min(days),
    )


def _price(env: Env, line: QuotationLine) -> Decimal | None:
    if line.net_price is None:
        return None
    return line.net_price * currencies.rate_on(env, line.quotation.currency)


def _total(env: Env, priced: Sequence[tuple[RequestLine, Decimal | None]]) -> Decimal:
    return sum(
        (
            round_money(asked.quantity * price, env.company.currency)
            for asked, price in priced
            if price is not None
        ),
        ZERO,
    )
