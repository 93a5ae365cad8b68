"""Lists and single records: filters, order, keyset pages, what changed since."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from sqlalchemy import String, select

from core.errors import Invalid, NotFound
from core.i18n import _
from core.orm.search import prefix_query
from core.rest.answers import Answer, Problem, ok
from core.views.keyset import Order, beyond, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from core.env import Env
    from core.rest.schemas import Attribute, LineShape, Shape

MOST = 200
USUAL = 50
RESERVED = frozenset({"limit", "after", "sort", "q", "updated_since"})
_COMPARE: dict[str, Any] = {
    "": operator.eq,
    "ne": lambda column, value: column.is_distinct_from(value),
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
OPERATORS = (*filter(None, _COMPARE), "in", "contains", "null")
_ONLY_EQUAL = frozenset({"", "ne", "in", "null"})
"""What can be asked of yes and no."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list was asked for."""

    limit: int
    after: str
    sort: str
    descending: bool
    conditions: tuple[ColumnElement[bool], ...]


def read_list(env: Env, shape: Shape, query: Mapping[str, str]) -> Answer:
    """Answer with one page, and where the next one begins."""
    wanted = _wanted(shape, query)
    model = shape.model
    sort = getattr(model, wanted.sort)
    orders = [Order(sort, wanted.descending, shape.attributes[wanted.sort].nullable)]
    if wanted.sort != "id":
        orders.append(Order(model.id, wanted.descending, nullable=False))
    statement = select(*(getattr(model, name) for name in shape.attributes)).where(*wanted.conditions)
    if wanted.after:
        statement = statement.where(beyond(orders, _position(wanted, shape)))
    statement = statement.order_by(*(order.clause for order in orders)).limit(wanted.limit + 1)
    rows = env.session.execute(statement).all()
    items = [dict(row._mapping) for row in rows[: wanted.limit]]
    following = None
    if len(rows) > wanted.limit:
        last = items[-1]
        following = pack([last[wanted.sort], last["id"]] if wanted.sort != "id" else [last["id"]])
    page: dict[str, Any] = {"items": items, "next": following}
    if since := query.get("updated_since"):
        page["deleted"] = f"{shape.name}/deleted?{urlencode({'updated_since': since})}"
    return ok(page)


def _position(wanted: Wanted, shape: Shape) -> list[Any]:
    values = unpack(wanted.after, 1 if wanted.sort == "id" else 2)
    try:
        if values is None:
            raise msgspec.ValidationError
        first = shape.attributes[wanted.sort]
        kind = first.type | None if first.nullable else first.type
        checked = [msgspec.convert(values[0], kind)]
        if wanted.sort != "id":
            checked.append(msgspec.convert(values[1], shape.attributes["id"].type))
    except msgspec.ValidationError:
        raise Invalid(
            fields={"after": _("This is not the 'next' of an answer to the same question.")}
        ) from None
    return checked


def _wanted(shape: Shape, query: Mapping[str, str]) -> Wanted:
    conditions = [_condition(shape, key, value) for key, value in query.items() if key not in RESERVED]
    sort = query.get("sort", "")
    if since := query.get("updated_since"):
        conditions.append(shape.model.updated_at > instant(since))
        sort = sort or "updated_at"
    if words := query.get("q"):
        conditions.append(_search(shape, words))
    name = sort.removeprefix("-") or "id"
    if name not in shape.attributes or shape.attributes[name].type in (Any, list[str]):
        raise Invalid(fields={"sort": _("Records cannot be put in order by {name}.", name=name)})
    return Wanted(limit_of(query), query.get("after", ""), name, sort.startswith("-"), tuple(conditions))


def limit_of(query: Mapping[str, str]) -> int:
    """How many records a page holds."""
    text = query.get("limit", str(USUAL))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST:
        raise Invalid(fields={"limit": _("Write a whole number from 1 to {most}.", most=MOST)})
    return int(text)


def instant(text: str) -> datetime:
    """Read ``updated_since``."""
    try:
        found = msgspec.convert(text, datetime, strict=False)
    except msgspec.ValidationError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid(fields={"updated_since": _("'{value}' does not fit this field.", value=text[:80])})
    return found


def _search(shape: Shape, words: str) -> ColumnElement[bool]:
    if not shape.model.__searchable__:
        raise Invalid(fields={"q": _("These records cannot be searched by words; use a filter.")})
    if "\0" in words or not prefix_query(words):
        raise Invalid(fields={"q": _("Write letters or digits to search for.")})
    found: ColumnElement[bool] = shape.model.search_tokens.matches(words)
    return found


