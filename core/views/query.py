"""One page of a list: what matches, in order, with the totals of its groups, in a fixed number of
statements."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, false, func, inspect, literal, or_, select, true

from core.orm.search import MAX_MATCHES, prefix_query
from core.views import filters as facets
from core.views.access import readable
from core.views.derive import name_field, spelled_name
from core.views.fields import field_of
from core.views.joins import Joins, load_columns, select_in
from core.views.keyset import Order, beyond, pack, unpack
from core.views.matching import matching_ids
from core.views.prepared import prepared
from core.views.values import currency_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Select

    from core.env import Env
    from core.views.declare import Column, List
    from core.views.fields import FieldMeta
    from core.views.plain import Plain
    from core.views.state import ListState

COUNT_CAP = 10_000
MOST_GROUPS = 500
Sums = dict[str, dict[str, Decimal]]
"""Path -> currency ("" when it has none) -> total."""


@dataclass
class Group:
    """A group row: where it stands, what it says, how many rows it has and what they add up to."""

    level: int
    key: tuple[Any, ...]
    value: Any
    meta: FieldMeta
    interval: str
    count: int = 0
    sums: Sums = field(default_factory=dict)
    number: int = 0
    """For an innermost group: which one of the page, from one; its rows carry the same number."""


@dataclass
class Row:
    """A record with the groups that begin at it."""

    record: Any
    groups: list[Group]
    number: int = 0


@dataclass
class ListPage:
    """What one page of a list shows."""

    rows: list[Row]
    after: str = ""
    before: str = ""
    searched_all: bool = True
    """False when a search had more matches than are looked at."""


class ListQuery:
    """The rows of a model that a state of its list is about, for one person."""

    def __init__(self, env: Env, declared: List, state: ListState, columns: Sequence[Column]) -> None:
        self.env = env
        self.model = declared.model
        self.declared = declared
        self.state = state
        self.columns = columns
        self.metas = [field_of(self.model, column.path, kind=column.kind) for column in columns]
        self.filters = [found for text in state.filters if (found := facets.parse(env, self.model, text))]
        self.searched_all = True
        self._found: list[int] | None = None

    # -- what matches --------------------------------------------------------------------------------------

    def conditions(self) -> list[ColumnElement[bool]]:
        """All conditions but the words searched for."""
        found = [facets.criterion(self.env, one) for one in self.filters]
        if self.declared.where is not None:
            found.append(self.declared.where(self.env, self.model))
        if self._only_active():
            found.append(self.model.active.is_(True))
        return found

    def _only_active(self) -> bool:
        active = inspect(self.model).column_attrs.get("active")
        return active is not None and not any(one.meta.path == "active" for one in self.filters)

    def where(self) -> ColumnElement[bool]:
        """Every condition, the words searched for included. Runs the search once."""
        found = self.conditions()
        if self.state.q:
            found.append(self._searched(found))
        return and_(true(), *found)

    def _searched(self, conditions: list[ColumnElement[bool]]) -> ColumnElement[bool]:
        model = self.model
        if not model.__searchable__:
            name = spelled_name(model)
            if not name:
                return false()
            return getattr(model, name).icontains(self.state.q, autoescape=True)  # type: ignore[no-any-return]  # a composed class is Any to the checker
        if self._found is None:
            if not prefix_query(self.state.q):
                return false()
            ids = matching_ids(self.env, model, self.state.q, conditions, MAX_MATCHES + 1)
            self.searched_all = len(ids) <= MAX_MATCHES
            self._found = ids[:MAX_MATCHES]
        return model.id.in_(self._found)  # type: ignore[no-any-return] # an attribute of a composed class

    def ids(self, limit: int) -> list[int]:
        """The ids of everything that matches, for an action on all of it."""
        return list(self.env.session.scalars(select(self.model.id).where(self.where()).limit(limit)))

    def count(self, cap: int | None = COUNT_CAP) -> int:
        """How many match; one more than ``cap`` means "more than that"."""
        if cap is None:
            statement = select(func.count()).select_from(self.model).where(self.where())
        else:
            some = select(self.model.id).where(self.where()).limit(cap + 1).subquery()
            statement = select(func.count()).select_from(some)
        return int(self.env.session.scalar(statement) or 0)

    # -- in which order ------------------------------------------------------------------------------------

    def groups(self) -> list[tuple[FieldMeta, str]]:
        """The fields grouped by, each with its interval."""
        found = []
        for text in self.state.group_by:
            path, _colon, interval = text.partition(":")
            meta = self._stored(path)
            if meta is not None and meta.kind not in {"tags", "long", "json", "any"}:
                found.append((meta, interval or ("month" if meta.kind in {"date", "datetime"} else "")))
        return found

    def _stored(self, path: str) -> FieldMeta | None:
        known = {meta.path: meta for meta in self.metas}
        try:
            meta = known.get(path) or field_of(self.model, path)
        except Exception:
            return None
        return meta if meta.stored and readable(self.env, meta) else None

    def sort(self) -> tuple[FieldMeta | None, bool]:
        """The field sorted by, and whether downwards: the address, else the view, else the newest first."""
        for text in (self.state.sort, self.declared.default_sort):
            meta = self._stored(text.removeprefix("-")) if text else None
            if meta is not None:
                return meta, text.startswith("-")
        return None, True

    def orders(self, joins: Joins) -> tuple[list[Order], list[int]]:
        """The keys of the ordering, and after how many of them each group level ends."""
        orders: list[Order] = []
        ends: list[int] = []
        for meta, interval in self.groups():
            orders += joins.groups(meta, interval)
            ends.append(len(orders))
        sorting, descending = self.sort()
        if self.state.q and not self.state.sort:
            orders.append(Order(self._rank(), nullable=False))
        if sorting is not None:
            orders += joins.orders(sorting, descending)
        if sorting is None or sorting.path != "id":
            orders.append(Order(self.model.id, descending, nullable=False))
        return orders, ends

    def _rank(self) -> Any:
        """0 for a name that begins as typed, 1 for the others."""
        name = spelled_name(self.model)
        if not name:
            return literal(1)
        begins = getattr(self.model, name).istartswith(self.state.q, autoescape=True)
        return case((begins, 0), else_=1)

    # -- the page ------------------------------------------------------------------------------------------

    def page(self) -> ListPage:
        """The rows of the page with the groups that begin on it."""
        joins, orders, ends, plain, statement = prepared(self)
        backwards = bool(self.state.before)
        keys = [order.reversed() for order in orders] if backwards else orders
        place = unpack(self.state.before or self.state.after, len(orders))
        if place is not None:
            statement = statement.where(beyond(keys, place))
        statement = statement.order_by(*(key.clause for key in keys)).limit(self.state.size + 1)
        read = self.env.session.execute(statement)
        found: list[Any] = list(plain.rows(self.env, read) if plain else read.unique())
        more = len(found) > self.state.size
        found = found[: self.state.size]
        if backwards:
            found.reverse()
        page = ListPage(list(self._rows(found, ends)), searched_all=self.searched_all)
        if found and (more or backwards):
            page.after = pack(found[-1][1:])
        if found and (place is not None and (more or not backwards)):
            page.before = pack(found[0][1:])
        self._add_totals([group for row in page.rows for group in row.groups], joins)
        return page

    def records(self, ids: list[int]) -> list[Any]:
        """Some records with what the columns show, in the order of the list."""
        if not ids:
            return []
        joins = Joins(self.model, str(self.env.tz))
        for meta in self.metas:
            joins.need(meta)
        orders, _ends = self.orders(joins)
        statement = self.select(joins, orders).where(self.model.id.in_(ids))
        statement = statement.order_by(*(order.clause for order in orders))
        return [found[0] for found in self.env.session.execute(statement).unique()]

    def select(self, joins: Joins, orders: list[Order], plain: Plain | None = None) -> Select[Any]:
        """The rows with the keys of their order, all of them: as records, or as the columns of ``plain``."""
        keys = [order.expression.label(f"k{n}") for n, order in enumerate(orders)]
        if plain is not None:
            statement: Any = select(*plain.columns(joins), *keys).select_from(self.model)
            return joins.apply(statement.where(self.where()), eager=False)
        statement = select(self.model, *keys).where(self.where())
        whole = any(column.tone or column.template for column in self.columns)
        path = currency_path(self.model)  # type: ignore[arg-type]  # mypy takes the instances' __hash__ for the class's
        extra = [path[0]] if len(path) == 1 else []
        if len(path) == 2:
            joins.need(field_of(self.model, ".".join(path)))
        option = None if whole else load_columns(self.model, self.metas, [*extra, *self._always()])
        if option is not None:
            statement = statement.options(option)
        for meta in self.metas:
            if meta.kind in {"tags", "many"}:
                statement = statement.options(select_in(self.model, meta.path))
        for column in self.columns:
            for path_needed in column.needs:
                statement = statement.options(select_in(self.model, path_needed))
        return joins.apply(statement)

    def _always(self) -> list[str]:
        name = name_field(self.model)
        return [name] if name in inspect(self.model).column_attrs else []

    def _rows(self, found: list[Any], ends: list[int]) -> Iterator[Row]:
        levels = self.groups()
        before: tuple[Any, ...] | None = None
        number = 0
        for record, *keys in found:
            begun: list[Group] = []
            for level, (meta, interval) in enumerate(levels):
                key = tuple(keys[: ends[level]])
                if before is None or before[: ends[level]] != key:
                    start = ends[level - 1] if level else 0
                    value = meta.of(record) if not interval else keys[start]
                    begun.append(Group(level, key, value, meta, interval))
            before = tuple(keys)
            if begun:
                number += 1
                begun[-1].number = number
            yield Row(record, begun, number)

    # -- totals of groups ----------------------------------------------------------------------------------

    def summed(self) -> list[FieldMeta]:
        """The fields whose totals are shown."""
        pairs = zip(self.columns, self.metas, strict=True)
        return [meta for column, meta in pairs if column.sum and meta.stored and meta.numeric]

    def _add_totals(self, groups: list[Group], joins: Joins) -> None:
        for level in range(len(self.groups())):
            mine = {group.key: group for group in groups if group.level == level}
            if mine:
                self._add_level(mine, level)

    def _add_level(self, mine: dict[tuple[Any, ...], Group], level: int) -> None:
        joins = Joins(self.model, str(self.env.tz))
        keys: list[Order] = []
        for meta, interval in self.groups()[: level + 1]:
            keys += joins.groups(meta, interval)
        wanted = or_(*(_same_key(keys, key) for key in mine))
        for key, currency, count, sums in self._totals(joins, keys, wanted):
            group = mine.get(key)
            if group is not None:
                _merge(group, currency, count, sums)

    def _totals(
        self, joins: Joins, keys: list[Order], wanted: ColumnElement[bool]
    ) -> Iterator[tuple[tuple[Any, ...], str, int, dict[str, Decimal | None]]]:
        summed = self.summed()
        currency = (
            _currency(self.model, joins) if any(meta.kind in {"money", "price"} for meta in summed) else None
        )
        by: list[Any] = [key.expression.label(f"k{n}") for n, key in enumerate(keys)]
        by += [currency.label("k_currency")] if currency is not None else []
        amounts = [func.sum(joins.value(meta)).label(f"s{n}") for n, meta in enumerate(summed)]
        statement: Any = select(*by, func.count().label("n"), *amounts).select_from(self.model)
        statement = joins.apply(statement, eager=False).where(self.where(), wanted)
        statement = statement.group_by(*(label.name for label in by))
        for found in self.env.session.execute(statement):
            values: list[Any] = list(found)
            key = tuple(values[: len(keys)])
            code = values[len(keys)] if currency is not None else ""
            at = len(by)
            sums = dict(zip((meta.path for meta in summed), values[at + 1 :], strict=True))
            yield key, code or "", values[at], sums

    def folded(self) -> list[Group]:
        """Only the groups of the first level, in order, with their totals."""
        if not (levels := self.groups()):
            return []
        meta, interval = levels[0]
        joins = Joins(self.model, str(self.env.tz))
        keys = joins.groups(meta, interval)
        groups: dict[tuple[Any, ...], Group] = {}
        for key, currency, count, sums in self._totals(joins, keys, true()):
            group = groups.setdefault(key, Group(0, key, _value(meta, key), meta, interval))
            _merge(group, currency, count, sums)
        found = sorted(groups.values(), key=lambda group: [_sortable(value) for value in group.key])
        if meta.kind == "relation":
            self._name(meta, found[:MOST_GROUPS])
        return found[:MOST_GROUPS]

    def _name(self, meta: FieldMeta, groups: list[Group]) -> None:
        """Give groups by a link the linked records, whose names may be more than a column."""
        target: Any = meta.target
        ids = [group.key[-1] for group in groups if group.key[-1] is not None]
        known = {one.id: one for one in self.env.session.scalars(select(target).where(target.id.in_(ids)))}
        for group in groups:
            group.value = known.get(group.key[-1])


def _same_key(keys: list[Order], key: tuple[Any, ...]) -> ColumnElement[bool]:
    parts = []
    for order, value in zip(keys, key, strict=True):
        expression: ColumnElement[Any] = order.expression
        parts.append(
            expression.is_(None) if value is None else expression == literal(value, type_=expression.type)
        )
    return and_(*parts)


def _merge(group: Group, currency: str, count: int, sums: dict[str, Decimal | None]) -> None:
    group.count += count
    for path, amount in sums.items():
        if amount is not None:
            by_currency = group.sums.setdefault(path, {})
            by_currency[currency] = by_currency.get(currency, Decimal(0)) + amount


def _currency(model: type[Any], joins: Joins) -> Any:
    path = currency_path(model)  # type: ignore[arg-type]  # mypy takes the instances' __hash__ for the class's
    return getattr(joins.entity(path[:-1]), path[-1]) if path else None


def _value(meta: FieldMeta, key: tuple[Any, ...]) -> Any:
    if meta.kind == "choice" and meta.choices is not None:
        members = list(meta.choices)
        return members[key[0]] if key[0] < len(members) else None
    return key[-1] if meta.kind == "text" else key[0]


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is None, value if value is not None else 0)
