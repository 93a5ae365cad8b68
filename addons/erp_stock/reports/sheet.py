"""A table that is shown on screen, as PDF and as XLSX."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from addons.erp_stock.models import Warehouse
from core.api import Report, _, format_date, format_money, format_quantity, print_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHEET = "erp_stock.sheet"


@dataclass(frozen=True, slots=True)
class Head:
    """kind: "text", "quantity", "money" or "date"."""

    label: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """One cell a column, None for an empty one; url leads to what is behind the row."""

    cells: Sequence[Any]
    url: str = ""
    total: bool = False
    tone: str = ""


@dataclass(slots=True)
class Sheet:
    """name is the last part of its address."""

    name: str
    title: str
    subtitle: str
    currency: str
    heads: Sequence[Head]
    rows: list[Row] = field(default_factory=list)
    empty: str = ""

    def written(self, head: Head, value: Any) -> str:
        """A cell as people read it."""
        if value is None:
            return ""
        if head.kind == "money":
            return format_money(value, self.currency)
        if head.kind == "quantity":
            return format_quantity(value)
        return format_date(value) if head.kind == "date" else str(value)


def workbook(sheet: Sheet, company: str) -> bytes:
    """The bytes of an XLSX file: title, day, header, rows; numbers stay numbers."""
    from openpyxl import Workbook  # heavy, and only needed for spreadsheets
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet.name[:31]
    page.append([sheet.title])
    page.append([f"{company}, {sheet.subtitle}"])
    page.append([])
    page.append([head.label for head in sheet.heads])
    bold = Font(bold=True)
    for cell in (page["A1"], *page[4]):
        cell.font = bold
    for row in sheet.rows:
        page.append(list(row.cells))
        for cell, head in zip(page[page.max_row], sheet.heads, strict=True):
            if isinstance(cell.value, Decimal):
                cell.number_format = "#,##0.00" if head.kind == "money" else "#,##0.######"
            if row.total:
                cell.font = bold
    for position in range(1, len(sheet.heads) + 1):
        page.column_dimensions[get_column_letter(position)].width = 36 if position == 1 else 16
    page.freeze_panes = "A5"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def pdf(env: Env, sheet: Sheet, warehouse: Warehouse) -> bytes:
    """The sheet on paper, with the company's name."""
    env.cache[_SHEET] = sheet
    return print_report(env, "erp_stock.sheet", warehouse).content


def _data(env: Env, _warehouse: Warehouse) -> dict[str, Any]:
    sheet: Sheet = env.cache[_SHEET]
    return {
        "title": sheet.title,
        "subtitle": f"{env.company.name}, {sheet.subtitle}",
        "heads": [[head.label, head.kind] for head in sheet.heads],
        "rows": [
            [
                "total" if row.total else "",
                [sheet.written(head, value) for head, value in zip(sheet.heads, row.cells, strict=True)],
            ]
            for row in sheet.rows
        ],
        "empty": sheet.empty,
    }


SHEET = Report(
    name="erp_stock.sheet",
    model=Warehouse,
    title=_("Stock report"),
    template="erp_stock/sheet.typ",
    data=_data,
    filename=lambda env, _warehouse: f"{env.cache[_SHEET].name}.pdf",
)
