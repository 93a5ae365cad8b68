"""What a screen lets a person type into a document: derived from its declaration, decided by the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from core.orm.document import Condition
from core.security.document_locks import condition_of
from core.security.document_rules import documents_of
from core.security.guard import session_of

if TYPE_CHECKING:
    from core.env import Env


def condition(env: Env, record: Any) -> Condition:
    """Of a document; what is not one, or not stored, is a draft."""
    rules = documents_of(env.registry).rules.get(record.model_name)
    if rules is None or inspect(record).key is None:
        return Condition.DRAFT
    return condition_of(session_of(env), rules, record.id)


def is_typed(env: Env, record: Any, key: str) -> bool:
    """Whether a column, or a many-to-many link, of a record is for people to write in its present state."""
    rules = documents_of(env.registry).rows.get(record.model_name)
    if rules is None:
        return True
    if key in rules.service or key in rules.computed:
        return False
    if rules.document is None:
        return True
    now = condition(env, record)
    if now is Condition.CLOSED or (now is Condition.AGREED and rules.document.amend is None):
        return key in rules.free[now]
    return now is Condition.DRAFT or key not in rules.fixed


def has_open_lines(env: Env, record: Any) -> bool:
    """Whether people write the lines of a record now, add some and take some away."""
    rules = documents_of(env.registry).rules.get(record.model_name)
    now = condition(env, record)
    return now is Condition.DRAFT or (
        now is Condition.AGREED and rules is not None and rules.amend is not None
    )


def free_cells(env: Env, record: Any, line: str) -> frozenset[str]:
    """The columns that people still write on the lines of a document when its lines are not open."""
    rules = documents_of(env.registry).rows.get(line)
    if rules is None:
        return frozenset()
    return rules.free[condition(env, record)] - rules.service - rules.computed


def is_closed(env: Env, record: Any) -> bool:
    """Whether a record is a document that is over."""
    return condition(env, record) is Condition.CLOSED


def is_deletable(env: Env, record: Any) -> bool:
    """Whether the condition of a document lets it be deleted."""
    return condition(env, record) is Condition.DRAFT
