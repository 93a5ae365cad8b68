"""Two people, one record: who was first, and what each of them wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.errors import Stale
from core.i18n import formats
from core.i18n.text import Text, _
from core.security.audit import changes_of
from core.security.models import User
from core.views.formparts import Conflict
from core.views.values import text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from core.env import Env
    from core.orm.model import Model
    from core.views.fields import FieldMeta

KEEP, MINE = "keep.", "mine."
"""Names of the inputs of a conflict: which of both values is kept, and one's own."""


def conflict(env: Env, meta: FieldMeta, record: Any, value: Any, typed: Sequence[str], now: str) -> Conflict:
    """Both values of a field; ``typed`` is one's own as a form sends it, ``now`` what stands there."""
    mine = text_of(env, meta, value, record) if value is not None else ""
    theirs = text_of(env, meta, meta.of(record), record)
    said = by_whom(env, record, {meta.key or meta.name})
    return Conflict(meta.path, str(meta.label), mine, tuple(typed), theirs, now, said)


def by_whom(env: Env, record: Model, fields: Collection[str] = ()) -> Text:
    """Who wrote the record last, or some fields of it, and when: "Idriss Benali, 14:05"."""
    found = changes_of(env, env.registry.model(record.model_name), record.id, fields=fields, limit=1)
    if not found:
        return _("Somebody")
    change = found[0]
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
