"""Cells of a file as values of fields: what a spreadsheet holds is taken, texts are read as a person types
them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.i18n.text import _
from core.views.exports import DANGEROUS
from core.views.fields import NUMBERS
from core.views.values import LARGEST, Unclear, read

if TYPE_CHECKING:
    from core.env import Env
    from core.views.fields import FieldMeta


def text_of_cell(cell: Any) -> str:
    """A cell as text: 12.0 of a spreadsheet is 12, a date is written as ISO."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time(0) else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    text = str(cell).strip()
    # what export writes before a text that a spreadsheet would run as a formula
    return text[1:] if text[:1] == "'" and text[1:2] in DANGEROUS else text


def value_of_cell(env: Env, meta: FieldMeta, cell: Any) -> Any:
    """The value of a cell for a field that is no relation. Raise Unclear with the sentence for the row."""
    if cell is None or cell == "":
        return None
    if meta.kind in {"date", "datetime"} and isinstance(cell, datetime | date):
        return _moment(env, meta, cell)
    if meta.kind in NUMBERS and isinstance(cell, int | float) and not isinstance(cell, bool):
        return _number(meta, cell)
    if meta.kind == "bool" and isinstance(cell, bool):
        return cell
    text = text_of_cell(cell)
    return read(env, meta, text) if text else None


def _moment(env: Env, meta: FieldMeta, cell: date) -> Any:
    if meta.kind == "date":
        return cell.date() if isinstance(cell, datetime) else cell
    moment = cell if isinstance(cell, datetime) else datetime.combine(cell, time(0))
    return moment.replace(tzinfo=env.tz).astimezone(UTC) if moment.tzinfo is None else moment


def _number(meta: FieldMeta, cell: int | float) -> Any:
    if isinstance(cell, float) and not math.isfinite(cell):
        raise Unclear(_("Write a number."))
    number = Decimal(repr(cell))
    if number and number.adjusted() >= LARGEST.get(meta.kind, 14):
        raise Unclear(_("Write a smaller number."))
    if meta.kind == "integer":
        if number != number.to_integral_value():
            raise Unclear(_("Write a whole number."))
        return int(number)
    return number
