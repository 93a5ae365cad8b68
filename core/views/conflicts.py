"""Two people, one record or one line: who was first, and what each of them wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.errors import Stale
from core.i18n import formats
from core.i18n.text import Text, _
from core.security.audit import changes_of, removal_of
from core.security.models import User
from core.views.fields import field_of
from core.views.formparts import Conflict
from core.views.inputs import comparable, posted, read_input
from core.views.values import Unclear, text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from core.env import Env
    from core.orm.model import Model
    from core.security.audit import Change
    from core.views.declare import Field, Lines
    from core.views.fields import FieldMeta

KEEP, MINE = "keep.", "mine."
"""Names of the inputs of a conflict: which of both values is kept, and one's own."""


def conflict(env: Env, meta: FieldMeta, record: Any, value: Any, typed: Sequence[str], now: str) -> Conflict:
    """Both values of a field; ``typed`` is one's own as a form sends it, ``now`` what stands there."""
    mine = text_of(env, meta, value, record) if value is not None else ""
    theirs = text_of(env, meta, meta.of(record), record)
    said = by_whom(env, record, {meta.key or meta.name})
    return Conflict(meta.path, str(meta.label), mine, tuple(typed), theirs, now, said)


def cell_conflict(
    env: Env, meta: FieldMeta, line: Any, value: Any, typed: Sequence[str], now: str, name: str
) -> Conflict:
    """Both values of a cell of a line; ``name`` is that of its input."""
    found = conflict(env, meta, line, value, typed, now)
    return replace(found, path=name, label=f"{line.display_name}: {meta.label}")


def removal_conflict(
    env: Env,
    spec: Lines,
    columns: Sequence[tuple[Field, FieldMeta]],
    key: str,
    line: Any,
    was: Mapping[str, str],
) -> Conflict | None:
    """A line to be removed that somebody else changed meanwhile; None when nobody did."""
    known = {}
    changed = []
    for column, meta in columns:
        name = f"{spec.path}.{key}.{column.path}"
        if name in was:
            known[name] = comparable(env, meta, line)
            if known[name] != was[name]:
                changed.append(meta)
    if not changed:
        return None
    theirs = ", ".join(f"{meta.label} {text_of(env, meta, meta.of(line), line)}" for meta in changed)
    said = by_whom(env, line, {meta.key or meta.name for meta in changed})
    path = f"{spec.path}.{key}.delete"
    label = str(line.display_name)
    return Conflict(path, label, str(_("Remove it")), ("1",), theirs, "", said, known=tuple(known.items()))


def restore_conflict(
    env: Env,
    record: Any,
    spec: Lines,
    columns: Sequence[tuple[Field, FieldMeta]],
    key: str,
    number: int,
    raw: Mapping[str, list[str]],
    was: Mapping[str, str],
) -> Conflict | None:
    """A line that was changed here and that somebody else removed meanwhile; None when nothing was changed.

    Put back, it is a new line with the cells that the page shows.
    """
    target: Any = field_of(type(record), spec.path).target
    again = f"{spec.path}.n{number}"
    further = [(f"{again}.lost", str(number)), (f"{again}.picked", "1")]
    further += [(f"{again}.{name}", raw[name][-1]) for name in ("position", "kind") if name in raw]
    label, changed = "", []
    for column, meta in columns:
        name, typed = f"{spec.path}.{key}.{column.path}", raw.get(column.path, [])
        further += [(f"{again}.{column.path}", text) for text in typed]
        try:
            text = text_of(env, meta, read_input(env, meta, column, target(), typed), record)
        except Unclear:
            text = "".join(typed)
        label = label or text
        if name in was and posted({name: typed}, meta, name) != was[name]:
            changed.append(f"{meta.label} {text}")
    if not changed:
        return None
    said = told(env, removal_of(env, target, number))
    mine = str(_("Keep it: {changes}", changes=", ".join(changed)))
    path = f"{again}.again"
    return Conflict(path, label, mine, ("1",), str(_("Removed")), "", said, further=tuple(further))


def by_whom(env: Env, record: Model, fields: Collection[str] = ()) -> Text:
    """Who wrote the record last, or some fields of it, and when: "Idriss Benali, 14:05"."""
    found = changes_of(env, env.registry.model(record.model_name), record.id, fields=fields, limit=1)
    return told(env, found[0] if found else None)


def told(env: Env, change: Change | None) -> Text:
    """Who made a change, and when."""
    if change is None:
        return _("Somebody")
    at = change.at.astimezone(env.tz)
    same_day = at.date() == env.today()
    when = formats.format_time(at) if same_day else formats.format_datetime(change.at, env.tz)
    if change.user_id is not None and change.user_id == env.user.id:
        return _("You, in another window, {when}", when=when)
    name = None
    if change.user_id is not None:
        user = env[User]
        name = env.session.scalar(select(user.name).where(user.id == change.user_id))
    return _("{name}, {when}", name=name or "Passerelle", when=when)


def changed_meanwhile(env: Env, record: Model, hint: Text | None = None) -> Stale:
    """The refusal of what was decided on a page that is no longer true."""
    who = by_whom(env, record)
    return Stale(
        _("{name} was changed since you opened it: {who}.", name=record.display_name, who=who),
        hint=hint or _("Open it again to see what can be done now."),
    )


def chosen(form: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """A form with the answers to its conflicts: one's own value where it was chosen, otherwise nothing."""
    answers = {name.removeprefix(KEEP): values[-1] for name, values in form.items() if name.startswith(KEEP)}
    found = {name: values for name, values in form.items() if name not in answers}
    for path, answer in answers.items():
        if answer == "mine":
            found[path] = [value for value in form.get(f"{MINE}{path}", []) if value]
        else:
            found.pop(path, None)
    return found


def refused(answers: Mapping[str, list[str]]) -> set[str]:
    """The fields whose present value was chosen."""
    return {n.removeprefix(KEEP) for n, v in answers.items() if n.startswith(KEEP) and v[-1] != "mine"}
