"""Which rules a statement gets, by how the rows that hang on records are read; see ``following``."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from core.security import following, writes
from core.security.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Mapper, ORMExecuteState

    from core.orm.model import Model
    from core.security.guard import GuardedSession


class Reading:
    """How the statements of a session read what hangs on records."""

    def __init__(self, session: GuardedSession) -> None:
        self.session = session
        self.known: Rules | None = None
        self.passage: Rules | None = None
        """The rules of a passage that was opened for a record."""

    @property
    def reached(self) -> Rules:
        """The rules for rows that are reached from another record, or read again."""
        if self.known is None:
            session = self.session
            self.known = Rules(session.env, session.plan, session.rules, way=following.REACHED)
        return self.known

    def rules_for(self, state: ORMExecuteState) -> Rules:
        """The rules of a statement: a row that hangs on a record is reached over a link, in a statement about
        another model, or asked for by itself."""
        if self.passage is not None:
            return self.passage
        asked = self.session.plan.by_mapper.get(cast("Any", state.bind_mapper))
        if asked is None:
            return self.session.rules
        if asked.shape.follows is not None and not (state.is_relationship_load or state.is_column_load):
            return self.session.rules
        return self.reached

    def restrict_refresh(self, mapper: Mapper[Any] | None, statement: Any) -> Any:
        """SQLAlchemy leaves criteria out when it refreshes a record it believes to know."""
        session = self.session
        model = session.plan.by_mapper[cast("Any", mapper)]
        session.plan.require(model, "r")
        for key in statement._compile_options._only_load_props or ():
            session.refuse_hidden(cast("Any", mapper), key)
        criterion = self.reached.criterion(model, "r")
        return statement if criterion is None else statement.where(criterion)

    @contextmanager
    def beside(self, record: Model | None) -> Iterator[None]:
        """Read what hangs on one record that the user may read, or on any such; see ``Env.following``."""
        session = self.session
        if session.unguarded:
            yield
            return
        if record is None:
            rules = self.reached
        else:
            name, number = record.model_name, record.id
            writes.refuse_unreadable(session, {name: {number}})
            one = following.Record(name, number)
            rules = Rules(session.env, session.plan, session.rules, way=following.BESIDE, beside=one)
        former, self.passage = self.passage, rules
        try:
            yield
        finally:
            self.passage = former
