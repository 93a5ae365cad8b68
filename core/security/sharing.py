"""What a user's session and its elevated twin know of the same rows, without asking the database twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.orm.attributes import instance_state, set_committed_value
from sqlalchemy.orm.util import identity_key

from core.security import kept
from core.security.evaluate import Answer

if TYPE_CHECKING:
    from core.security.guard import GuardedSession
    from core.security.plan import ModelPlan


def copied(session: GuardedSession, twin: GuardedSession, plan: ModelPlan, number: Any) -> Any:
    """A record as the user's session has read it, for the elevated one; None when that has not read it."""
    record = twin.identity_map.get(identity_key(plan.shape.cls, number))
    if record is None:
        return None
    state = instance_state(record)
    values = state.dict
    if state.modified or state.expired_attributes or state in twin.strangers or "id" not in values:
        return None
    return kept.made(session, plan, {key: values[key] for key in kept.loaded_keys(plan) & values.keys()})


def follow(session: GuardedSession, twin: GuardedSession, record: Any) -> None:
    """Bring a record to what the twin has written; expire it when that is not known, or no longer visible."""
    state = instance_state(record)
    plan = session.plan.by_mapper[state.mapper]
    theirs = twin.identity_map.get(state.key) if state.key else None
    if theirs is None or state.modified or instance_state(theirs).modified:
        session.expire(record)
        return
    source = instance_state(theirs)
    if kept.is_visible(session, plan, source) is not Answer.YES:
        session.expire(record)
        return
    known = state.dict.keys() & plan.shape.columns & source.dict.keys()
    for key in known:
        if state.dict[key] != source.dict[key]:
            set_committed_value(record, key, kept.own(source.dict[key]))
    if lost := state.dict.keys() & state.manager.keys() - known:
        session.expire(record, lost)
