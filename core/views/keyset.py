"""Pages by the values of the last row instead of by OFFSET: page one thousand costs what page one costs."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, literal, or_, tuple_

from core import uploads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement


@dataclass(frozen=True)
class Order:
    """One key of an ordering, in the order PostgreSQL gives an index: empty values last going up, first
    going down."""

    expression: Any
    descending: bool = False
    nullable: bool = True

    @property
    def clause(self) -> ColumnElement[Any]:
        """For ORDER BY."""
        expression: ColumnElement[Any] = self.expression
        return expression.desc() if self.descending else expression.asc()

    def reversed(self) -> Order:
        """The same key read from the end."""
        return Order(self.expression, not self.descending, self.nullable)


def beyond(orders: Sequence[Order], values: Sequence[Any]) -> ColumnElement[bool]:
    """The condition for the rows that come after the row with these values."""
    directions = {order.descending for order in orders}
    if len(directions) == 1 and not any(order.nullable for order in orders):
        row = tuple_(*(order.expression for order in orders))
        last = tuple_(*(_bound(order, value) for order, value in zip(orders, values, strict=True)))
        return row < last if directions.pop() else row > last
    branches = []
    for n, order in enumerate(orders):
        same = [_same(other, value) for other, value in zip(orders[:n], values[:n], strict=True)]
        branches.append(and_(*same, _after(order, values[n])))
    return or_(*branches)


def _bound(order: Order, value: Any) -> Any:
    return literal(value, type_=order.expression.type)


def _same(order: Order, value: Any) -> ColumnElement[bool]:
    expression: ColumnElement[Any] = order.expression
    return expression.is_(None) if value is None else expression == _bound(order, value)


def _after(order: Order, value: Any) -> ColumnElement[bool]:
    column: ColumnElement[Any] = order.expression
    if order.descending:
        return column.is_not(None) if value is None else column < _bound(order, value)
    if value is None:
        return false()
    later = column > _bound(order, value)
    return or_(later, column.is_(None)) if order.nullable else later


def pack(values: Sequence[Any]) -> str:
    """Write the values of a row as a short text for the address."""
    plain = [_plain(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return ["n", str(value)]
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    return getattr(value, "value", value)


def unpack(text: str, length: int) -> list[Any] | None:
    """Read the values back; None for a text that is not one of ours."""
    try:
        padded = text + "=" * (-len(text) % 4)
        plain = uploads.read_json(base64.urlsafe_b64decode(padded.encode()))
        values = [_lively(value) for value in plain]
    except (ValueError, TypeError, ArithmeticError, binascii.Error):
        return None
    return values if len(values) == length else None


def _lively(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    kind, text = value
    read: dict[str, Callable[[str], Any]] = {
        "n": Decimal,
        "t": datetime.fromisoformat,
        "d": date.fromisoformat,
    }
    return read[kind](text)
