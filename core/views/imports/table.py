"""A file as headings and rows, whatever it was written with."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from core.errors import Invalid
from core.i18n.text import _

MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_CELL = 10_000
DELIMITERS = (";", ",", "\t", "|")
csv.field_size_limit(1_000_000)


class Unreadable(Invalid):
    """The file is not a table we can read."""


@dataclass
class Table:
    """Headings, and rows as long as them. Cells are texts, or what a spreadsheet holds: numbers, dates,
    booleans."""

    headings: list[str]
    rows: list[list[Any]] = field(default_factory=list)


def read_table(content: bytes, name: str = "") -> Table:
    """Read a CSV or XLSX file. Raise Unreadable, with what to do, for anything else."""
    if content[:4] == b"PK\x03\x04":
        return _read_xlsx(content)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Unreadable(
            _("This is an old Excel file."), hint=_("Save it as .xlsx or CSV and choose it again.")
        )
    return _read_csv(content)


def _read_csv(content: bytes) -> Table:
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise Unreadable(_("This file cannot be read as a table: {why}.", why=str(error))) from error
    return _table(rows)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig",):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", errors="replace")


def _read_xlsx(content: bytes) -> Table:
    from openpyxl import load_workbook  # heavy, and only needed for spreadsheets

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = []
        for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1):
            if any(cell not in (None, "") for cell in row):
                rows.append(list(row))
            if len(rows) > MOST_ROWS + 1:
                break
    except Exception as error:
        raise Unreadable(_("This file is not a spreadsheet we can read.")) from error
    return _table(rows)


def _table(rows: list[list[Any]]) -> Table:
    if not rows:
        raise Unreadable(_("The file is empty."))
    headings = [str(cell).strip() if cell is not None else "" for cell in rows[0]]
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise Unreadable(_("The first row must hold the headings."))
    if len(headings) > MOST_COLUMNS:
        raise Unreadable(_("The file has more than {most} columns.", most=MOST_COLUMNS))
    if len(rows) - 1 > MOST_ROWS:
        raise Unreadable(_("The file has more than {most} rows: split it.", most=MOST_ROWS))
    width = len(headings)
    return Table(headings, [[*row[:width], *[""] * (width - len(row))] for row in rows[1:]])


def write_csv(headings: list[str] | None, rows: list[list[Any]]) -> bytes:
    """Write a table as CSV that every spreadsheet opens: UTF-8 with its mark, commas.

    Without headings, what follows after other rows of the same file.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    if headings is not None:
        writer.writerow(headings)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig" if headings is not None else "utf-8")


def rows_of_csv(content: bytes) -> list[list[Any]]:
    """The rows that ``write_csv`` wrote without headings."""
    return list(csv.reader(io.StringIO(content.decode(), newline="")))
