"""Filters as texts in the address ("stage:open,won"), as criteria for the database, and as facets for
people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, func, inspect, not_, or_

from core.errors import AddonError
from core.i18n import formats
from core.i18n.text import _
from core.views.access import readable
from core.views.fields import field_of
from core.views.periods import PERIODS, instant, range_of
from core.views.values import Unclear, read_date, read_number

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from core.env import Env
    from core.views.fields import FieldMeta

YES_NO = {"yes": True, "no": False}
MOST_VALUES = 200
"""A filter holds at most this many values; more is a search, not a filter."""


@dataclass(frozen=True)
class Filter:
    """One facet: a field and what it may be. ``text`` is how the address writes it."""

    meta: FieldMeta
    wanted: str
    negated: bool = False

    @property
    def text(self) -> str:
        """As in the address."""
        return f"{self.meta.path}:{'!' if self.negated else ''}{self.wanted}"

    @property
    def values(self) -> list[str]:
        """The values separated by commas."""
        return [value for value in self.wanted.split(",")[:MOST_VALUES] if value]


def parse(env: Env, model: type[Any], text: str) -> Filter | None:
    """Read a filter; None for a field that does not exist or that the person may not read."""
    path, colon, wanted = text.partition(":")
    if not colon or not wanted:
        return None
    try:
        meta = field_of(model, path)
    except AddonError:
        return None
    if not (meta.stored or meta.kind == "tags") or not readable(env, meta):
        return None
    negated = wanted.startswith("!")
    return Filter(meta, wanted.removeprefix("!"), negated)


def criterion(env: Env, found: Filter) -> ColumnElement[bool]:
    """The condition of a filter on the select of its model; one that cannot be read matches nothing."""
    empty = found.wanted == "none" and bool(found.meta.hops) and found.meta.kind != "tags"
    try:
        condition = _through(found.meta, _condition(env, replace(found, wanted="any") if empty else found))
    except (ValueError, Unclear):
        return false()
    return not_(func.coalesce(condition, false())) if found.negated != empty else condition


def _through(meta: FieldMeta, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    steps, owner = [], meta.model
    for hop in meta.hops:
        steps.append(getattr(owner, hop))
        owner = inspect(owner).relationships[hop].mapper.class_
    for step in reversed(steps):
        condition = step.has(condition)
    return condition


def _condition(env: Env, found: Filter) -> ColumnElement[bool]:
    meta, wanted = found.meta, found.wanted
    if meta.kind == "tags":
        return _tags(meta, found.values)
    column: Any = meta.attribute
    blank: ColumnElement[bool]
    chosen: ColumnElement[bool]
    if wanted in {"none", "any"}:
        blank = column.is_(None)
        if meta.kind in {"text", "long"}:
            blank = or_(blank, column == "")
        return blank if wanted == "none" else not_(blank)
    match meta.kind:
        case "choice":
            members = {member.value for member in meta.choices or ()}
            chosen = column.in_([value for value in found.values if value in members])
            return chosen
        case "relation":
            return _relation(env, meta, found.values)
        case "bool":
            chosen = column.is_(YES_NO[wanted]) if wanted in YES_NO else false()
            return chosen
        case "date":
            return _between(column, *_days(env, wanted))
        case "datetime":
            first, last = _days(env, wanted)
            after = last + timedelta(days=1) if last else None
            start = instant(first, env.tz) if first else None
            return and_(
                _between(column, start, None), column < instant(after, env.tz) if after else column == column
            )
        case "text" | "long":
            return _text(column, wanted)
    return _number(column, meta, wanted)


def _relation(env: Env, meta: FieldMeta, values: list[str]) -> ColumnElement[bool]:
    ids = {int(value) for value in values if value.isdigit()}
    if "me" in values and env.user.id is not None:
        ids.add(env.user.id)
    condition = meta.attribute.in_(sorted(ids))
    return or_(condition, meta.attribute.is_(None)) if "none" in values else condition


def _tags(meta: FieldMeta, values: list[str]) -> ColumnElement[bool]:
    relation = getattr(meta.owner, meta.name)
    target: Any = meta.target
    wanted = [int(value) for value in values if value.isdigit()]
    linked: ColumnElement[bool] = (
        relation.any() if values == ["none"] else relation.any(target.id.in_(wanted))
    )
    return not_(linked) if values == ["none"] else linked


def _text(column: Any, wanted: str) -> ColumnElement[bool]:
    if wanted.startswith("~"):
        part: ColumnElement[bool] = column.icontains(wanted[1:], autoescape=True)
        return part
    return func.lower(column) == wanted.lower()


def _between(column: Any, low: Any, high: Any) -> ColumnElement[bool]:
    parts = [column >= low] if low is not None else []
    parts += [column <= high] if high is not None else []
    return and_(*parts) if parts else column.is_not(None)


def _days(env: Env, wanted: str) -> tuple[date | None, date | None]:
    named = range_of(wanted, env.today())
    if named is not None:
        return named
    low, dots, high = wanted.partition("..")
    first = read_date(low, env.today()) if low else None
    if not dots:
        return first, first
    return first, read_date(high, env.today()) if high else None


def _number(column: Any, meta: FieldMeta, wanted: str) -> ColumnElement[bool]:
    low, dots, high = wanted.partition("..")
    first = _plain_number(low) if low else None
    if not dots:
        equal: ColumnElement[bool] = column == first
        return equal
    return _between(column, first, _plain_number(high) if high else None)


def _plain_number(text: str) -> Decimal:
    """A number of the address: written with a point whatever the language, or as the person writes it."""
    bare = text.removeprefix("=")
    if bare.replace(".", "", 1).removeprefix("-").isdigit():
        return Decimal(bare)
    return read_number(bare)


def words(env: Env, found: Filter, names: dict[tuple[str, str], str]) -> str:
    """What the facet says of its values. ``names`` gives those of linked records: (model, id) -> name."""
    said = _words(env, found, names)
    return str(_("not {value}", value=said)) if found.negated else said


def _words(env: Env, found: Filter, names: dict[tuple[str, str], str]) -> str:
    meta, wanted = found.meta, found.wanted
    if wanted == "none":
        return str(_("empty"))
    if wanted == "any":
        return str(_("yes or no") if meta.kind == "bool" else _("filled in"))
    match meta.kind:
        case "choice":
            labels = {member.value: str(member.label) for member in meta.choices or ()}
            return ", ".join(labels.get(value, value) for value in found.values)
        case "relation" | "tags":
            target = meta.target.model_name if meta.target else ""
            return ", ".join(_one_name(value, target, names) for value in found.values)
        case "bool":
            return str(_("yes") if wanted == "yes" else _("no") if wanted == "no" else wanted)
        case "text" | "long":
            return f"“{wanted.removeprefix('~')}”" if wanted.startswith("~") else wanted
    if wanted in PERIODS:
        return str(PERIODS[wanted])
    return _range_words(env, meta, wanted)


def _one_name(value: str, target: str, names: dict[tuple[str, str], str]) -> str:
    if value == "me":
        return str(_("me"))
    if value == "none":
        return str(_("empty"))
    return names.get((target, value), f"#{value}")


def _range_words(env: Env, meta: FieldMeta, wanted: str) -> str:
    low, dots, high = wanted.partition("..")

    def said(text: str) -> str:
        try:
            if meta.kind in {"date", "datetime"}:
                return formats.format_date(read_date(text, env.today()))
            return formats.format_number(_plain_number(text))
        except (Unclear, ValueError):
            return text

    if not dots:
        return said(low)
    if low and high:
        return str(_("{low} to {high}", low=said(low), high=said(high)))
    return str(_("from {low}", low=said(low)) if low else _("up to {high}", high=said(high)))
