"""The guarded session of an Env: rules on what is read, grants and rules on what is written, audit of all."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast
from weakref import WeakKeyDictionary, WeakSet

from sqlalchemy import event, select
from sqlalchemy.orm import PassiveFlag
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.sql.selectable import Select

from core.orm.model import CompanyOwned, Model
from core.orm.session import EnvSession
from core.security import bulk, document_locks, encryption, kept, sharing, writes
from core.security.access import access_of
from core.security.companies import companies_of, document_company
from core.security.company_triggers import company_refusal
from core.security.document_writes import DocumentWrites
from core.security.passages import Reading
from core.security.plan import Plan, plan_of
from core.security.refusals import NO_MODEL, WRITING, FieldRefused, StatementRefused
from core.security.rules import Rules, rules_of
from core.security.statements import inspect_statement
from core.security.trail import trail_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from psycopg.errors import RaiseException
    from sqlalchemy import Connection
    from sqlalchemy.orm import Mapper, ORMExecuteState, SessionTransaction

    from core.env import Env
    from core.errors import CoreError

M = TypeVar("M", bound=Model)


class GuardedSession(EnvSession):
    """A session whose ORM statements obey the access of its Env, and that runs nothing else.

    The session of an elevated Env applies no rules, but audits all the same.
    """

    def __init__(self, env: Env, connection: Connection) -> None:
        super().__init__(env, connection)
        self.trail = trail_of(connection)
        self.plan: Plan = plan_of(env.registry, env.access)
        self.companies = companies_of(env.registry)
        self.unguarded = env.access.system
        self.trust = 0
        self.asked = 0
        """How many statements were sent."""
        self.twin: GuardedSession | None = None
        """The elevated session of a user's session, and the other way round."""
        self.written: set[Any] = set()
        """Identity keys that the twin must read again."""
        self.stale_links: set[tuple[Any, str]] = set()
        """Collections that the twin must read again."""
        self.strangers: WeakSet[Any] = WeakSet()
        """States of records that were not read by this session: their values in memory prove nothing."""
        self.copied_unseen: WeakKeyDictionary[Any, Mapping[str, Any]] = WeakKeyDictionary()
        """States of new records that are copies, and what they took over, seen by their author or not."""
        self.seen: set[tuple[str, int]] = set()
        """Records that were found visible when a written row pointed to them."""
        self.fresh: dict[tuple[str, int], Any] = {}
        """States of records that the flush in progress inserts: they are not in the identity map yet."""
        self._rules: Rules | None = None
        self.reading = Reading(self)
        self.marks: dict[SessionTransaction, int] = {}
        """How long the trail was when a savepoint began."""
        self.documents = DocumentWrites(self)
        self.flushes_by_itself = False
        """Whether a query flushes now: what follows for documents waits for a flush that was asked for."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what changed, then amend and total the documents that it belongs to."""
        super().flush(objects)
        if not (self.flushes_by_itself or self._flushing):
            self.documents.settle()

    def _autoflush(self) -> None:
        """Before a query: its author may not be done with the lines of a document."""
        before, self.flushes_by_itself = self.flushes_by_itself, True
        try:
            super()._autoflush()
        finally:
            self.flushes_by_itself = before

    @property
    def rules(self) -> Rules:
        """The record rules; made at the first statement, because their authors may read settings."""
        if self._rules is None:
            with trusted(self):
                self._rules = rules_of(self)
        return self._rules

    def company_for(self, record: CompanyOwned) -> int | None:
        """The company of the document that a new record is a line of, else the one at work."""
        state = instance_state(record)
        return document_company(self, state, self.plan.by_mapper[state.mapper].shape)

    def refusal(self, raised: RaiseException) -> CoreError:
        """What a trigger raised; of those that hold companies apart, as the session's own check says it."""
        seen = None if self.unguarded else self.env.company_ids
        return company_refusal(self.companies, raised, seen) or super().refusal(raised)

    def refuse_hidden(self, mapper: Mapper[Any], key: str) -> None:
        """Raise FieldRefused when an attribute must not be read."""
        if self.unguarded or self.trust:
            return
        group = self.plan.by_mapper[mapper].hidden.get(key)
        if group is not None:
            raise FieldRefused(self.env.access, group, key)

    def _identity_lookup(
        self,
        mapper: Mapper[Any],
        primary_key_identity: Any,
        identity_token: Any = None,
        passive: PassiveFlag = PassiveFlag.PASSIVE_OFF,
        *arguments: Any,
        **options: Any,
    ) -> Any:
        """``get`` and links to one record ask here before they ask the database."""
        found = super()._identity_lookup(
            mapper, primary_key_identity, identity_token, passive, *arguments, **options
        )
        if found is not None:
            return found
        plan = self.plan.by_mapper[mapper]
        number = (
            primary_key_identity[0]
            if isinstance(primary_key_identity, list | tuple)
            else primary_key_identity
        )
        if (
            self.unguarded
            and self.twin is not None
            and (record := sharing.copied(self, self.twin, plan, number))
        ):
            return record
        return kept.find(self, plan, number, ask=bool(passive & PassiveFlag.SQL_OK))

    def connection(self, *arguments: Any, **options: Any) -> Any:
        """Refused to everyone but core: rules cannot be applied to what is sent on a bare connection."""
        if not (self.unguarded or self.trust):
            self._refuse("connection()")
        return super().connection(*arguments, **options)

    def begin_nested(self) -> SessionTransaction:
        """A savepoint that is there at once, so that it also covers what the elevated session does in it."""
        transaction = super().begin_nested()
        super().connection()
        return transaction

    def bulk_save_objects(self, *arguments: Any, **options: Any) -> NoReturn:
        """Refused: use ``env.bulk_insert``."""
        self._refuse("bulk_save_objects()")

    def bulk_insert_mappings(self, *arguments: Any, **options: Any) -> NoReturn:
        """Refused: use ``env.bulk_insert``."""
        self._refuse("bulk_insert_mappings()")

    def bulk_update_mappings(self, *arguments: Any, **options: Any) -> NoReturn:
        """Refused: use ``env.bulk_update``."""
        self._refuse("bulk_update_mappings()")

    def close(self) -> None:
        """Close the elevated session with the user's."""
        if self.twin is not None and not self.unguarded:
            self.twin.close()
        super().close()

    def catch_up(self) -> None:
        """Take over what the twin wrote meanwhile, or read it again when next asked for."""
        if self.twin is None or not (self.twin.written or self.twin.stale_links):
            return
        known = self.identity_map
        for key in self.twin.written:
            if key in known:
                sharing.follow(self, self.twin, known[key])
        for key, link in self.twin.stale_links:
            if key in known:
                self.expire(known[key], [link])
        self.twin.written.clear()
        self.twin.stale_links.clear()

    @staticmethod
    def _refuse(what: str) -> NoReturn:
        raise StatementRefused(what)


