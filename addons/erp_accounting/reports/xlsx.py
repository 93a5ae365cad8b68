"""A sheet as a workbook: numbers stay numbers."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from addons.erp_accounting.reports.sheet import Sheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(sheet: Sheet, company: str) -> bytes:
    """The bytes of the file: title, period, header, rows."""
    from openpyxl import Workbook  # heavy, and only needed for spreadsheets
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    bold = Font(bold=True)
    book = Workbook()
    page = book.active
    assert page is not None  # noqa: S101 - a new workbook has one
    page.title = sheet.name[:31]
    page.append([sheet.title])
    page.append([f"{company}, {sheet.subtitle}, {sheet.currency}"])
    page.append([])
    page.append([head.label for head in sheet.heads])
    for cell in (page["A1"], *page[4]):
        cell.font = bold
    for row in sheet.rows:
        page.append([None if value is None else value for value in row.cells])
        for cell in page[page.max_row]:
            if isinstance(cell.value, Decimal):
                cell.number_format = "#,##0.00"
            if row.kind:
                cell.font = bold
    for position, head in enumerate(sheet.heads, start=1):
        letter = get_column_letter(position)
        page.column_dimensions[letter].width = 16 if head.kind != "text" else 36
        if head.kind == "money":
            page[f"{letter}4"].alignment = Alignment(horizontal="right")
    page.freeze_panes = "A5"
    out = BytesIO()
    book.save(out)
    return out.getvalue()
