"""Changes of a record as people read them: from the audit trail, for the fields that are told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from core.orm.model import About
from core.security.audit import changes_of
from core.views.access import readable
from core.views.catalog import views_of
from core.views.fields import fields_of
from core.views.values import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.env import Env
    from core.orm.model import Model
    from core.security.audit import Change
    from core.views.fields import FieldMeta

LONGEST = 120
"""Characters of a text that are shown of either value."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a save. Both values are None where the reader may not see what it leads to."""

    path: str
    label: str
    old: str | None
    new: str | None
    is_status: bool = False
    """Whether it is the field of the ribbon, which services often tell of in words of their own."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What one save changed: all fields that one request wrote on the record."""

    id: int
    at: datetime
    user_id: int | None
    request_id: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Some saves, newest first, and from where to read on (None at the end)."""

    saves: tuple[Saved, ...]
    rest: int | None


def tracked(model: type[Any]) -> list[FieldMeta]:
    """The fields whose changes are told: those declared with ``about(track=True)``."""
    columns = inspect(model).column_attrs
    found = []
    for meta in fields_of(model):
        about = columns[meta.key or meta.name].columns[0].info.get("about")
        if isinstance(about, About) and about.track:
            found.append(meta)
    return found


def told_changes(env: Env, record: Model, *, before: int | None = None, limit: int = 30) -> Told:
    """The latest saves of a record that changed what is told, newest first.

    Field groups and the rules of linked records hold: what is hidden is left out, a linked record the reader
    may not see is not named. ``before`` continues where an earlier answer ended.
    """
    model = env.registry.model(record.model_name)
    metas = {meta.key or meta.name: meta for meta in tracked(model) if readable(env, meta)}
    if not metas:
        return Told((), None)
    written = changes_of(
        env, model, record.id, fields=set(metas), limit=limit, actions=("update",), before=before
    )
    groups = [list(group) for _key, group in groupby(written, key=_save_of)]
    more = len(written) == limit
    if more and len(groups) > 1:
        groups.pop()  # perhaps not whole: read again with the next page
    rest = groups[-1][-1].id if more else None
    saves = [_merged(group) for group in groups]
    names = _names(env, metas, saves)
    status = views_of(env.registry).of(model).the_form.status
    told = []
    for save in saves:
        fields = [
            replace(found, is_status=meta.path == status)
            for key, pair in save.changes.items()
            if (found := _said(env, record, (meta := metas[key]), pair, names)) is not None
        ]
        if fields:
            told.append(Saved(save.id, save.at, save.user_id, save.request_id, tuple(fields)))
    return Told(tuple(told), rest)


def _save_of(change: Change) -> tuple[Any, ...]:
    return (change.request_id, change.user_id) if change.request_id else (change.id,)


def _merged(newest_first: Sequence[Change]) -> Change:
    """Several writes of one request as one: the first old value, the last new one."""
    pairs: dict[str, list[Any]] = {}
    for change in reversed(newest_first):
        for name, (old, new) in change.changes.items():
            pairs[name] = [pairs[name][0] if name in pairs else old, new]
    kept = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    return replace(newest_first[0], id=newest_first[-1].id, changes=kept)


def _names(
    env: Env, metas: Mapping[str, FieldMeta], saves: Iterable[Change]
) -> dict[type[Any], dict[int, str]]:
    """What linked records are called, of those the reader may see; one statement for each model."""
    wanted: dict[type[Any], set[int]] = {}
    for save in saves:
        for key, pair in save.changes.items():
            target = metas[key].target
            if target is not None:
                wanted.setdefault(target, set()).update(one for one in pair if isinstance(one, int))
    return {
        target: {
            record.id: str(record.display_name)
            for record in env.session.scalars(select(target).where(target.id.in_(ids)))
        }
        for target, ids in wanted.items()
    }


def _said(
    env: Env, record: Any, meta: FieldMeta, pair: Sequence[Any], names: Mapping[type[Any], Mapping[int, str]]
) -> FieldChange | None:
    label = str(meta.label)
    if meta.target is None:
        old, new = (_written(env, record, meta, value) for value in pair)
        return FieldChange(meta.path, label, old, new) if old != new else None
    known = names.get(meta.target, {})
    if any(one is not None and one not in known for one in pair):
        return FieldChange(meta.path, label, None, None)
    old, new = ("" if one is None else known[one] for one in pair)
    return FieldChange(meta.path, label, old, new)


def _written(env: Env, record: Any, meta: FieldMeta, value: Any) -> str:
    """A value of the trail for reading; as it stands when it was erased or its kind has changed since."""
    if value is None or value == "":
        return ""
    try:
        read = _read(meta, value)
        text = text_of(env, meta, read, record)
    except (ValueError, InvalidOperation, TypeError):
        text = str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _read(meta: FieldMeta, value: Any) -> Any:
    match meta.kind:
        case "choice":
            assert meta.choices is not None  # noqa: S101 - every field of kind "choice" has its set
            return meta.choices(value)
        case "date":
            return date.fromisoformat(value)
        case "datetime":
            return datetime.fromisoformat(value)
        case "number" | "money" | "price" | "quantity" | "rate":
            return Decimal(value)
    return value
