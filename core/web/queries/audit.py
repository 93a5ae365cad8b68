"""Search the audit trail: who did what, when, on which record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from core.i18n import Unreadable, _, parse_date
from core.i18n.text import humanised, spoken
from core.security.models import Audit, User
from core.views.fields import field_of

if TYPE_CHECKING:
    from core.env import Env
    from core.web.request import Fields

PAGE = 60

ACTIONS = {
    "create": _("created"),
    "update": _("changed"),
    "delete": _("deleted"),
    "login": _("signed in"),
    "login failed": _("failed to sign in"),
    "logout": _("signed out"),
    "export": _("exported"),
    "system": _("acted for the platform"),
    "erase": _("erased a person's values"),
}
TONES = {"create": "ok", "delete": "bad", "login failed": "warn", "erase": "warn"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the page."""

    id: int
    at: datetime
    by: str
    action: str
    tone: str
    what: str
    url: str
    changes: tuple[tuple[str, str, str], ...]
    """Field, old, new; both empty where the value is a secret."""
    reason: str
    request_id: str


def search(env: Env, query: Fields) -> tuple[list[Line], int | None]:
    """The newest lines that match, and where the older ones begin."""
    audit, user = env[Audit], env[User]
    found = select(audit, user.name).outerjoin(user, user.id == audit.user_id).order_by(audit.id.desc())
    model, record, action = query.get("model"), query.integer("record"), query.get("action")
    person, before = query.integer("user"), query.integer("before")
    if model:
        found = found.where(audit.model == model)
    if record is not None:
        found = found.where(audit.record_id == record)
    if action in ACTIONS:
        found = found.where(audit.action == action)
    elif not model:
        found = found.where(audit.action != "system")
    if person is not None:
        found = found.where(audit.user_id == person)
    if day := _day(query.get("day")):
        start = datetime.combine(day, time.min, tzinfo=env.tz)
        found = found.where(audit.at >= start, audit.at < start + timedelta(days=1))
    if before is not None:
        found = found.where(audit.id < before)
    rows = env.session.execute(found.limit(PAGE + 1)).all()
    lines = [_line(env, one, by) for one, by in rows[:PAGE]]
    return lines, lines[-1].id if len(rows) > PAGE else None


def _day(text: str) -> Any:
    try:
        return parse_date(text) if text else None
    except (Unreadable, ValueError):
        return None


def _line(env: Env, one: Audit, by: str | None) -> Line:
    composed = env.registry.models.get(one.model)
    addon, _dot, short = one.model.partition(".")
    label = str(getattr(composed, "__label__", "") or humanised(short, addon))
    url = ""
    if (
        composed is not None
        and one.record_id
        and not one.model.startswith("core.")
        and one.action != "delete"
    ):
        url = f"/app/{one.model.replace('.', '/')}/{one.record_id}"
    return Line(
        one.id,
        one.at,
        by or "Passerelle",
        str(ACTIONS.get(one.action, one.action)),
        TONES.get(one.action, ""),
        f"{label} {one.record_id}" if one.record_id else label,
        url,
        tuple(_change(composed, name, pair) for name, pair in (one.changes or {}).items()),
        one.reason,
        one.request_id,
    )


def _change(model: type[Any] | None, name: str, pair: Any) -> tuple[str, str, str]:
    """What a field is called, and its values as people read them."""
    known = model is not None and name in inspect(model).column_attrs
    meta = field_of(model, name) if model is not None and known else None
    label = str(meta.label) if meta else name
    choices = {one.value: str(one.label) for one in meta.choices or ()} if meta else {}
    if not isinstance(pair, list) or len(pair) != 2:
        return label, "", "" if pair is None else _shown(pair, choices)
    return label, _shown(pair[0], choices), _shown(pair[1], choices)


def _shown(value: Any, choices: dict[Any, str]) -> str:
    if isinstance(value, str) and value in choices:
        return choices[value]
    text = "" if value is None else spoken(value) if not isinstance(value, dict | list) else str(value)
    return text if len(text) <= 120 else text[:119] + "…"


def people(env: Env) -> list[tuple[int, str]]:
    """Users to choose from."""
    model = env[User]
    return [
        (row.id, row.name) for row in env.session.execute(select(model.id, model.name).order_by(model.name))
    ]
