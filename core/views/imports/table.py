"""A file as headings and rows, whatever it was written with."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core import uploads
from core.errors import Invalid
from core.i18n.text import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DELIMITERS = (";", ",", "\t", "|")


class Unreadable(Invalid):
    """The file is not a table we can read."""


@dataclass
class Table:
    """Headings, and rows as long as them. Cells are texts, or what a spreadsheet holds: numbers, dates,
    booleans."""

    headings: list[str]
    rows: list[list[Any]] = field(default_factory=list)


def read_table(content: bytes, name: str = "") -> Table:
    """Read a CSV or XLSX file.

    Raise Unreadable, with what to do, for anything else, and TooMuch for one that is larger than it may be.
    """
    uploads.check_size(content)
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
        return _table(uploads.rows_of(text, delimiter))
    except csv.Error as error:
        raise Unreadable(_("This file cannot be read as a table: {why}.", why=str(error))) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig",):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", errors="replace")


def _read_xlsx(content: bytes) -> Table:
    from core.views.imports.workbook import rows_of  # its library is heavy, and only needed for spreadsheets

    try:
        return _table(rows_of(content))
    except Invalid:
        raise
    except Exception as error:
        raise Unreadable(_("This file is not a spreadsheet we can read.")) from error


def _table(rows: Iterable[Sequence[Any]]) -> Table:
    found = iter(rows)
    first = next(found, None)
    if first is None:
        raise Unreadable(_("The file is empty."))
    headings = [str(cell).strip() if cell is not None else "" for cell in first]
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise Unreadable(_("The first row must hold the headings."))
    width = len(headings)
    if width > uploads.MOST_COLUMNS:
        raise uploads.TooMuch(_("The file has more than {most} columns.", most=uploads.MOST_COLUMNS))
    table = Table(headings)
    for row in found:
        table.rows.append([*row[:width], *[""] * (width - len(row))])
        if len(table.rows) > uploads.MOST_ROWS:
            raise uploads.TooMuch(_("The file has more than {most} rows.", most=uploads.MOST_ROWS))
        if len(table.rows) * width > uploads.MOST_CELLS:
            raise uploads.TooMuch(_("The file has more than {most} cells.", most=uploads.MOST_CELLS))
    return table


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
