"""Where a record stands in a list: the ones before and after it, and its number among them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from core.i18n import formats
from core.i18n.text import _
from core.views.joins import Joins
from core.views.keyset import beyond
from core.views.query import COUNT_CAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.views.keyset import Order
    from core.views.query import ListQuery


def around(query: ListQuery, record_id: int) -> tuple[int | None, int | None]:
    """The ids of the records before and after one, in the order of the list."""
    joins, orders, place = _place(query, record_id)
    if place is None:
        return None, None
    found: list[int | None] = []
    for direction in ([order.reversed() for order in orders], orders):
        statement = joins.apply(select(query.model.id), eager=False)
        statement = statement.where(query.where(), beyond(direction, place))
        ordered = statement.order_by(*(key.clause for key in direction)).limit(1)
        found.append(query.env.session.scalar(ordered))
    return found[0], found[1]


def place_of(query: ListQuery, record_id: int) -> str:
    """ "10 of 13": which of the rows it is; empty outside the list and beyond what is counted."""
    joins, orders, place = _place(query, record_id, query.where())
    if place is None:
        return ""
    before = beyond([order.reversed() for order in orders], place)
    rows = joins.apply(select(query.model.id), eager=False).where(query.where(), before).limit(COUNT_CAP)
    counted = query.env.session.scalar(select(func.count()).select_from(rows.subquery()))
    number = int(counted or 0)
    if number >= COUNT_CAP:
        return ""
    total = query.count(COUNT_CAP)
    written = formats.format_number(Decimal(min(total, COUNT_CAP)))
    whole = f"{written}+" if total > COUNT_CAP else written
    return str(_("{place} of {total}", place=formats.format_number(Decimal(number + 1)), total=whole))


def _place(query: ListQuery, record_id: int, *where: Any) -> tuple[Joins, list[Order], Sequence[Any] | None]:
    """The keys of the list's order, and their values on the record."""
    joins = Joins(query.model, str(query.env.tz))
    orders, _ends = query.orders(joins)
    keys = [order.expression.label(f"k{n}") for n, order in enumerate(orders)]
    mine = joins.apply(select(*keys).select_from(query.model), eager=False)
    row = query.env.session.execute(mine.where(query.model.id == record_id, *where)).first()
    return joins, orders, list(row) if row is not None else None
