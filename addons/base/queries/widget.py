"""What stands beside every record: what is planned, what happened, files, who follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import ActivityKind, File, Follower
from addons.base.queries import activities, timeline
from core.api import User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env, Model


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as drawn."""

    id: int
    name: str
    size: int


def widget(env: Env, record: Model, *, after: str = "") -> dict[str, Any]:
    """Everything the timeline beside a record draws."""
    return {
        "model": record.model_name,
        "record_id": record.id,
        "record_name": record.display_name,
        "page": timeline.of_record(env, record, after=after),
        "tasks": activities.of_record(env, record),
        "files": files_of(env, record),
        "following": is_following(env, record),
        "users": users(env),
        "kinds": [(kind.value, kind.label) for kind in ActivityKind],
        "topics": topics(env),
        "errors": {},
        "typed": {},
    }


def beside(env: Env, record: Model) -> dict[str, Any] | None:
    """The same for the slot of a form; None where a timeline makes no sense."""
    if env.user.id is None or not env.may_follow(record):
        return None
    return widget(env, record)


def topics(env: Env) -> dict[str, tuple[str, str]]:
    """Of each enabled app its title and icon, for the entries it wrote."""
    discovered = env.registry.discovered
    return {
        name: (str(discovered[name].manifest.display), discovered[name].manifest.icon)
        for name in env.registry.addons
    }


def files_of(env: Env, record: Model) -> Sequence[Attached]:
    """The files of a record, newest first."""
    model = env[File]
    with env.following(record):
        rows = env.session.execute(
            select(model.id, model.name, model.size)
            .where(model.model == record.model_name, model.record_id == record.id)
            .order_by(model.id.desc())
            .limit(100)
        ).all()
    return [Attached(*row) for row in rows]


def is_following(env: Env, record: Model) -> bool:
    """Whether the user is told of new notes."""
    model = env[Follower]
    found = env.session.scalar(
        select(model.id).where(
            model.model == record.model_name, model.record_id == record.id, model.user_id == env.user.id
        )
    )
    return found is not None


def users(env: Env) -> Sequence[tuple[int, str]]:
    """Who something can be given to."""
    model = env[User]
    rows = env.session.execute(
        select(model.id, model.name).where(model.active).order_by(model.name).limit(500)
    )
    return [(row.id, row.name) for row in rows]
