"""Rows of models that rarely change, kept in each worker: no transaction reads them from the database again.

A model says so by ``__kept__``. Its rows are kept per workspace and version of the registry. Whoever writes
one bumps the version when the transaction commits, so every worker reads it again with its next request. What
is kept is never older than the version that the transaction began with, and it is shown under the rules of
whoever asks.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import inspect, select
from sqlalchemy.orm import attributes

from core.security.evaluate import Answer
from core.security.judge import judge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import InstanceState

    from core.security.guard import GuardedSession
    from core.security.plan import ModelPlan

Values = dict[str, Any]
MODELS_KEPT: Final = 2_000
"""Of all workspaces together: the one that was begun first is forgotten."""


class Rows:
    """What is known of one model in one workspace at one version."""

    __slots__ = ("by_id", "version", "whole")

    def __init__(self, version: int) -> None:
        self.version = version
        self.by_id: dict[int, Values] = {}
        self.whole = False


def rows_of(session: GuardedSession, plan: ModelPlan) -> Rows | None:
    """Where the rows of a model are kept; None where its rows must come from the database.

    That is so when the version is not known, and once this transaction has written such rows itself.
    """
    scope = session.env.scope
    if not plan.shape.kept or not scope.version or session.trail.kept_changed:
        return None
    store: dict[tuple[str, str], Rows] = scope.registry.whole.memo("security.kept", lambda _: {})
    key = (scope.workspace.schema, plan.shape.name)
    found = store.get(key)
    if found is None or found.version != scope.version:
        store.pop(key, None)
        found = store[key] = Rows(scope.version)
        while len(store) > MODELS_KEPT:
            store.pop(next(iter(store)), None)
    return found


def find(session: GuardedSession, plan: ModelPlan, number: int, *, ask: bool = True) -> Any:
    """The record with an id, as if it had just been read; None when the database must be asked.

    Without ``ask`` nothing is read from the database, not even once.
    """
    rows = rows_of(session, plan)
    if rows is None:
        return None
    values = rows.by_id.get(number)
    if values is None and ask and not rows.whole:
        model: Any = plan.shape.cls
        _read(session, plan, rows, model.id == number)
        values = rows.by_id.get(number)
    if values is None:
        return None
    record = made(session, plan, values)
    return record if is_visible(session, plan, attributes.instance_state(record)) is Answer.YES else None


def every(session: GuardedSession, plan: ModelPlan, equal: Mapping[str, Any]) -> list[Any] | None:
    """The records that whoever asks may read, by id, with equal columns; None to ask the database."""
    values = every_row(session, plan)
    if values is None:
        return None
    found = []
    chosen = (
        number for number, row in values.items() if all(row[key] == value for key, value in equal.items())
    )
    for number in sorted(chosen):
        record = session.identity_map.get(_key(plan, number)) or made(session, plan, values[number])
        answer = is_visible(session, plan, attributes.instance_state(record))
        if answer is Answer.UNDECIDED:
            return None
        if answer is Answer.YES:
            found.append(record)
    return found


def every_row(session: GuardedSession, plan: ModelPlan) -> Mapping[int, Values] | None:
    """The columns of all rows by id, whoever asks; None when the database must be asked."""
    rows = rows_of(session, plan)
    if rows is not None and not rows.whole:
        _read(session, plan, rows, None)
        rows.whole = True
    return rows.by_id if rows is not None else None


def is_visible(session: GuardedSession, plan: ModelPlan, state: InstanceState[Any]) -> Answer:
    """Whether whoever asks may read a record that is in memory."""
    if session.unguarded or session.trust or plan.open:
        return Answer.YES
    session.plan.require(plan, "r")
    return judge(session, plan, "r", state, before=False)


def made(session: GuardedSession, plan: ModelPlan, values: Mapping[str, Any]) -> Any:
    """A record of the session with these columns, as if it had just been read.

    Columns hidden from the session's user are left out; others that are missing are read when asked for.
    """
    mapper: Any = inspect(plan.shape.cls)
    record = mapper.class_manager.new_instance()
    state = attributes.instance_state(record)
    shown = plan.hidden if not session.unguarded else {}
    state.dict.update({key: own(value) for key, value in values.items() if key not in shown})
    state.key = _key(plan, values["id"])
    state.session_id = session.hash_key
    session.identity_map.add(state)
    state._commit_all(state.dict)
    if missing := loaded_keys(plan) - plan.shape.groups.keys() - state.dict.keys():
        state._expire_attributes(state.dict, missing)
    return record


def loaded_keys(plan: ModelPlan) -> frozenset[str]:
    """What comes with a record; a deferred column is read when asked for."""
    mapper: Any = inspect(plan.shape.cls)
    return frozenset(prop.key for prop in mapper.column_attrs if not prop.deferred)


def _read(session: GuardedSession, plan: ModelPlan, rows: Rows, where: Any) -> None:
    model: Any = plan.shape.cls
    keys = sorted(loaded_keys(plan))
    statement = select(*(getattr(model, key) for key in keys)).execution_options(autoflush=False)
    if where is not None:
        statement = statement.where(where)
    session.trust += 1
    try:
        for row in session.execute(statement):
            values = dict(zip(keys, row, strict=True))
            rows.by_id[values["id"]] = values
    finally:
        session.trust -= 1


def _key(plan: ModelPlan, number: int) -> Any:
    mapper: Any = inspect(plan.shape.cls)
    return mapper.identity_key_from_primary_key((number,))


_CONTAINERS: Final[Mapping[type, Callable[[Any], Any]]] = {dict: copy.deepcopy, list: copy.deepcopy}


def own(value: Any) -> Any:
    """A value that the record may change in place without changing what is kept."""
    duplicate = _CONTAINERS.get(type(value))
    return duplicate(value) if duplicate else value
