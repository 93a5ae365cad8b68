"""What there is to do: late, today, later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.base.models import Activity, Party
from addons.base.queries.timeline import url_of
from core.api import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env, Model

LIMIT = 200


@dataclass(frozen=True, slots=True)
class Task:
    """An activity as drawn."""

    activity: Activity
    url: str
    tone: str
    days: int

    @property
    def due(self) -> str:
        """How soon, in the fewest words: "3 days late", "Today", "Tomorrow"; empty when a date says it
        better.
        """
        if self.days < -1:
            return _("{days} days late", days=-self.days)
        return {-1: _("1 day late"), 0: _("Today"), 1: _("Tomorrow")}.get(self.days, "")


@dataclass(frozen=True, slots=True)
class Agenda:
    """The user's open activities."""

    late: Sequence[Task]
    today: Sequence[Task]
    later: Sequence[Task]

    @property
    def empty(self) -> bool:
        """Nothing to do."""
        return not (self.late or self.today or self.later)


def mine(env: Env) -> Agenda:
    """The open activities of the user, the most urgent first."""
    model = env[Activity]
    rows = env.session.scalars(
        select(model)
        .where(model.assignee_id == env.user.id, model.done_at.is_(None))
        .order_by(model.due_on, model.id)
        .limit(LIMIT)
    )
    tasks = [as_task(env, row) for row in rows]
    return Agenda(
        late=[task for task in tasks if task.days < 0],
        today=[task for task in tasks if task.days == 0],
        later=[task for task in tasks if task.days > 0],
    )


def urgent(env: Env) -> int:
    """How many of the user's activities are late or due today: the number beside the menu entry."""
    model = env[Activity]
    where = (model.assignee_id == env.user.id, model.done_at.is_(None), model.due_on <= env.today())
    return env.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def of_record(env: Env, record: Model) -> list[Task]:
    """What is planned on a record."""
    model = env[Activity]
    with env.following(record):
        rows = env.session.scalars(
            select(model)
            .where(model.model == record.model_name, model.record_id == record.id, model.done_at.is_(None))
            .order_by(model.due_on, model.id)
            .limit(LIMIT)
        ).all()
    return [as_task(env, row) for row in rows]


def of_party(env: Env, party: Party) -> list[Task]:
    """What is planned about a party, wherever it was planned."""
    model = env[Activity]
    with env.following():
        rows = env.session.scalars(
            select(model)
            .where(model.party_id == party.id, model.done_at.is_(None))
            .order_by(model.due_on, model.id)
            .limit(20)
        ).all()
    return [as_task(env, row) for row in rows]


def as_task(env: Env, activity: Activity) -> Task:
    """With its urgency: red when late, amber today, green planned."""
    days = (activity.due_on - env.today()).days
    tone = "bad" if days < 0 else "warn" if days == 0 else "ok"
    return Task(activity, url_of(activity.model, activity.record_id), tone, days)
