"""Hold documents until the transaction ends, in one order for everybody; let services pass that write them.

A line is written only while its document is held, and what a condition is judged by was read with the lock:
nobody else changes it until this transaction ends.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, false, inspect, select
from sqlalchemy.orm import object_session
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.util import identity_key

from core.errors import AddonError
from core.orm.document import Condition
from core.security.document_rules import DocumentRules, documents_of
from core.security.judge import values_before, values_now

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from core.env import Env
    from core.orm.model import Model
    from core.security.guard import GuardedSession
    from core.security.trail import Trail

Key = tuple[str, int]
"""Model and id of a document."""


class LockOrderBroken(AddonError):
    """A document was asked for after one that comes later in the order of locks: two such transactions can
    wait for each other. Raised in tests only; for the developer."""

    def __init__(self, name: str, rank: int, held: int) -> None:
        super().__init__(
            f"{name} (lock_rank {rank}) is locked after a document of rank {held}.",
            hint="Lock it first: env.lock(document) at the start of the service.",
        )


class LockOrder:
    """Whether the order of locks is checked; tests turn it on."""

    checked = False


@dataclass(frozen=True, slots=True)
class Passage:
    """What services may write for a while: a record, or rows of a model by id."""

    record: Any
    name: str
    ids: frozenset[int] = frozenset()
    trail: Trail | None = None


_PASSAGES: ContextVar[tuple[Passage, ...]] = ContextVar("document_passages", default=())


@contextmanager
def writing_closed(*documents: Model) -> Iterator[None]:
    """Let the addon's own service write these documents and their lines, whatever their condition.

    What was changed before is written and judged first; what the service changes is written at the end. The
    service answers for what it writes: amendments and totals are not run. When it raises, what it had not
    written yet is forgotten. It nests.
    """
    _flush(documents)
    token = _PASSAGES.set((*_PASSAGES.get(), *(Passage(one, one.model_name) for one in documents)))
    try:
        yield
        _flush(documents)
        for session in _sessions(documents):
            session.documents.raise_passed(documents)
    except BaseException:
        for session in _sessions(documents):
            session.documents.discard(documents)
        raise
    finally:
        _PASSAGES.reset(token)


@contextmanager
def writing_closed_rows(env: Env, fragment: type[Model], ids: Iterable[int]) -> Iterator[None]:
    """The same for documents, or lines, that are written by ``env.bulk_*`` without being read."""
    session: Any = env.session
    session.flush()
    passage = Passage(None, fragment.model_name, frozenset(ids), session.trail)
    token = _PASSAGES.set((*_PASSAGES.get(), passage))
    try:
        yield
        session.flush()
    finally:
        _PASSAGES.reset(token)


def _flush(documents: Iterable[Model]) -> None:
    """Write what belongs to documents; where nothing does, the rest waits for the next flush."""
    for session in _sessions(documents):
        if session.documents.is_pending():
            session.flush()


def _sessions(documents: Iterable[Model]) -> list[Any]:
    return list({id(one): one for one in map(object_session, documents) if one is not None}.values())


def is_passed(session: GuardedSession, name: str, number: int | None, record: Any = None) -> bool:
    """Whether a service has said that it writes this row."""
    return any(
        passage.name == name
        and (
            (record is not None and passage.record is record)
            or (number is not None and _names(session, passage, number))
        )
        for passage in _PASSAGES.get()
    )


def _names(session: GuardedSession, passage: Passage, number: int) -> bool:
    if passage.record is None:
        return passage.trail is session.trail and number in passage.ids
    state = instance_state(passage.record)
    known = state.key[1][0] if state.key else state.dict.get("id")
    holder: Any = state.session
    return bool(known == number and holder is not None and holder.trail is session.trail)


def lock(session: GuardedSession, wanted: Mapping[str, Collection[int]]) -> None:
    """Hold documents, those of the lowest rank first, and read again what memory believes of them.

    Those that this transaction holds already, or has made, are not asked for again.
    """
    rules, held = documents_of(session.env.registry).rules, session.trail.documents
    for name in sorted(wanted, key=lambda one: (rules[one].declared.lock_rank, one)):
        ids = sorted(number for number in wanted[name] if (name, number) not in held)
        if ids:
            _lock(session, rules[name], ids)


def _lock(session: GuardedSession, rules: DocumentRules, ids: list[int]) -> None:
    check_order(session.trail, rules)
    session.trail.documents.update(_conditions(session, rules, ids, locking=True))
    for one in (session, session.twin):
        if one is not None:
            _read_again(one, rules, set(ids))


def _conditions(
    session: GuardedSession, rules: DocumentRules, ids: list[int], *, locking: bool = False
) -> dict[Key, Condition | None]:
    """What the database says of some documents."""
    model: Any = rules.model
    closed = false() if rules.closed is None else rules.closed
    agreed = false() if rules.agreed is None else rules.agreed
    among = bindparam("ids", ids, ARRAY(BigInteger), unique=True)
    columns = (model.id, closed.label("closed"), agreed.label("agreed"))
    statement = select(*columns).where(model.id == any_(among))
    if locking:
        statement = statement.order_by(model.id).with_for_update(key_share=True, of=model)
    session.trust += 1
    try:
        rows = session.execute(statement.execution_options(autoflush=False)).all()
    finally:
        session.trust -= 1
    return {
        (rules.name, number): (
            Condition.CLOSED if is_closed else Condition.AGREED if is_agreed else Condition.DRAFT
        )
        for number, is_closed, is_agreed in rows
    }


def forget_lines(session: GuardedSession, document: Any) -> None:
    """Read the collections of a document's lines again when next asked for, unless they hold changes."""
    state: Any = instance_state(document)
    if loaded := _owned(state) & state.dict.keys() - state.committed_state.keys():
        session.expire(document, loaded)