def _condition(shape: Shape, key: str, value: str) -> ColumnElement[bool]:
    name, _sign, how = key.partition("__")
    attribute = shape.attributes.get(name)
    if attribute is None or attribute.type in (Any, list[str]) or (how and how not in OPERATORS):
        raise Invalid(
            fields={key: _("There is no such filter.")},
            hint=_("A filter is a field, or a field with one of: {names}.", names=", ".join(OPERATORS)),
        )
    if attribute.type is bool and how not in _ONLY_EQUAL:
        raise Invalid(fields={key: _("Yes and no have no order.")})
    column: Any = getattr(shape.model, name)
    if how == "null":
        if value not in ("true", "false"):
            raise Invalid(fields={key: _("Write true or false.")})
        empty: ColumnElement[bool] = column.is_(None) if value == "true" else column.is_not(None)
        return empty
    if how == "in":
        return column.in_([_read(key, part, attribute) for part in value.split(",")[:MOST]])  # type: ignore[no-any-return]  # an attribute of a composed class
    if how == "contains":
        if not isinstance(attribute.column.type, String):
            raise Invalid(fields={key: _("Only texts can be searched for a part.")})
        if "\0" in value:
            raise Invalid(fields={key: _("Remove the characters that cannot be shown.")})
        return column.icontains(value, autoescape=True)  # type: ignore[no-any-return]  # an attribute of a composed class
    typed = _read(key, value, attribute)
    compare = _COMPARE[how]
    found: ColumnElement[bool] = compare(column, typed)
    return found


def _read(key: str, value: str, attribute: Attribute) -> Any:
    """Read a value of the address in the type of its field."""
    try:
        if "\0" in value:
            raise msgspec.ValidationError
        typed = msgspec.convert(value, attribute.type, strict=False)
        if isinstance(typed, datetime) and typed.tzinfo is None:
            raise msgspec.ValidationError
    except (msgspec.ValidationError, ArithmeticError):
        raise Invalid(fields={key: _("'{value}' does not fit this field.", value=value[:80])}) from None
    return check_number(key, typed, attribute)


def check_number(key: str, value: Any, attribute: Attribute) -> Any:
    """Refuse a decimal that has more digits before or after the point than its column, or is none at all."""
    kind: Any = attribute.column.type
    precision, scale = getattr(kind, "precision", None), getattr(kind, "scale", None)
    if precision is None or value is None or not hasattr(value, "as_tuple"):
        return value
    if not value.is_finite():
        raise Invalid(fields={key: _("Write a number.")})
    if value and value.adjusted() >= precision - (scale or 0):
        raise Invalid(fields={key: _("Write a smaller number.")})
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > (scale or 0):
        raise Invalid(fields={key: _("Write at most {most} decimals.", most=scale or 0)})
    return value


def find(env: Env, shape: Shape, identity: str, *, lock: bool = False) -> Any:
    """Return a record by what stands in the address, or NotFound."""
    if not identity.isascii() or not identity.isdigit() or len(identity) > 18:
        raise NotFound(_("There is no {what} {id}.", what=shape.views.name, id=identity[:40]))
    return env.get(shape.model, int(identity), lock=lock)


def read_one(env: Env, shape: Shape, record: Any, *, status: int = 200, location: str = "") -> Answer:
    """Answer with one record and its lines; the version is the ETag."""
    content: dict[str, Any] = {name: getattr(record, name) for name in shape.attributes}
    for path in shape.tags:
        content[path] = [linked.id for linked in getattr(record, path)]
    for path, lines in shape.lines.items():
        content[path] = [as_line(lines, line) for line in getattr(record, path)]
    headers = {"etag": tag} if (tag := etag(record)) else {}
    if location:
        headers["location"] = location
    return ok(content, status, **headers)


def as_line(lines: LineShape, line: Any) -> dict[str, Any]:
    """Return what can be read of a line."""
    found: dict[str, Any] = {name: getattr(line, name) for name in lines.attributes}
    return found | {path: [linked.id for linked in getattr(line, path)] for path in lines.tags}


def etag(record: Any) -> str:
    """Return the entity tag of a record: its version; empty for models without one."""
    version = getattr(record, "version", None)
    return f'"{version}"' if version is not None else ""


def refuse_stale(record: Any, if_match: str) -> None:
    """Refuse a change of another version than the caller has seen."""
    if if_match and if_match.strip() != "*" and etag(record) not in [t.strip() for t in if_match.split(",")]:
        raise Problem(
            412,
            _("Someone else saved this first, so your change was not written."),
            hint=_("Read it again, then repeat your change."),
            headers={"etag": etag(record)},
        )
