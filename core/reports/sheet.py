"""A table of figures that people read on screen, on paper and in a spreadsheet: one description for all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from core.i18n.formats import format_date, format_money, format_quantity
from core.reports.declare import Report
from core.reports.render import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.env import Env
    from core.orm.model import Model

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS = {"money": "#,##0.00", "quantity": "#,##0.######"}


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; kind: "text", "quantity", "money" or "date"."""

    label: str
    kind: str = "text"

    @property
    def is_number(self) -> bool:
        return self.kind in _FORMATS


@dataclass(frozen=True, slots=True)
class Row:
    """One cell a column: text, Decimal, date, or None for an empty one.

    kind: "" for a detail, "group" for a heading, "total" for a sum, "grand" for the last one. url leads to
    what is behind the row. tone: "bad" for what needs a look.
    """

    cells: Sequence[Any]
    kind: str = ""
    url: str = ""
    urls: Sequence[str] = ()
    """Behind each cell, where every figure has lines of its own; "" for none."""
    tone: str = ""


@dataclass(slots=True)
class Sheet:
    """Everything a reader sees. name is the last part of its address and the name of its files."""

    name: str
    title: str
    subtitle: str
    currency: str
    """Of all its money; ISO 4217."""
    heads: Sequence[Head]
    rows: list[Row] = field(default_factory=list)
    empty: str = ""
    """What is said when there are no rows."""

    def written(self, head: Head, value: Any) -> str:
        """A cell as people read it, in the reader's language."""
        if value is None:
            return ""
        if isinstance(value, Decimal):
            return format_quantity(value) if head.kind == "quantity" else format_money(value, self.currency)
        return format_date(value) if isinstance(value, date) else str(value)


def workbook(env: Env, sheet: Sheet) -> bytes:
    """The bytes of an XLSX file: title, company, period and currency, header, rows. Numbers stay numbers."""
    from openpyxl import Workbook  # heavy, and only needed for spreadsheets
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet.name[:31]
    page.append([sheet.title])
    page.append([f"{env.company.name}, {sheet.subtitle}, {sheet.currency}"])
    page.append([])
    page.append([head.label for head in sheet.heads])
    bold = Font(bold=True)
    for cell in (page["A1"], *page[4]):
        cell.font = bold
    for row in sheet.rows:
        page.append(list(row.cells))
        for cell, head in zip(page[page.max_row], sheet.heads, strict=True):
            if isinstance(cell.value, Decimal):
                cell.number_format = _FORMATS.get(head.kind, _FORMATS["money"])
            if row.kind:
                cell.font = bold
    for position, head in enumerate(sheet.heads, start=1):
        letter = get_column_letter(position)
        page.column_dimensions[letter].width = 36 if head.kind == "text" else 16
        if head.is_number:
            page[f"{letter}4"].alignment = Alignment(horizontal="right")
    page.freeze_panes = "A5"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_report(name: str, model: type[Model], title: str) -> Report:
    """Declare how the sheets of an addon are printed: in whose name, and who may (who may read `model`)."""
    return Report(
        name=name,
        model=model,
        title=title,
        template="core/sheet.typ",
        data=lambda env, _record: _printed(env, env.cache[name]),
        filename=lambda env, _record: f"{env.cache[name].name}.pdf",
    )


def print_sheet(env: Env, report: str, record: Model, sheet: Sheet) -> bytes:
    """The bytes of the PDF. `report` is the name a ``sheet_report`` was declared with."""
    env.cache[report] = sheet
    return render(env, report, record).content


def _printed(env: Env, sheet: Sheet) -> dict[str, Any]:
    return {
        "title": sheet.title,
        "subtitle": f"{env.company.name}, {sheet.subtitle}",
        "heads": [[head.label, head.is_number] for head in sheet.heads],
        "rows": [
            [row.kind, [sheet.written(head, cell) for head, cell in zip(sheet.heads, row.cells, strict=True)]]
            for row in sheet.rows
        ],
        "empty": sheet.empty,
    }