def _owned(state: Any) -> set[str]:
    """The collections of a document's lines."""
    return {link.key for link in state.mapper.relationships if link.cascade.delete_orphan and link.uselist}


def check_order(trail: Trail, rules: DocumentRules) -> None:
    """Note that a document of this rank is about to be held; in tests refuse what can end in a deadlock."""
    rank = rules.declared.lock_rank
    if LockOrder.checked and rank < trail.highest_rank:
        raise LockOrderBroken(rules.name, rank, trail.highest_rank)
    trail.highest_rank = max(trail.highest_rank, rank)


def _read_again(session: GuardedSession, rules: DocumentRules, ids: set[int]) -> None:
    """Forget what is in memory of documents, and of their lines, except what is about to be written.

    Of a document with changes everything stays: that it was changed meanwhile is told by its version.
    """
    for number in ids:
        document = session.identity_map.get(identity_key(rules.model, number))
        state: Any = instance_state(document) if document is not None else None
        if state is not None and not state.modified:
            loaded = state.dict.keys() & set(state.mapper.attrs.keys()) - _owned(state)
            state._expire_attributes(state.dict, loaded)  # expired whole, it would take changed lines along
    _read_lines_again(session, rules, ids)


def _read_lines_again(session: GuardedSession, rules: DocumentRules, ids: set[int]) -> None:
    """Forget the lines of documents that this transaction has just come to hold."""
    for number in ids:
        document = session.identity_map.get(identity_key(rules.model, number))
        if document is not None:
            forget_lines(session, document)
    rows = documents_of(session.env.registry).rows
    for state in session.identity_map.all_states():
        row = rows.get(state.class_.model_name)
        if row is None or not any(
            owner.model == rules.name and state.dict.get(owner.key) in ids for owner in row.owners
        ):
            continue
        loaded = row.shape.columns & state.dict.keys() - state.committed_state.keys() - {"id"}
        state._expire_attributes(state.dict, loaded)


def note_held(env: Env, *documents: Model, lines: bool = False) -> None:
    """Say that a service has just read these documents by a SELECT of its own that locks their rows.

    ``lines``: forget what is in memory of their lines, when they were not read with them.
    """
    session: Any = env.session
    known = documents_of(env.registry).rules
    for document in documents:
        rules, state = known.get(document.model_name), instance_state(document)
        if rules is None or (rules.name, document.id) in session.trail.documents:
            continue
        check_order(session.trail, rules)
        session.trail.documents[rules.name, document.id] = rules.condition(values_now(state))
        if lines:
            for one in (session, session.twin):
                if one is not None:
                    _read_lines_again(one, rules, {document.id})


def is_held(env: Env, document: Model) -> bool:
    """Whether this transaction has locked, or made, a document."""
    session: Any = env.session
    return (document.model_name, document.id) in session.trail.documents


def hold(env: Env, *documents: Model) -> None:
    """Lock documents until the transaction ends, in the order of their ranks, and read them again."""
    session: Any = env.session
    rules = documents_of(env.registry).rules
    stored = [one for one in documents if one.model_name in rules and inspect(one).key is not None]
    wanted: dict[str, list[Model]] = {}
    for document in sorted(stored, key=lambda one: (rules[one.model_name].declared.lock_rank, one.id)):
        if not is_held(env, document):
            wanted.setdefault(document.model_name, []).append(document)
    for name, found in wanted.items():
        env.hooks.lock_first(env=env, model=name, ids=[one.id for one in found])
    for document in (one for found in wanted.values() for one in found):
        if is_held(env, document):
            continue
        check_order(session.trail, rules[document.model_name])
        state: Any = inspect(document)
        columns = [column.key for column in state.mapper.column_attrs if not column.deferred]
        # named in any case: else what is about to be written of the lines would be forgotten with the row
        loaded = [key for key in columns if key not in state.unloaded] or columns
        if state.mapper.version_id_col is not None and "version" not in loaded:
            loaded.append("version")  # SQLAlchemy compares it whenever it reads a row, asked for or not
        session.refresh(document, loaded, with_for_update={"key_share": True})
        note_held(env, document, lines=True)


def condition_of(session: GuardedSession, rules: DocumentRules, number: int) -> Condition:
    """The condition of a stored document as the database has it now."""
    key, known = (rules.name, number), session.trail.documents
    found: Condition | None = known.get(key)
    if found is None and key not in known:
        document = session.identity_map.get(identity_key(rules.model, number))
        if document is not None and instance_state(document) not in session.strangers:
            found = rules.condition(values_before(instance_state(document)))
        if found is None:
            lock(session, {rules.name: {number}})
            found = known.get(key)
    elif found is None:
        known.update(_conditions(session, rules, [number]))
        found = known[key]
    return found or Condition.DRAFT
