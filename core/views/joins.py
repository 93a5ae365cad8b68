"""The links a list needs beside its rows, joined once each and loaded with them: no statement for each
row."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, case, cast, func, inspect
from sqlalchemy.orm import aliased, contains_eager, load_only, selectinload

from core.orm.sorting import as_people_sort
from core.views.derive import name_field
from core.views.keyset import Order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Select

    from core.views.fields import FieldMeta

INTERVALS = ("day", "week", "month", "quarter", "year")


@lru_cache(maxsize=2048)
def _alias(target: Any, model: Any, way: tuple[str, ...]) -> Any:
    """The same for every statement: its columns are costly to make."""
    return aliased(target)


class Joins:
    """Aliases of linked models, by the way that leads to them from ``model``."""

    def __init__(self, model: type[Any], tz: str) -> None:
        self.model = model
        self.tz = tz
        self._aliases: dict[tuple[str, ...], Any] = {}
        self._names: dict[tuple[str, ...], list[str] | None] = {}

    def entity(self, way: tuple[str, ...]) -> Any:
        """The model itself, or the alias a way leads to."""
        if not way:
            return self.model
        if way not in self._aliases:
            parent = self.entity(way[:-1])
            owner = inspect(parent).mapper
            target: Any = owner.relationships[way[-1]].mapper.class_
            root: Any = self.model
            self._aliases[way] = _alias(target, root, way)
            self._names.setdefault(way, [])
        return self._aliases[way]

    def need(self, meta: FieldMeta) -> None:
        """Load what a field shows."""
        if meta.kind == "many":
            return
        if meta.hops:
            self._want(meta.hops, meta.name if meta.stored and meta.kind not in {"relation", "tags"} else "")
        if meta.kind == "relation":
            name = name_field(meta.target or meta.owner)
            self._want((*meta.hops, meta.name), name)

    def _want(self, way: tuple[str, ...], attribute: str) -> None:
        mapper = inspect(self.entity(way)).mapper
        if attribute not in mapper.column_attrs:
            self._names[way] = None  # a property of the record: everything may be asked for
        elif (wanted := self._names.get(way)) is not None and attribute not in wanted:
            wanted.append(attribute)

    def value(self, meta: FieldMeta) -> Any:
        """The expression a field is sorted and grouped by; a linked record by its name."""
        entity = self.entity(meta.hops)
        if meta.kind == "relation":
            way = (*meta.hops, meta.name)
            alias = self.entity(way)
            name = name_field(meta.target or meta.owner)
            return getattr(alias, name if name in inspect(alias).mapper.column_attrs else "id")
        column = getattr(entity, meta.name)
        if meta.kind == "choice" and meta.choices is not None:
            rank = {member.value: n for n, member in enumerate(meta.choices)}
            return case(rank, value=column, else_=len(rank))
        return column

    def groups(self, meta: FieldMeta, interval: str = "") -> list[Order]:
        """The keys of groups by a field, in the order people sort. The last one tells the groups apart: of a
        text its spelling, of a linked record its id."""
        keys = self.orders(meta, False, interval)
        if meta.kind == "text":
            keys += self.orders(meta, False, spelled=True)
        return keys

    def orders(
        self, meta: FieldMeta, descending: bool, interval: str = "", *, spelled: bool = False
    ) -> list[Order]:
        """The keys of an ordering by a field: names as people sort them, or as they are ``spelled``."""
        nullable = meta.nullable or bool(meta.hops)
        if meta.kind == "relation":
            alias = self.entity((*meta.hops, meta.name))
            named = self.value(meta)
            last = Order(alias.id, descending)
            key = named if spelled else as_people_sort(named)
            return [last] if named is alias.id else [Order(key, descending), last]
        value = self.value(meta)
        if meta.kind in {"text", "long"} and not spelled:
            value = as_people_sort(value)
        if meta.kind in {"date", "datetime"} and interval in INTERVALS:
            moment = func.timezone(self.tz, value) if meta.kind == "datetime" else value
            value = cast(func.date_trunc(interval, moment), Date)
        return [Order(value, descending, nullable and meta.kind != "choice")]

    def apply(self, statement: Select[Any], *, eager: bool = True) -> Select[Any]:
        """Join every alias, nearest first, and fill the relations from them."""
        for way in sorted(self._aliases, key=len):
            attribute = getattr(self.entity(way[:-1]), way[-1])
            statement = statement.outerjoin(attribute.of_type(self._aliases[way]))
        if eager:
            for way in self._aliases:
                statement = statement.options(self._eager(way))
        return statement

    def _eager(self, way: tuple[str, ...]) -> Any:
        option: Any = None
        for n in range(1, len(way) + 1):
            step = way[:n]
            attribute = getattr(self.entity(step[:-1]), step[-1]).of_type(self._aliases[step])
            option = contains_eager(attribute) if option is None else option.contains_eager(attribute)
        names = self._names.get(way)
        if names:
            alias = self._aliases[way]
            option = option.load_only(alias.id, *(getattr(alias, name) for name in names))
        return option


def load_columns(model: type[Any], metas: Iterable[FieldMeta], extra: Iterable[str] = ()) -> Any:
    """Load only the columns that some fields need; None when one of them is a property, which may need
    any."""
    names = {"id", *extra}
    for meta in metas:
        if meta.hops:
            names.add(_first_key(meta))
        elif meta.kind == "relation":
            names.add(meta.key)
        elif meta.kind in {"tags", "many"}:
            continue
        elif meta.name not in inspect(model).column_attrs:
            return None
        else:
            names.add(meta.name)
    return load_only(*(getattr(model, name) for name in sorted(names)))


def _first_key(meta: FieldMeta) -> str:
    mapper = inspect(meta.model)
    column = next(iter(mapper.relationships[meta.hops[0]].local_columns))
    return str(mapper.get_property_by_column(column).key)


def select_in(model: type[Any], path: str) -> Any:
    """Load a collection, or a way of links, for all rows of a page with one statement for each step."""
    owner, option = model, None
    for step in path.split("."):
        attribute = getattr(owner, step)
        option = selectinload(attribute) if option is None else option.selectinload(attribute)
        owner = inspect(owner).relationships[step].mapper.class_
    return option