def session_for(env: Env) -> GuardedSession:
    """A session for one Env."""
    return GuardedSession(env, env.scope.connection)


@contextmanager
def trusted(session: EnvSession) -> Iterator[None]:
    """Let core run its own statements on a user's session."""
    guarded = cast("GuardedSession", session)
    guarded.trust += 1
    try:
        yield
    finally:
        guarded.trust -= 1


@contextmanager
def elevated(env: Env, reason: str) -> Iterator[Env]:
    """An Env that may do everything, in the same transaction, with a session of its own.

    All passages of one user's Env share that session, so that what one has read another need not read again;
    each side reads again what the other one wrote. Within an elevated Env, it is the same Env.
    """
    session = session_of(env)
    if session.unguarded:
        yield env
        return
    session.flush()
    if session.twin is None:
        access = access_of(env.registry, frozenset(), everything=True)
        session.twin = session_of(type(env)(env.scope, access))
        session.twin.twin = session
    system = session.twin
    system.catch_up()
    if reason not in session.trail.passages:
        session.trail.passages.add(reason)
        session.trail.add(env, "system", reason=reason)
    before, system.env.reason = system.env.reason, reason
    try:
        yield system.env
        system.flush()
    finally:
        system.env.reason = before
    session.catch_up()


def session_of(env: Env) -> GuardedSession:
    """The session of an Env, as what it is."""
    return cast("GuardedSession", env.session)


@contextmanager
def beside(env: Env, record: Model | None) -> Iterator[None]:
    """Read what hangs on a record; see ``Env.following``."""
    with session_of(env).reading.beside(record):
        yield


def company_of(env: Env, record: Model) -> int | None:
    """Whose document a record is, also as a line of one; None for what the companies of a workspace share."""
    session = session_of(env)
    state = instance_state(record)
    return writes.company_of(session, state, session.plan.by_mapper[state.mapper].shape)


def company_elsewhere(env: Env, fragment: type[Model], record_id: int) -> str:
    """The name of another company of the user, not looked at now, whose record this is; empty when none."""
    scope = env.scope
    if not set(env.user_companies) - set(env.company_ids):
        return ""
    other = type(env)(replace(scope, company_ids=env.user_companies), env.access)
    record = other.session.get(other[fragment], record_id)
    company_id = None if record is None else company_of(other, record)
    if company_id is None:
        return ""
    model: Any = env.registry.model("core.company")
    return str(other.session.get_one(model, company_id).name)


