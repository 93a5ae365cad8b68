"""Let amendments, totals and versions follow from what was written of a document."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, inspect, update
from sqlalchemy.orm.attributes import instance_state, set_committed_value
from sqlalchemy.orm.util import identity_key

from core.security import document_locks as locks
from core.security.document_refusals import ComputedField
from core.security.document_rules import documents_of

if TYPE_CHECKING:
    from core.orm.document import Condition
    from core.security.document_rules import DocumentRules, Owner
    from core.security.guard import GuardedSession
    from core.security.judge import State


@dataclass(slots=True)
class Touched:
    """A document of which something was written, and what it was before."""

    rules: DocumentRules
    condition: Condition
    before: dict[str, Any] = field(default_factory=dict)
    is_amended: bool = False
    has_lines: bool = False
    in_bulk: bool = False
    """Its lines were written by a statement: those in memory are not all."""
    claims: list[tuple[Any, str, Any]] = field(default_factory=list)
    """Computed fields that the writer set itself: they must turn out the same."""


def follow(session: GuardedSession, key: locks.Key, touched: Touched) -> None:
    """Amend an agreed document, total a draft; refuse what the writer claimed and does not follow."""
    rules = touched.rules
    document = session.get(rules.model, key[1])
    if document is None and not session.unguarded:
        with session.env.system("what follows from the lines of a document") as system:
            elevated: Any = system.session
            follow(elevated, key, touched)
        return
    if document is None:
        return
    if touched.in_bulk:
        locks.forget_lines(session, document)
    else:
        _refresh_collections(session, document)
    if touched.has_lines:
        session.documents.lines_of.add(key)
    with session.env.within(getattr(document, "company_id", None)), locks.writing_closed(document):
        if touched.is_amended and rules.amend is not None:
            now = instance_state(document).dict
            columns = {name: now[name] for name in session.documents.columns_of(rules) & now.keys()}
            rules.amend(session.env, document, {**columns, **touched.before})
        elif rules.total is not None:
            rules.total(session.env, document)
    for record, name, value in touched.claims:
        if instance_state(record).persistent and getattr(record, name) != value:
            raise ComputedField(record, name)


def _refresh_collections(session: GuardedSession, document: Any) -> None:
    """Lines that were written by the key of their document are not in its collections yet."""
    state: Any = instance_state(document)
    for link in state.mapper.relationships:
        if link.key not in state.dict or not link.cascade.delete_orphan or not link.uselist:
            continue
        model = link.mapper.class_
        rules = documents_of(session.env.registry).rows.get(model.model_name)
        owners = rules.owners if rules is not None else ()
        owner = next((one for one in owners if link.key in one.collections), None)
        if owner is not None and _is_stale(session, state, link.key, owner, model):
            session.expire(document, [link.key])


def _is_stale(session: GuardedSession, state: State, key: str, owner: Owner, model: type[Any]) -> bool:
    number, listed = number_of(state), {id(line) for line in state.dict[key]}
    for line in state.dict[key]:
        known: Any = inspect(line)
        if not (known.persistent or known.pending) or known.dict.get(owner.key) not in (number, None):
            return True
    return any(
        one.class_ is model and one.dict.get(owner.key) == number and id(one.obj()) not in listed
        for one in session.identity_map.all_states()
    )


def raise_versions(session: GuardedSession, documents: set[locks.Key]) -> None:
    """A document's version goes up with its lines, once in a transaction."""
    by_model: dict[str, list[int]] = defaultdict(list)
    for name, number in sorted(documents - session.trail.raised):
        by_model[name].append(number)
    documents.clear()
    for name, ids in by_model.items():
        model: Any = documents_of(session.env.registry).rules[name].model
        if not model.is_versioned:
            continue
        among = bindparam("ids", ids, ARRAY(BigInteger), unique=True)
        statement = (
            update(model)
            .where(model.id == any_(among))
            .values(version=model.version + 1)
            .returning(model.id, model.version)
            .execution_options(synchronize_session=False, autoflush=False)
        )
        session.trust += 1
        try:
            rows = session.execute(statement).all()
        finally:
            session.trust -= 1
        for number, version in rows:
            session.trail.raised.add((name, number))
            for one in (session, session.twin):
                record = one and one.identity_map.get(identity_key(model, number))
                if record is not None and "version" in record.__dict__:
                    set_committed_value(record, "version", version)


def number_of(state: State) -> int | None:
    """The id of a row in memory; None before it is written."""
    if state.key:
        return int(state.key[1][0])
    number = state.dict.get("id")
    return int(number) if number is not None else None
