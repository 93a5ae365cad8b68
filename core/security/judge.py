"""Judge one row in memory by the rules of a session; what memory cannot tell is left to the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import InstanceState, LoaderCallableStatus
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.util import identity_key

from core.security.evaluate import Answer, decide

if TYPE_CHECKING:
    from sqlalchemy import Column

    from core.security.evaluate import Values
    from core.security.guard import GuardedSession
    from core.security.plan import ModelPlan

State = InstanceState[Any]
UNKNOWN = (LoaderCallableStatus.NO_VALUE, LoaderCallableStatus.PASSIVE_NO_RESULT)


def judge(session: GuardedSession, plan: ModelPlan, operation: str, state: State, *, before: bool) -> Answer:
    """Whether a row satisfies the rules for an operation, as it was ``before`` the change or as it is now."""
    if state in session.strangers:
        return Answer.UNDECIDED
    values = values_before(state) if before else values_now(state)
    criterion = session.rules.own_criterion(plan, operation)
    answer = Answer.YES if criterion is None else decide(criterion, values)
    if answer is not Answer.YES:
        return answer
    for key, owner in session.plan.owners(plan.shape):
        of_document = _of_document(session, owner, operation, _recall(state, key, before=before))
        if of_document is not Answer.YES:
            return of_document
    return Answer.YES


def _of_document(session: GuardedSession, owner: ModelPlan, operation: str, number: Any) -> Answer:
    """The document a line belongs to: when it is in memory, it was read or written under the rules."""
    if not isinstance(number, int):
        return Answer.UNDECIDED
    state = session.fresh.get((owner.shape.name, number))
    needed = session.plan.through(owner, operation)
    if state is None:
        document = session.identity_map.get(identity_key(owner.shape.cls, number))
        if document is None:
            return Answer.UNDECIDED
        state = instance_state(document)
        if needed == "r" and state not in session.strangers:
            return Answer.YES
    return judge(session, owner, needed, state, before=False)


def values_now(state: State) -> Values:
    """The columns of a row in memory as they are now; LookupError for what is not there."""
    return lambda column: _value(state, _key(state, column), before=False)


def values_before(state: State) -> Values:
    """The columns of a row in memory as the database has them; LookupError for what is not there."""
    return lambda column: _value(state, _key(state, column), before=True)


def _recall(state: State, key: str, *, before: bool) -> Any:
    now = state.dict.get(key, UNKNOWN[0])
    return state.committed_state.get(key, now) if before else now


def _value(state: State, key: str, *, before: bool) -> Any:
    value = _recall(state, key, before=before)
    if value in UNKNOWN:
        raise LookupError(key)
    return value


def _key(state: State, column: Column[Any]) -> str:
    """The attribute of the row's own model that a criterion speaks of."""
    marks = column._annotations
    if marks.get("parententity") is not state.mapper:
        raise LookupError(column.key)
    return str(marks["proxy_key"])
