"""A report as rows and columns, whatever shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


@dataclass(frozen=True, slots=True)
class Head:
    """kind: "text", "money", "date"."""

    label: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """One cell a column: text, Decimal, date, or None for an empty one.

    kind: "" for a detail, "group" for a heading, "total" for a sum, "grand" for the last one. url leads to
    what is behind the row.
    """

    cells: Sequence[Any]
    kind: str = ""
    url: str = ""
    urls: Sequence[str] = ()
    """Behind each cell, where every figure has lines of its own; "" for none."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One input of the bar above a sheet: a date, or a select of (value, label)."""

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...] = ()
    kind: str = "date"


@dataclass(slots=True)
class Sheet:
    name: str
    """The last part of its address."""
    title: str
    subtitle: str
    currency: str
    heads: Sequence[Head]
    rows: list[Row] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    next_url: str = ""
    empty: str = ""
    query: str = ""
    """What the address says, for the links to PDF and XLSX."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a report asks for."""

    start: date
    end: date
    compare: str = ""
    """"", "previous", "year", "month" or "quarter": the columns beside."""
    account: int | None = None
    party: int | None = None
    side: str = "receivable"
    after: str = ""
    count: int = 1
    """How many periods stand beside, with "previous" and "year"."""
    companies: bool = False
    """A column for each company instead of periods."""
    rows: str = "account"
    columns: str = "month"
    measure: str = "balance"
    """What a pivot groups by and shows."""
    box: str = ""
    """The box of a tax return whose lines are asked for."""
