"""Hold a document's row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import inspect

from core.api import Model

if TYPE_CHECKING:
    from core.api import Env

M = TypeVar("M", bound=Model)


def locked(env: Env, record: M) -> M:
    """Hold the record's row until the transaction ends and read its columns anew; its lines stay as they are.

    Whoever comes second waits here, then sees what the first one did.
    """
    if record in made_here(env):
        return record  # nobody else can see it yet
    state: Any = inspect(record)
    names = [column.key for column in state.mapper.column_attrs if column.key not in state.unloaded]
    env.session.refresh(record, names, with_for_update=True)
    return record


def made_here(env: Env) -> set[Any]:
    """Documents made in this transaction: their rows need no lock."""
    found: set[Any] = env.cache.setdefault("crm_sales.made", set())
    return found
