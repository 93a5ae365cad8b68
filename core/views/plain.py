"""Rows of a list as plain columns: what its cells show, without the records around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from core.orm.model import Model
from core.views.derive import name_field
from core.views.values import currency_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from core.env import Env
    from core.views.fields import FieldMeta
    from core.views.joins import Joins

Way = tuple[str, ...]


class Shown:
    """One row, or a record that it links to. What was not read with the list is asked of the record."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        env, model = self._source
        return model if name == "shown_model" else getattr(env.get(model, self.id), name)


class Plain:
    """Which columns a list needs of its model and of what it links to."""

    def __init__(self, model: type[Any], wanted: dict[Way, list[str]]) -> None:
        self.model = model
        self.ways = sorted(wanted, key=len)
        self.names = {way: list(dict.fromkeys(("id", *wanted[way]))) for way in self.ways}

    def columns(self, joins: Joins) -> list[Any]:
        """What to select, in the order in which ``rows`` reads it."""
        return [getattr(joins.entity(way), name) for way in self.ways for name in self.names[way]]

    def rows(self, env: Env, found: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
        """Each row as (shown, *keys), as a statement of records gives them."""
        steps = []
        start = 0
        for way in self.ways:
            model = _target(self.model, way)
            names = self.names[way]
            steps.append((way, names, start, start + len(names), name_field(model), (env, model)))
            start += len(names)
        for values in found:
            made: dict[Way, Any] = {}
            for way, names, begin, end, display, source in steps:
                one = None
                if values[begin] is not None:
                    one = Shown()
                    own = vars(one)
                    own.update(zip(names, values[begin:end], strict=True))
                    own["_source"] = source
                    own["display_name"] = str(own.get(display) or f"#{own['id']}")
                made[way] = one
                if way and (parent := made[way[:-1]]) is not None:
                    vars(parent)[way[-1]] = one
            yield made[()], *values[start:]


def plain_of(model: type[Any], metas: Iterable[FieldMeta]) -> Plain | None:
    """None when a column shows more than columns: a property, tags, a name that is worked out."""
    if not _names_itself(model):
        return None
    wanted: dict[Way, list[str]] = {(): [name_field(model)]}
    for meta in metas:
        if not meta.stored or meta.kind in {"tags", "many", "any"}:
            return None
        for length in range(1, len(meta.hops) + 1):
            wanted.setdefault(meta.hops[:length], [])
        if meta.kind != "relation":
            wanted[meta.hops].append(meta.name)
        elif meta.target is None or not _names_itself(meta.target):
            return None
        else:
            wanted[meta.hops].append(meta.key)
            wanted.setdefault((*meta.hops, meta.name), []).append(name_field(meta.target))
    path = currency_path(model)  # type: ignore[arg-type]  # mypy takes the instances' __hash__ for the class's
    if path:
        wanted.setdefault(path[:-1], []).append(path[-1])
    return Plain(model, wanted)


def _names_itself(model: type[Any]) -> bool:
    """Whether a record is called what one of its columns says."""
    name = name_field(model)
    return (
        model.display_name is Model.display_name
        and name == model.__display__
        and name in inspect(model).column_attrs
    )


def _target(model: type[Any], way: Way) -> type[Any]:
    for step in way:
        model = inspect(model).relationships[step].mapper.class_
    return model
