"""Hold every written row to the condition of its document, then let amendments and totals follow.

Judged before a flush, on the documents as the database has them; settled after it, once all is written.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import attributes
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.util import identity_key

from core.orm.document import Condition
from core.security import document_locks as locks
from core.security.document_follow import Touched, follow, number_of, raise_versions
from core.security.document_refusals import Agreed, Closed, FixedField, ServiceField
from core.security.document_rules import documents_of
from core.security.judge import UNKNOWN, values_now

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from core.security.document_rules import DocumentRules, Owner, RowRules
    from core.security.guard import GuardedSession
    from core.security.judge import State


@dataclass(frozen=True, slots=True)
class Link:
    """One step from a row to what owns it: the row itself, or an owner that may not be in memory."""

    rules: RowRules
    number: int | None
    state: State | None


Chain = tuple[Link, ...]
"""From a row upwards to a document."""


@dataclass(slots=True)
class Written:
    """A row that the flush writes."""

    state: State
    rules: RowRules
    operation: str
    keys: frozenset[str]


class DocumentWrites:
    """What one session has written of documents, and what has yet to follow from it."""

    def __init__(self, session: GuardedSession) -> None:
        self.session = session
        self.documents = documents_of(session.env.registry)
        self.new: dict[State, Touched] = {}
        """Documents that the flush in progress inserts."""
        self.touched: dict[locks.Key, Touched] = {}
        self.lines_of: set[locks.Key] = set()
        """Documents whose lines services wrote; their version goes up at the end of the passage."""
        self.settling = False

    def columns_of(self, rules: DocumentRules) -> frozenset[str]:
        """The columns of a document."""
        return self.documents.rows[rules.name].shape.columns

    def judge(self) -> None:
        """Before a flush: hold the documents of what is written, and refuse what their conditions forbid."""
        written = list(self._written())
        if not written:
            return
        chains = {id(one): list(self._chains(one)) for one in written}
        wanted: dict[str, set[int]] = defaultdict(set)
        for one in written:
            for chain in chains[id(one)]:
                for link in chain[1:]:
                    if link.rules.document is not None and link.number is not None and not self._is_new(link):
                        wanted[link.rules.name].add(link.number)
        locks.lock(self.session, wanted)
        for one in written:
            self._judge_row(one, chains[id(one)])

    def is_pending(self) -> bool:
        """Whether a flush would write rows of documents, or something has yet to follow from one."""
        rows, session = self.documents.rows, self.session
        return bool(self.touched or self.lines_of) or any(
            record.model_name in rows for record in (*session.new, *session.dirty, *session.deleted)
        )

    def _written(self) -> Iterator[Written]:
        session, rows = self.session, self.documents.rows
        for record in session.new:
            state = instance_state(record)
            if rules := rows.get(state.class_.model_name):
                keys = frozenset(key for key, value in state.dict.items() if value is not None)
                yield Written(state, rules, "c", keys)
        for record in session.deleted:
            state = instance_state(record)
            if rules := rows.get(state.class_.model_name):
                yield Written(state, rules, "d", frozenset())
        for record in session.dirty:
            state = instance_state(record)
            rules = rows.get(state.class_.model_name)
            if rules is None or not state.committed_state:
                continue
            if any(self._is_orphan(state, owner) for owner in rules.owners):
                yield Written(state, rules, "d", frozenset())
            elif keys := frozenset(self._changed(state, rules)):
                yield Written(state, rules, "u", keys)

    @staticmethod
    def _is_orphan(state: State, owner: Owner) -> bool:
        """Taken out of its document's lines: the flush deletes it."""
        link = owner.link
        return bool(
            link
            and link in state.committed_state
            and state.dict.get(link) is None
            and state.committed_state[link] not in (None, *UNKNOWN)
        )

    @staticmethod
    def _changed(state: State, rules: RowRules) -> Iterator[str]:
        shape, before = rules.shape, state.committed_state
        for key, old in before.items():
            if key in shape.columns:
                if old in UNKNOWN or old != state.dict.get(key):
                    yield key
            elif key in shape.many_to_many:
                if attributes.get_history(state.obj(), key).has_changes():
                    yield key
            else:
                for owner in rules.owners:
                    if owner.link == key and state.dict.get(key) is not old:
                        yield owner.key

    def _is_new(self, link: Link) -> bool:
        return link.state is not None and link.state.key is None

    def _chains(self, one: Written) -> Iterator[Chain]:
        """Every way from a row to a document, for its old owner and its new one."""
        own = Link(one.rules, number_of(one.state), one.state)
        if one.rules.document is not None and not one.rules.owners:
            yield (own,)
            return
        found: dict[tuple[tuple[str, Any], ...], Chain] = {}
        for before in (True, False) if one.operation == "u" else (one.operation == "d",):
            for chain in self._upwards(own, before=before):
                found[tuple((link.rules.name, link.number or link.state) for link in chain)] = chain
        if one.rules.document is not None and not found:
            yield (own,)
        yield from found.values()

    def _upwards(self, link: Link, *, before: bool) -> Iterator[Chain]:
        found = False
        for owner in link.rules.owners:
            above = self._owner(link, owner, before=before)
            if above is not None:
                found = True
                for chain in self._upwards(above, before=before):
                    yield (link, *chain)
        if not found:
            yield (link,)

    def _owner(self, link: Link, owner: Owner, *, before: bool) -> Link | None:
        rules = self.documents.rows.get(owner.model)
        if rules is None:
            return None
        if link.state is None:
            number = self._read_key(link, owner)
            return self._link(rules, number)
        values, old = link.state.dict, link.state.committed_state
        if owner.link and not (before and link.state.key is not None):
            parent = values.get(owner.link)
            if parent is not None and not (owner.key in old and owner.link not in old):
                state = instance_state(parent)
                return Link(rules, number_of(state), state)
        number = old.get(owner.key, values.get(owner.key)) if before else values.get(owner.key)
        if number in UNKNOWN or (number is None and link.state.key is not None):
            number = self._read_key(link, owner)
        return self._link(rules, number)

    def _link(self, rules: RowRules, number: Any) -> Link | None:
        if not isinstance(number, int):
            return None
        record = self.session.identity_map.get(identity_key(rules.shape.cls, number))
        return Link(rules, number, instance_state(record) if record is not None else None)

    def _read_key(self, link: Link, owner: Owner) -> int | None:
        """The owner of a row that is not in memory."""
        model: Any = link.rules.shape.cls
        query = select(getattr(model, owner.key)).where(model.id == link.number)
        number: int | None = self._trusted(query).scalar()
        return number

    def _trusted(self, statement: Any) -> Any:
        self.session.trust += 1
        try:
            return self.session.execute(statement.execution_options(autoflush=False))
        finally:
            self.session.trust -= 1

    def _judge_row(self, one: Written, chains: list[Chain]) -> None:
        passed = bool(chains) and all(self._is_passed(chain) for chain in chains)
        if not passed:
            self._judge_service_fields(one)
        for chain in chains:
            if self._is_passed(chain):
                self._note_lines(chain)
                continue
            if any(link.state is not None and link.state in self._deleted() for link in chain[1:]):
                continue  # it goes with its document, which is judged itself
            for place, link in enumerate(chain):
                if link.rules.document is not None:
                    self._judge(one, link, is_line=place > 0)

    def _deleted(self) -> set[State]:
        return {instance_state(record) for record in self.session.deleted}

    def _is_passed(self, chain: Chain) -> bool:
        return any(
            locks.is_passed(
                self.session,
                link.rules.name,
                link.number,
                link.state.obj() if link.state is not None else None,
            )
            for link in chain
        )

    def _judge_service_fields(self, one: Written) -> None:
        for key in one.keys & one.rules.service:
            value = one.state.dict.get(key)
            if one.operation == "u" or value not in (None, one.rules.begins_with[key]):
                raise ServiceField(one.state.obj(), one.rules, key)

    def _judge(self, one: Written, link: Link, *, is_line: bool) -> None:
        rules = link.rules.document
        assert rules is not None  # noqa: S101 - asked for by the caller; mypy cannot know
        if link.number is None or self._is_new(link):
            assert link.state is not None  # noqa: S101 - a document without a number is in memory
            touched = self.new.setdefault(link.state, Touched(rules, Condition.DRAFT))
            touched.has_lines |= is_line
            self._claim(one, touched)
            return
        condition = locks.condition_of(self.session, rules, link.number)
        if one.operation == "d" and not is_line:
            if condition is not Condition.DRAFT:
                raise Closed(self._document(link), rules)
            self.touched.pop((rules.name, link.number), None)
            return
        bound = self._bound(one, condition)
        if condition is Condition.CLOSED and bound:
            raise Closed(self._document(link), rules)
        if condition is Condition.AGREED and bound:
            if rules.amend is None:
                raise Agreed(self._document(link), rules)
            for key in one.keys & one.rules.fixed:
                raise FixedField(one.state.obj(), self._document(link), key)
        if not bound and not one.keys & one.rules.computed:
            if is_line:
                self.lines_of.add((rules.name, link.number))
            return
        touched = self._touch(link, rules, condition)
        touched.has_lines |= is_line
        touched.is_amended |= condition is Condition.AGREED and bound
        self._claim(one, touched)

    @staticmethod
    def _bound(one: Written, condition: Condition) -> bool:
        """Whether the condition of the document has something to say about the write."""
        if one.operation != "u":
            return True
        free = one.rules.free[Condition.AGREED if condition is Condition.DRAFT else condition]
        return bool(one.keys - free)

    def _touch(self, link: Link, rules: DocumentRules, condition: Condition) -> Touched:
        assert link.number is not None  # noqa: S101 - only stored documents come here
        key = (rules.name, link.number)
        if key not in self.touched:
            touched = self.touched[key] = Touched(rules, condition)
            if link.state is not None:
                touched.before = {
                    name: old
                    for name in link.rules.shape.columns & link.state.dict.keys()
                    if (old := link.state.committed_state.get(name, link.state.dict[name])) not in UNKNOWN
                }
        return self.touched[key]

    @staticmethod
    def _claim(one: Written, touched: Touched) -> None:
        """Note computed fields that the writer set; a stored one keeps its value until it is computed."""
        for key in one.keys & one.rules.computed:
            value, old = one.state.dict.get(key), one.state.committed_state.get(key, UNKNOWN[0])
            if one.operation == "u" and value == old:
                continue  # put back already, for the other document of a line that moves
            if one.operation == "u" or value != one.rules.begins_with[key]:
                touched.claims.append((one.state.obj(), key, value))
            if one.operation == "u" and old not in UNKNOWN:
                setattr(one.state.obj(), key, old)
            elif one.operation == "u":  # it was never read: the one stored is read when asked for
                one.state._expire_attributes(one.state.dict, [key])

    def _note_lines(self, chain: Chain) -> None:
        for link in chain[1:]:
            if link.rules.document is not None and link.number is not None and not self._is_new(link):
                self.lines_of.add((link.rules.name, link.number))

    def _document(self, link: Link) -> Any:
        """The document of a refusal, read by core: whoever writes its lines sees it, or is refused before."""
        if link.state is not None and link.state.obj() is not None:
            return link.state.obj()
        model: Any = link.rules.shape.cls
        return self._trusted(select(model).where(model.id == link.number)).scalar_one()

    def note_flushed(self, states: Mapping[State, Any]) -> None:
        """After a flush: what this transaction made or changed it holds, maybe in a new condition."""
        trail = self.session.trail
        for state, (deleted, listed_only) in states.items():
            rules = self.documents.rules.get(state.class_.model_name)
            if rules is None or listed_only:
                continue
            number = number_of(state)
            assert number is not None  # noqa: S101 - it was written
            key = (rules.name, number)
            if deleted:
                trail.documents.pop(key, None)
                self.touched.pop(key, None)
                continue
            if state in self.new:
                self.touched[key] = self.new.pop(state)
                trail.raised.add(key)
            elif state.key is None:
                trail.raised.add(key)
            elif not state.committed_state:
                continue
            else:
                trail.raised.add(key)
            trail.documents[key] = rules.condition(values_now(state))
        self.new.clear()

    def discard(self, documents: Sequence[Any]) -> None:
        """Forget what is not written yet of some documents and their lines."""
        session = self.session
        with session.no_autoflush:
            for one in list(self._written()):
                record = one.state.obj()
                above = {link.state.obj() for chain in self._chains(one) for link in chain if link.state}
                if record is None or not any(document is found for document in documents for found in above):
                    continue
                if one.state.key is None:
                    if record in session:  # else it went with what owns it
                        session.expunge(record)
                elif not one.state.deleted:
                    session.expire(record)

    def raise_passed(self, documents: Sequence[Any]) -> None:
        """The version of documents whose lines a service wrote is known when its passage ends."""
        keys = self.lines_of & {(one.model_name, number_of(instance_state(one)) or 0) for one in documents}
        self.lines_of -= keys
        raise_versions(self.session, keys)

    def forget(self) -> None:
        """A savepoint was rolled back, and with it what had to follow."""
        self.new.clear()
        self.touched.clear()
        self.lines_of.clear()

    def settle(self) -> None:
        """Amend and total the documents of which something was written, each once."""
        if self.settling or not (self.touched or self.lines_of):
            return
        self.settling = True
        try:
            while self.touched:
                todo, self.touched = self.touched, {}
                ranked = sorted(todo, key=lambda key: (todo[key].rules.declared.lock_rank, key))
                for key in ranked:
                    follow(self.session, key, todo[key])
        finally:
            self.settling = False
            raise_versions(self.session, self.lines_of)
