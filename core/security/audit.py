"""Read what the audit trail says of one record, as far as whoever reads may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, Text, cast, select

from core.security import guard
from core.security.models import Audit
from core.security.trail import trail_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from core.env import Env
    from core.orm.model import Model


@dataclass(frozen=True, slots=True)
class Change:
    """One write: when, by whom (None: the platform), and field to [old, new]."""

    id: int
    at: datetime
    user_id: int | None
    action: str
    changes: Mapping[str, Any]
    request_id: str = ""
    """The same for everything one request wrote."""


def changes_of(
    env: Env,
    fragment: type[Model],
    record_id: int,
    *,
    fields: Collection[str] = (),
    limit: int = 50,
    actions: Collection[str] = ("create", "update", "delete"),
    before: int | None = None,
) -> Sequence[Change]:
    """The latest writes of a record, newest first, for whoever may read the record; NotFound otherwise.

    Hidden fields are left out, and so are writes that changed nothing else. ``fields`` keeps only some. What
    the running transaction wrote is there too. ``before`` continues after the ``id`` of the last one read.
    """
    env.get(fragment, record_id)
    model = env[fragment]
    shown = {name for name in fields or _names(model) if env.access.shows_field(model, name)}
    trail = trail_of(env.scope.connection)
    if any(entry.model == model.model_name and entry.record_id == record_id for entry in trail.entries):
        trail.write(env.scope.connection)
    audit = env[Audit]
    query = select(audit.id, audit.at, audit.user_id, audit.action, audit.changes, audit.request_id).where(
        audit.model == model.model_name, audit.record_id == record_id, audit.action.in_(actions)
    )
    if fields:
        query = query.where(audit.changes.has_any(cast(sorted(shown), ARRAY(Text))))
    if before is not None:
        query = query.where(audit.id < before)
    with guard.trusted(env.session):
        rows = env.session.execute(query.order_by(audit.id.desc()).limit(limit)).all()
    found = [
        Change(
            row.id,
            row.at,
            row.user_id,
            row.action,
            {name: pair for name, pair in row.changes.items() if name in shown and pair is not None},
            row.request_id,
        )
        for row in rows
    ]
    return [change for change in found if change.changes]


def removal_of(env: Env, fragment: type[Model], record_id: int) -> Change | None:
    """Who deleted a record, and when, without what it held; None when it was not deleted by a person or job.

    For pages that showed the record before it went: whoever asks must have been able to read it.
    """
    trail_of(env.scope.connection).write(env.scope.connection)
    audit = env[Audit]
    query = select(audit.id, audit.at, audit.user_id, audit.action, audit.request_id).where(
        audit.model == env[fragment].model_name, audit.record_id == record_id, audit.action == "delete"
    )
    with guard.trusted(env.session):
        row = env.session.execute(query.order_by(audit.id.desc()).limit(1)).first()
    return Change(row.id, row.at, row.user_id, row.action, {}, row.request_id) if row else None


def _names(model: type[Model]) -> Collection[str]:
    names: Collection[str] = model.__mapper__.attrs.keys()  # type: ignore[attr-defined]  # composed models are mapped
    return names
