"""Lists as files: CSV and XLSX that can be imported again, and that no spreadsheet runs as formulas."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.i18n.text import _
from core.views.fields import field_of
from core.views.query import ListQuery

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.env import Env
    from core.views.declare import Column, List
    from core.views.fields import FieldMeta
    from core.views.state import ListState

MOST = 100_000
PIECE = 1000
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a text begins that a spreadsheet would take for a formula, in full width too."""


def export_rows(
    env: Env, declared: List, state: ListState, columns: Sequence[Column], ids: Sequence[int] | None = None
) -> Iterator[list[Any]]:
    """Headings, then the rows of a list page by page: typed values, the id first."""
    model = declared.model
    metas = [field_of(model, column.path, kind=column.kind) for column in columns]
    labels = [str(column.label or meta.label) for column, meta in zip(columns, metas, strict=True)]
    yield ["id", *labels]
    state = replace(state, size=PIECE, after="", before="", group_by=())
    sent = 0
    while sent < MOST:
        query = ListQuery(env, declared, state, columns)
        if ids is not None:
            found = query.records(list(ids[sent : sent + PIECE]))
            records, after = found, "more" if sent + PIECE < len(ids) else ""
        else:
            page = query.page()
            records, after = [row.record for row in page.rows], page.after
        for record in records:
            yield [record.id, *(plain(env, meta, meta.of(record)) for meta in metas)]
        sent += PIECE
        env.session.expunge_all()
        if not after:
            return
        state = replace(state, after=after)


def plain(env: Env, meta: FieldMeta, value: Any) -> Any:
    """A value as a spreadsheet holds it: a number, a date, or a text an import understands."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, datetime):
        return value.astimezone(env.tz).replace(tzinfo=None)
    if isinstance(value, Decimal | int | date):
        return value
    if meta.kind == "choice":
        return str(getattr(value, "label", value))
    if meta.kind == "relation":
        return str(value.display_name)
    if meta.kind in {"tags", "many"}:
        return ", ".join(str(one.display_name) for one in value)
    return str(value)


def defused(value: Any) -> Any:
    """A text that would be run as a formula gets an apostrophe before it; import takes it off again."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return value


def to_csv(rows: Iterator[list[Any]]) -> bytes:
    """UTF-8 with its mark, commas, ISO dates, decimal points."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([defused(_written(value)) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _Number(f"{value.normalize():f}")
    return "" if value is None else value


class _Number(float):
    """A number written as it is: never taken for a formula, not even when negative."""

    def __new__(cls, text: str) -> _Number:
        made = super().__new__(cls, text)
        made.text = text
        return made

    text: str

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__


def to_xlsx(rows: Iterator[list[Any]], title: str) -> bytes:
    """One sheet with real numbers and dates; texts are texts, whatever they begin with."""
    from openpyxl import Workbook  # heavy, and only needed for spreadsheets
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    name = "".join(sign for sign in title if sign not in "[]:*?/\\")[:31] or "1"
    sheet = book.create_sheet(name)
    for row in rows:
        cells = []
        for value in row:
            if isinstance(value, str):
                cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
                cell.data_type = "s"
                cells.append(cell)
            else:
                cells.append(value)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