def bulk_insert(env: Env, fragment: type[Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert many rows in one statement under grants, rules and audit; give their ids in the same order."""
    return bulk.insert_rows(session_of(env), fragment, rows)


def bulk_update(env: Env, fragment: type[Model], where: Any, values: Mapping[str, Any]) -> int:
    """Update the matching rows that the user may update; give their number."""
    return bulk.update_rows(session_of(env), fragment, where, values)


def bulk_delete(env: Env, fragment: type[Model], where: Any) -> int:
    """Delete the matching rows that the user may delete; give their number."""
    session = session_of(env)
    with session.in_words():
        return bulk.delete_rows(session, fragment, where)


def note_locked(env: Env, record: Model) -> None:
    """A record was read with its row locked: where it is a document, its lines are read again."""
    document_locks.note_held(env, record, lines=True)


def hold_documents(env: Env, documents: Sequence[Model]) -> None:
    """Lock documents until the transaction ends; see ``Env.lock``."""
    document_locks.hold(env, *documents)


def kept_records(env: Env, fragment: type[M], equal: Mapping[str, Any]) -> Sequence[M]:
    """The records of a kept model that the user may read and whose columns are equal to these, by id."""
    session, model = session_of(env), env[fragment]
    changed = (*session.new, *session.dirty, *session.deleted)
    if any(isinstance(record, model) for record in changed):
        session.flush()
    found = kept.every(session, session.plan.models[model.model_name], equal)
    if found is not None:
        return found
    return session.scalars(select(model).filter_by(**equal).order_by(model.id)).all()


def kept_values(env: Env, fragment: type[Model], keys: Sequence[str]) -> Sequence[Sequence[Any]]:
    """Some columns of all rows of a kept model, whoever asks: for core only."""
    session, model = session_of(env), env[fragment]
    rows = kept.every_row(session, session.plan.models[model.model_name])
    if rows is not None:
        return [[kept.own(row[key]) for key in keys] for row in rows.values()]
    with trusted(session):
        return session.execute(select(*(getattr(model, key) for key in keys))).all()


@event.listens_for(GuardedSession, "do_orm_execute")
def _apply_rules(state: ORMExecuteState) -> None:
    """Add the rules to a SELECT, and refuse everything else."""
    session = cast("GuardedSession", state.session)
    session.asked += 1
    if session.unguarded or session.trust:
        if state.is_relationship_load:
            _keep_to_the_company(session, state)
        return
    if not state.is_select:
        raise StatementRefused(WRITING)
    if not state.is_orm_statement:
        raise StatementRefused(NO_MODEL)
    statement: Any = state.statement
    if not isinstance(statement, Select):
        inspect_statement(statement, session.plan)
    if state.is_column_load:
        statement = session.reading.restrict_refresh(state.bind_mapper, statement)
    state.statement = statement.options(session.reading.rules_for(state))


def _keep_to_the_company(session: GuardedSession, state: ORMExecuteState) -> None:
    """A link to the one row that each company has leads to the current company's, elevated or not."""
    shape = session.plan.by_mapper[cast("Any", state.bind_mapper)].shape
    if shape.of_current:
        company: Any = cast("Any", shape.cls).company_id
        state.statement = cast("Any", state.statement).where(company == session.env.company_id)


@event.listens_for(GuardedSession, "detached_to_persistent")
def _distrust(session: GuardedSession, record: object) -> None:
    """A record that was attached, not read, may be made up."""
    session.strangers.add(instance_state(record))


@event.listens_for(GuardedSession, "after_transaction_create")
def _mark(session: GuardedSession, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.marks[transaction] = len(session.trail.entries)


@event.listens_for(GuardedSession, "after_soft_rollback")
def _forget(session: GuardedSession, previous_transaction: SessionTransaction) -> None:
    """What was undone leaves no audit row, and the twin must not believe in it."""
    mark = session.marks.pop(previous_transaction, None)
    if mark is not None:
        del session.trail.entries[mark:]
    session.trail.release()
    for one in (session, session.twin):
        if one is not None:
            one.documents.forget()
    session.seen.clear()
    if session.twin is not None:
        session.twin.expire_all()


@event.listens_for(GuardedSession, "before_flush", insert=True)
def _judge_documents(session: GuardedSession, flush_context: Any, instances: Any) -> None:
    """Before models derive columns: they must derive them from what is true while the document is held."""
    session.documents.judge()


event.listen(GuardedSession, "before_flush", encryption.seal_before)
event.listen(GuardedSession, "before_flush", writes.check_before)
event.listen(GuardedSession, "after_flush", writes.check_after)
