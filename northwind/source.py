"""Read the trader's files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from core.errors import CoreError

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "public" / "northwind"
FILES = ("customers", "suppliers", "products", "employees", "orders", "order_details", "categories")


class FilesMissing(CoreError):
    """The data lies beside the project and is never part of it."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of an order: a product of the trader at a price of that day."""

    product: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    """In percent."""


@dataclass(frozen=True, slots=True)
class SourceOrder:
    """An order as the trader noted it."""

    number: str
    customer: str
    employee: str
    ordered_on: date
    shipped_on: date | None
    lines: tuple[SourceLine, ...]


def rows(name: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    """The rows of one file."""
    path = folder / f"{name}.csv"
    if not path.is_file():
        raise FilesMissing(
            f"{path} is missing.", hint="Put the public data beside the project, in ../shared."
        )
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def orders(folder: Path = FOLDER) -> list[SourceOrder]:
    """Every order with its lines, by number."""
    lines: dict[str, list[SourceLine]] = {}
    for row in rows("order_details", folder):
        line = SourceLine(
            row["ProductID"],
            Decimal(row["Quantity"]),
            Decimal(row["UnitPrice"]),
            Decimal(row["Discount"]) * 100,
        )
        lines.setdefault(row["OrderID"], []).append(line)
    return [
        SourceOrder(
            row["OrderID"],
            row["CustomerID"],
            row["EmployeeID"],
            date.fromisoformat(row["OrderDate"]),
            date.fromisoformat(row["ShippedDate"]) if row["ShippedDate"] else None,
            tuple(lines[row["OrderID"]]),
        )
        for row in sorted(rows("orders", folder), key=lambda row: int(row["OrderID"]))
    ]
