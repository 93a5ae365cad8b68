"""Hold many rows that are written in one statement to the conditions of their documents."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, select

from core.orm.document import Condition
from core.security import document_locks as locks
from core.security.document_follow import Touched
from core.security.document_refusals import Agreed, Closed, FixedField, ServiceField
from core.security.document_rules import documents_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from core.security.document_rules import DocumentRules, RowRules
    from core.security.guard import GuardedSession

Ids = dict[str, set[int]]
"""Model -> ids of documents."""


class BulkWrite:
    """One statement of ``env.bulk_*``: judge it before, let amendments and totals follow after.

    The documents of all its rows are locked first. When one of them refuses, nothing is written.
    """

    def __init__(self, session: GuardedSession, model_name: str) -> None:
        self.session = session
        self.documents = documents_of(session.env.registry)
        self.rules: RowRules | None = self.documents.rows.get(model_name)
        self.own: set[int] = set()

    def insert(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Rows that are about to come in."""
        if self.rules is None:
            return
        parents: dict[str, set[int]] = defaultdict(set)
        for owner in self.rules.owners:
            parents[owner.model] |= {row[owner.key] for row in rows if row.get(owner.key) is not None}
        found = self._climb(parents)
        passed = self._hold(found)
        if not (passed and found):
            keys = {key for row in rows for key, value in row.items() if value is not None}
            for key in sorted(keys & (self.rules.service | self.rules.computed)):
                if {row.get(key) for row in rows} - {None, self.rules.begins_with[key]}:
                    raise ServiceField(self.rules.shape.cls(), self.rules, key)
        self._judge(found, lambda _condition: True)

    def change(self, where: Callable[[], Collection[int]], values: Mapping[str, Any] | None = None) -> None:
        """Rows that are about to be changed, or with no ``values`` deleted; ``where`` gives their ids."""
        rules = self.rules
        if rules is None:
            return
        ids = set(where())
        if not ids:
            return
        parents: dict[str, set[int]] = defaultdict(set)
        for owner in rules.owners:
            parents[owner.model] |= self._owners(rules, owner.key, ids)
            if values and isinstance(values.get(owner.key), int):
                parents[owner.model].add(values[owner.key])
        found = self._climb(parents)
        if rules.document is not None:
            self.own = ids
            found[rules.name] |= ids
        passed = self._hold(found) or all(locks.is_passed(self.session, rules.name, one) for one in ids)
        if passed:
            return
        keys = frozenset(values or ())
        for key in sorted(keys & (rules.service | rules.computed)):
            raise ServiceField(self._record(rules.shape.cls, min(ids)), rules, key)
        for key in sorted(keys & rules.fixed):
            for number in sorted(ids):
                if locks.condition_of(self.session, self._document(rules), number) is Condition.AGREED:
                    record = self._record(rules.shape.cls, number)
                    raise FixedField(record, record, key)

        def bound(condition: Condition) -> bool:
            free = rules.free[Condition.AGREED if condition is Condition.DRAFT else condition]
            return values is None or bool(keys - free)

        self._judge(found, bound, deleting=values is None)

    def done(self) -> None:
        """The statement ran: its documents follow, and their conditions may be others now."""
        if self.rules is None:
            return
        for number in self.own:
            if (self.rules.name, number) in self.session.trail.documents:
                self.session.trail.documents[self.rules.name, number] = None
            self.session.trail.raised.add((self.rules.name, number))
        self.session.documents.settle()

    def _owners(self, rules: RowRules, key: str, ids: Collection[int]) -> set[int]:
        model: Any = rules.shape.cls
        among = bindparam("ids", sorted(ids), ARRAY(BigInteger), unique=True)
        column = getattr(model, key)
        query = select(column).where(model.id == any_(among), column.is_not(None)).distinct()
        return set(self._trusted(query).scalars())

    def _climb(self, parents: Mapping[str, set[int]]) -> dict[str, set[int]]:
        """The documents above some owners, and those among them."""
        found: dict[str, set[int]] = defaultdict(set)
        level = {name: ids for name, ids in parents.items() if ids}
        while level:
            above: dict[str, set[int]] = defaultdict(set)
            for name, ids in level.items():
                rules = self.documents.rows[name]
                if rules.document is not None:
                    found[name] |= ids
                for owner in rules.owners:
                    if owner.model != name:
                        above[owner.model] |= self._owners(rules, owner.key, ids)
            level = {name: ids for name, ids in above.items() if ids}
        return found

    def _hold(self, found: Ids) -> bool:
        """Lock the documents; whether services pass for all of them."""
        locks.lock(self.session, found)
        return all(self._is_passed(name, one) for name, ids in found.items() for one in ids)

    def _is_passed(self, name: str, number: int) -> bool:
        return locks.is_passed(self.session, name, number)

    def _judge(self, found: Ids, bound: Callable[[Condition], bool], *, deleting: bool = False) -> None:
        for name, ids in found.items():
            rules = self.documents.rules[name]
            for number in sorted(ids):
                if self._is_passed(name, number):
                    self.session.documents.lines_of.add((name, number))
                    continue
                condition = locks.condition_of(self.session, rules, number)
                if condition is Condition.CLOSED and bound(condition):
                    raise Closed(self._record(rules.model, number), rules)
                gone = deleting and number in self.own and name == (self.rules and self.rules.name)
                if condition is Condition.AGREED and bound(condition) and (rules.amend is None or gone):
                    raise Agreed(self._record(rules.model, number), rules)
                if gone:
                    continue
                if not bound(condition):
                    self.session.documents.lines_of.add((name, number))
                    continue
                touched = self.session.documents.touched.setdefault(
                    (name, number), Touched(rules, condition, before=self._before(rules, number))
                )
                touched.has_lines = touched.in_bulk = True
                touched.is_amended |= condition is Condition.AGREED

    def _before(self, rules: DocumentRules, number: int) -> dict[str, Any]:
        """The columns of an agreed document as they are before the statement: its amend service compares."""
        if locks.condition_of(self.session, rules, number) is not Condition.AGREED:
            return {}
        record = self._record(rules.model, number)
        shape = self.documents.rows[rules.name].shape
        return {key: value for key, value in vars(record).items() if key in shape.columns}

    def _document(self, rules: RowRules) -> DocumentRules:
        return self.documents.rules[rules.name]

    def _record(self, model: type[Any], number: int) -> Any:
        return self._trusted(select(model).where(model.id == number)).scalar_one()

    def _trusted(self, statement: Any) -> Any:
        self.session.trust += 1
        try:
            return self.session.execute(statement.execution_options(autoflush=False))
        finally:
            self.session.trust -= 1
