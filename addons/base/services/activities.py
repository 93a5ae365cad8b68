"""Plan, move and finish what somebody promised to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base.models import Activity, ActivityKind, Party
from addons.base.services import timeline
from core.api import Invalid, RuleBroken, User, _

if TYPE_CHECKING:
    from datetime import date

    from core.api import Env, Model


class AlreadyDone(RuleBroken):
    """Done is final."""

    def __init__(self, activity: Activity) -> None:
        super().__init__(
            _('"{summary}" is already done.', summary=activity.summary),
            hint=_("Plan a new activity for the next step."),
        )


def plan(
    env: Env,
    record: Model,
    summary: str,
    due_on: date,
    *,
    kind: ActivityKind = ActivityKind.TASK,
    assignee_id: int | None = None,
    party: Party | None = None,
    note: str | None = None,
) -> Activity:
    """Promise something about a record; by default to oneself. Tells the enabled addons."""
    if not summary.strip():
        raise Invalid(fields={"summary": _("Say what there is to do.")})
    who = assignee_id or env.user.id
    if who is None:
        raise Invalid(fields={"assignee": _("Say who does it.")})
    env.get(User, who)
    activity = env.add(
        Activity,
        model=record.model_name,
        record_id=record.id,
        record_name=record.display_name[:200],
        party_id=_party_of(record, party),
        kind=kind,
        summary=summary.strip()[:200],
        due_on=due_on,
        assignee_id=who,
        note=note,
    )
    env.hooks.activity_planned(env=env, activity=activity, record=record)
    return activity


def reschedule(env: Env, activity: Activity, due_on: date) -> None:
    """Move an open activity to another day."""
    if not activity.is_open:
        raise AlreadyDone(activity)
    activity.due_on = due_on
    env.session.flush()


def complete(env: Env, activity: Activity, outcome: str = "") -> None:
    """Close an activity as done, write its outcome on the record's timeline, tell the enabled addons."""
    if not activity.is_open:
        raise AlreadyDone(activity)
    activity.done_at = env.now()
    activity.outcome = outcome.strip() or None
    env.session.flush()
    _tell(env, activity, outcome.strip())
    env.hooks.activity_done(env=env, activity=activity)


def call_off(env: Env, activity: Activity) -> None:
    """Drop an activity that is not needed any more."""
    if not activity.is_open:
        raise AlreadyDone(activity)
    env.hooks.activity_done(env=env, activity=activity)
    env.session.delete(activity)
    env.session.flush()


def _party_of(record: Model, party: Party | None) -> int | None:
    if record.model_name == Party.model_name:
        return record.id
    if party is not None:
        return party.id
    party_id: int | None = getattr(record, "party_id", None)
    return party_id


def _tell(env: Env, activity: Activity, outcome: str) -> None:
    record = env.session.get(env.registry.model(activity.model), activity.record_id)
    if record is None:
        return
    party = env.session.get(env[Party], activity.party_id) if activity.party_id else None
    if outcome:
        sentence = _(
            '{kind} done, "{summary}": {outcome}',
            kind=activity.kind,
            summary=activity.summary,
            outcome=outcome,
        )
    else:
        sentence = _('{kind} done, "{summary}"', kind=activity.kind, summary=activity.summary)
    timeline.log(env, record, sentence, party=party, topic="base", tone="ok")
    env.session.flush()
