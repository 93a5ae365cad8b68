"""Check every written row against grants and rules, before and after, and note it for the audit."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, select
from sqlalchemy.orm import attributes, object_mapper
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.util import identity_key

from core.security import following, kept, usage
from core.security.companies import refuse_mismatch
from core.security.evaluate import Answer
from core.security.judge import UNKNOWN, State, judge
from core.security.reading_only import refuse_while_reading
from core.security.refusals import (
    AUDIT,
    FieldRefused,
    IdChosen,
    OtherCompany,
    ReferenceRefused,
    RowRefused,
    StatementRefused,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy.orm import UOWTransaction

    from core.security.guard import GuardedSession
    from core.security.plan import ModelPlan
    from core.security.shapes import Shape


def check_before(session: GuardedSession, flush_context: UOWTransaction, instances: Any) -> None:
    """Refuse what is not granted, while nothing has been written yet."""
    known = session.plan.by_mapper
    look: dict[tuple[str, str], list[int]] = defaultdict(list)
    written: list[Any] = []
    for record in session.dirty:
        state = instance_state(record)
        plan = known[state.mapper]
        changed = _changed_keys(state, plan.shape)
        if changed:
            refuse_while_reading(session.env.registry, "update", plan.shape.name, record)
            written.append(record)
            _load_old_values(session, state, plan.shape, changed)
            refuse_mismatch(session, state, plan.shape, changed)
            if not session.unguarded:
                _check_existing(session, state, plan, "u", changed, look)
    _give_company_of_record(session)
    for record in session.new:
        state = instance_state(record)
        shape = known[state.mapper].shape
        refuse_while_reading(session.env.registry, "create", shape.name)
        if shape.company_owned:
            usage.refuse_unused(session.env.scope, shape, [state.dict.get("company_id")])
        refuse_mismatch(session, state, shape, ())
    for record in session.deleted:
        name = known[object_mapper(record)].shape.name
        refuse_while_reading(session.env.registry, "delete", name, record)
    if session.unguarded or session.trust:
        return
    for record in session.new:
        _check_new(session, instance_state(record), known[object_mapper(record)])
    for record in session.deleted:
        state = instance_state(record)
        _check_existing(session, state, known[state.mapper], "d", (), look)
    refuse_unreadable(session, _followed(known, (*session.new, *written, *session.deleted)))
    for (name, operation), ids in look.items():
        _check_rows(session, session.plan.models[name], operation, ids)


def check_after(session: GuardedSession, flush_context: UOWTransaction) -> None:
    """Check what was written, as it is now in the database, and note it."""
    known = session.plan.by_mapper
    guarded = not (session.unguarded or session.trust)
    look: dict[tuple[str, str], list[int]] = defaultdict(list)
    points: dict[str, set[int]] = defaultdict(set)
    session.fresh = {(known[state.mapper].shape.name, _id(state)): state for state in _new(session)}
    for state, (deleted, listed_only) in flush_context.states.items():
        if listed_only:
            continue
        plan = known[state.mapper]
        shape = plan.shape
        operation = "d" if deleted else "c" if state.key is None or state in _new(session) else "u"
        changes = _changes(state, shape, operation)
        if operation == "u" and not changes and not _changed_keys(state, shape):
            continue
        if shape.kept or (deleted and shape.takes_kept):
            session.trail.kept_changed = True
        if shape.audited:
            session.trail.add(
                session.env,
                _ACTIONS[operation],
                shape.name,
                _id(state),
                changes,
                company_id=company_of(session, state, shape),
            )
        _note_for_twin(session, state, shape, operation)
        if guarded and operation != "d":
            _check_company(session, plan, state.dict.get("company_id", 0))
            if plan.restricted(operation) or session.plan.owners(shape):
                _judge(session, state, plan, operation, look, before=False)
            for reference, value in _pointing(state, shape, operation):
                if value is not None and not session.plan.models[reference].open:
                    points[reference].add(value)
    for (name, operation), ids in look.items():
        _check_rows(session, session.plan.models[name], operation, ids)
    for name, targets in points.items():
        _check_references(session, session.plan.models[name], targets)
    session.documents.note_flushed(flush_context.states)
    session.fresh = {}


_ACTIONS = {"c": "create", "u": "update", "d": "delete"}


def company_of(session: GuardedSession, state: State, shape: Shape) -> int | None:
    """Whose document a row is: its own company, or that of the document it is a line of; None where companies
    share it."""
    if shape.company_owned:
        found = state.dict.get("company_id", session.env.company_id)
        return found if isinstance(found, int) else None
    for key, owner in shape.owners:
        above = session.plan.models[owner].shape
        number = state.dict.get(key)
        if isinstance(number, int):
            document = session.fresh.get((owner, number))
            if document is None and (record := session.identity_map.get(identity_key(above.cls, number))):
                document = instance_state(record)
            if document is not None:
                return company_of(session, document, above)
            return session.env.company_id if _of_a_company(session, above) else None
    return None


def _of_a_company(session: GuardedSession, shape: Shape) -> bool:
    above = (session.plan.models[owner].shape for _key, owner in shape.owners if owner != shape.name)
    return shape.company_owned or any(_of_a_company(session, one) for one in above)


def _new(session: GuardedSession) -> Any:
    return session._new


def _id(state: State) -> int:
    return int(state.key[1][0]) if state.key else int(state.dict["id"])


def _changed_keys(state: State, shape: Shape) -> tuple[str, ...]:
    """Attributes that were set to another value, and many-to-many links that changed."""
    before = state.committed_state
    if not before:
        return ()
    found = [
        key
        for key, old in before.items()
        if (key in shape.columns and (old in UNKNOWN or old != state.dict.get(key)))
        or (key in shape.many_to_many and attributes.get_history(state.obj(), key).has_changes())
    ]
    return tuple(found)


def _load_old_values(session: GuardedSession, state: State, shape: Shape, changed: Iterable[str]) -> None:
    """A value set without having been read is read now: the audit and the rules need it."""
    before = state.committed_state
    told = shape.audited | shape.secrets
    missing = [key for key in changed if key in told and before.get(key) in UNKNOWN]
    if not missing or state.key is None:
        return
    columns = [getattr(shape.cls, key) for key in missing]
    model: Any = shape.cls
    session.trust += 1
    try:
        row = session.execute(select(*columns).where(model.id == _id(state))).one_or_none()
    finally:
        session.trust -= 1
    if row is not None:
        before.update(zip(missing, row, strict=True))


def _give_company_of_record(session: GuardedSession) -> None:
    """A new row belongs to the company of the record that it hangs on, whoever writes it."""
    known = session.plan.by_mapper
    new = [record for record in session.new if known[object_mapper(record)].shape.follows_company]
    companies = following.companies_of(session, _followed(known, new)) if new else {}
    for record in new:
        shape = known[object_mapper(record)].shape
        record.company_id = following.company_for(shape, partial(getattr, record), companies)


def _check_new(session: GuardedSession, state: State, plan: ModelPlan) -> None:
    refuse_audit(plan)
    session.plan.require(plan, "c")
    values = state.dict
    if values.get("id") is not None:
        raise IdChosen(plan.shape.cls)
    unseen = session.copied_unseen.get(state, {})
    for key, group in plan.hidden.items():
        if values.get(key) is not None and values[key] is not unseen.get(key):
            raise FieldRefused(session.env.access, group, key)
    if plan.shape.company_owned:
        _check_company(session, plan, values.get("company_id"))
    following.refuse_foreign_name(plan.shape, values.get, session.env.user.id)


def _followed(known: Mapping[Any, ModelPlan], records: Iterable[Any]) -> dict[str, set[int]]:
    """The records that changed and deleted rows hang on, by model."""
    found: dict[str, set[int]] = defaultdict(set)
    for record in records:
        shape = known[object_mapper(record)].shape
        if shape.follows is not None:
            for name, number in following.targets(shape, partial(getattr, record)):
                found[name].add(number)
    return found


def refuse_unreadable(session: GuardedSession, followed: Mapping[str, set[int]]) -> None:
    """Refuse rows about records which their writer cannot read. Records in memory were seen already."""
    for name, ids in followed.items():
        plan = following.plan_to_follow(session, name, min(ids))
        unknown = [number for number in ids if not _is_seen(session, plan, number)]
        if not unknown:
            continue
        missing = set(unknown) - visible_among(
            session, plan, unknown, session.reading.reached.criterion(plan, "r")
        )
        if missing:
            raise following.NothingToFollow(name, min(missing))
        session.seen.update((name, number) for number in unknown)


def _check_existing(
    session: GuardedSession,
    state: State,
    plan: ModelPlan,
    operation: str,
    changed: Iterable[str],
    look: dict[tuple[str, str], list[int]],
) -> None:
    refuse_audit(plan)
    session.plan.require(plan, operation)
    for key in changed:
        if key in plan.hidden:
            raise FieldRefused(session.env.access, plan.hidden[key], key)
    following.refuse_fixed(plan.shape, changed)
    if plan.shape.company_owned:
        value = state.committed_state.get("company_id", state.dict.get("company_id"))
        if value is not None and value not in UNKNOWN:
            _check_company(session, plan, value)
    _judge(session, state, plan, operation, look, before=True)


def _judge(
    session: GuardedSession,
    state: State,
    plan: ModelPlan,
    operation: str,
    look: dict[tuple[str, str], list[int]],
    *,
    before: bool,
) -> None:
    """Refuse a row, accept it, or note it down for the database to decide."""
    answer = judge(session, plan, operation, state, before=before)
    if answer is Answer.UNDECIDED:
        look[plan.shape.name, operation].append(_id(state))
    elif answer is not Answer.YES:
        raise RowRefused(session.env.access, plan.shape.cls, operation, [_id(state)])


def refuse_audit(plan: ModelPlan) -> None:
    """An administrator may do everything, but not rewrite what was done."""
    if plan.shape.name == "core.audit":
        raise StatementRefused(AUDIT)


def _check_company(session: GuardedSession, plan: ModelPlan, company_id: int | None) -> None:
    if company_id is None and plan.shape.of_workspace:
        return
    if plan.shape.company_owned and company_id not in session.rules.companies_for(plan.shape):
        raise OtherCompany(plan.shape.cls)


def _check_rows(session: GuardedSession, plan: ModelPlan, operation: str, ids: list[int]) -> None:
    """Compare with the database: the rules are SQL, and only SQL decides them."""
    criterion = session.rules.criterion(plan, operation)
    if criterion is None:
        return
    missing = set(ids) - visible_among(session, plan, ids, criterion)
    if missing:
        raise RowRefused(session.env.access, plan.shape.cls, operation, sorted(missing))


def _check_references(session: GuardedSession, plan: ModelPlan, ids: set[int]) -> None:
    """A row may only point to what its writer may see. Records in memory were seen already."""
    unknown = [number for number in ids if not _is_seen(session, plan, number)]
    if not unknown:
        return
    session.plan.require(plan, "r")
    criterion = session.rules.criterion(plan, "r")
    missing = set(unknown) - visible_among(session, plan, unknown, criterion)
    if missing:
        raise ReferenceRefused(plan.shape.cls, missing)
    session.seen.update((plan.shape.name, number) for number in unknown)


def _is_seen(session: GuardedSession, plan: ModelPlan, number: int) -> bool:
    if plan.shape.name == "core.user" and number == session.env.user.id:
        return True
    if (plan.shape.name, number) in session.seen or (plan.shape.name, number) in session.fresh:
        return True
    record = session.identity_map.get(identity_key(plan.shape.cls, number))
    if record is not None:
        return instance_state(record) not in session.strangers
    return kept.find(session, plan, number) is not None


def visible_among(session: GuardedSession, plan: ModelPlan, ids: list[int], criterion: Any) -> set[int]:
    """Those of some ids that satisfy a criterion now; without one, those that exist."""
    model: Any = plan.shape.cls
    among = bindparam("ids", ids, ARRAY(BigInteger), unique=True)
    statement = select(model.id).where(model.id == any_(among))
    if criterion is not None:
        statement = statement.where(criterion)
    session.trust += 1
    try:
        return set(session.scalars(statement))
    finally:
        session.trust -= 1


def _changes(state: State, shape: Shape, operation: str) -> dict[str, Any]:
    """Field to [old, new]; secrets to null, so that their values are never kept."""
    values, before = state.dict, state.committed_state
    if operation == "c":
        found: dict[str, Any] = {
            key: [None, values[key]] for key in shape.audited if values.get(key) is not None
        }
        found |= {key: None for key in shape.secrets if values.get(key) is not None}
    elif operation == "d":
        found = {
            key: [before.get(key, values[key]), None] for key in shape.audited if values.get(key) is not None
        }
    else:
        found = {}
        for key, old in before.items():
            if key in shape.audited and old != values.get(key):
                found[key] = [None if old in UNKNOWN else old, values.get(key)]
            elif key in shape.secrets and old != values.get(key):
                found[key] = None
    if operation != "d":
        found |= _linked(state, shape)
    return found


def _linked(state: State, shape: Shape) -> dict[str, Any]:
    """Many-to-many links that were added and taken away, by id."""
    found = {}
    for key in shape.many_to_many:
        if key in state.committed_state:
            history = attributes.get_history(state.obj(), key)
            if history.added or history.deleted:
                found[key] = [[other.id for other in history.deleted], [other.id for other in history.added]]
    return found


def _pointing(state: State, shape: Shape, operation: str) -> Iterator[tuple[str, int | None]]:
    owners = {key for key, _ in shape.owners}
    for reference in shape.references:
        if reference.key not in owners and (operation == "c" or reference.key in state.committed_state):
            yield reference.target, state.dict.get(reference.key)


def _note_for_twin(session: GuardedSession, state: State, shape: Shape, operation: str) -> None:
    """The other session reads the row again, and the collections that the row has joined or left."""
    if session.twin is None:
        return
    if operation != "c":
        session.written.add(state.key)
    for reference in shape.references:
        if not reference.collections:
            continue
        ends = {state.dict.get(reference.key)}
        if operation == "u":
            if reference.key not in state.committed_state:
                continue
            ends.add(state.committed_state[reference.key])
        model = session.plan.models[reference.target].shape.cls
        for end in ends:
            if isinstance(end, int):
                key = identity_key(model, end)
                session.stale_links.update((key, link) for link in reference.collections)
