"""What the financial reports ask for, and what stands above them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.api import Sheet

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Choice:
    """One input of the bar above a sheet: a date, or a select of (value, label)."""

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...] = ()
    kind: str = "date"


@dataclass(slots=True)
class FinancialSheet(Sheet):
    """A sheet with the bar above it, and pages where it is long."""

    choices: list[Choice] = field(default_factory=list)
    next_url: str = ""
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
    plan: int | None = None
    """The analytic plan."""
    budget: int | None = None
    ordinary: bool = False
    """Without the entries that close a year, as statements of income count."""
