"""Help with filters: what a field may be filtered by, and what typed words may mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from core.errors import Invalid
from core.i18n.text import _
from core.orm.search import fold
from core.views.derive import name_field, spelled_name
from core.views.matching import matching_ids
from core.views.periods import PERIODS
from core.views.values import Unclear, read_date, read_number

if TYPE_CHECKING:
    from core.env import Env
    from core.views.fields import FieldMeta
    from core.views.lists import ListScreen

MOST = 8


@dataclass(frozen=True)
class Suggestion:
    """One thing the words may mean: the field, what is said, and the address of the list narrowed so."""

    field: str
    value: str
    url: str
    chosen: bool = False


def filter_choices(env: Env, screen: ListScreen, meta: FieldMeta) -> list[Suggestion]:
    """The values of a field that can be chosen without typing."""
    current = {one.meta.path: one for one in screen.query.filters}
    chosen = set(current[meta.path].values) if meta.path in current else set()

    def option(value: str, said: str, several: bool = False) -> Suggestion:
        if several:
            after = chosen - {value} if value in chosen else chosen | {value}
            ordered = ",".join(sorted(after))
            rest = current[meta.path].text if meta.path in current else ""
            url = screen.state.with_filter(f"{meta.path}:{ordered}") if after else screen.state.without(rest)
        else:
            url = screen.state.with_filter(f"{meta.path}:{value}")
        return Suggestion(str(meta.label), said, url, value in chosen)

    match meta.kind:
        case "choice":
            found = [option(m.value, str(m.label), several=True) for m in meta.choices or ()]
        case "bool":
            found = [option("yes", str(_("Yes"))), option("no", str(_("No")))]
        case "date" | "datetime":
            found = [option(name, str(text)) for name, text in PERIODS.items()]
        case "relation" | "tags":
            found = [option(str(r.id), str(r.display_name), several=True) for r in _near(env, meta, "", 12)]
            if meta.target is not None and meta.target.model_name == "core.user":
                found.insert(0, option("me", str(_("Me"))))
        case _:
            found = []
    if meta.nullable and meta.kind != "bool":
        found += [option("none", str(_("Empty"))), option("any", str(_("Filled in")))]
    return found


def typed_filter(env: Env, meta: FieldMeta, typed: dict[str, str]) -> str:
    """The filter for limits, words or a record typed into the menu; empty when nothing was, Invalid when
    unclear."""
    if words := typed.get("words", "").strip():
        return f"{meta.path}:~{words}"
    if typed.get("value", "").isdigit():
        return f"{meta.path}:{typed['value']}"
    limits = {}
    for name in ("low", "high"):
        text = typed.get(name, "").strip()
        try:
            limits[name] = _limit(env, meta, text) if text else ""
        except Unclear as error:
            raise Invalid(fields={name: str(error)}) from error
    low, high = limits["low"], limits["high"]
    return f"{meta.path}:{low}..{high}" if low or high else ""


def _limit(env: Env, meta: FieldMeta, text: str) -> str:
    if meta.kind in {"date", "datetime"}:
        return read_date(text, env.today()).isoformat()
    return str(read_number(text))


def suggestions(env: Env, screen: ListScreen, typed: str) -> list[Suggestion]:
    """Words anywhere first, then values of choices and linked records whose name begins so."""
    words = typed.strip()
    if not words:
        return []
    found = [Suggestion(str(_("Contains")), f"“{words}”", screen.state.address(q=words))]
    wanted = fold(words)
    for meta in screen.filter_fields():
        if meta.kind == "choice":
            members = [m for m in meta.choices or () if fold(str(m.label)).startswith(wanted)]
            found += [_narrowed(screen, meta, m.value, str(m.label)) for m in members]
        elif meta.kind == "relation" and meta.path in screen.declared.filters and len(words) > 1:
            found += [
                _narrowed(screen, meta, str(r.id), str(r.display_name)) for r in _near(env, meta, words, 4)
            ]
    return found[:MOST]


def _narrowed(screen: ListScreen, meta: FieldMeta, value: str, said: str) -> Suggestion:
    state_url = screen.state.with_filter(f"{meta.path}:{value}")
    return Suggestion(str(meta.label), said, state_url)


def _near(env: Env, meta: FieldMeta, words: str, limit: int) -> list[Any]:
    target: Any = meta.target
    return nearest(env, target, words, limit)


def nearest(env: Env, target: type[Any], words: str, limit: int, *conditions: Any) -> list[Any]:
    """Records of a model that words find, those whose name begins so first."""
    model: Any = target
    statement = select(model).where(*conditions)
    mapper = inspect(model)
    name = name_field(model)
    if "active" in mapper.column_attrs:
        statement = statement.where(model.active.is_(True))
    column = getattr(model, name) if name in mapper.column_attrs else model.id
    if words:
        if model.__searchable__:
            active = [model.active.is_(True)] if "active" in mapper.column_attrs else []
            ids = matching_ids(env, model, words, [*conditions, *active], limit * 10)
            found = list(env.session.scalars(select(model).where(model.id.in_(ids)))) if ids else []
            begin = fold(words)
            found.sort(
                key=lambda r: (not fold(str(r.display_name)).startswith(begin), fold(str(r.display_name)))
            )
            return found[:limit]
        if spelled_name(model):
            statement = statement.where(column.icontains(words, autoescape=True))
    return list(env.session.scalars(statement.order_by(column, model.id).limit(limit)))
