"""The guarded session of an Env."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, update

from core.orm.session import EnvSession

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from core.env import Env
    from core.orm.model import Model


def session_for(env: Env) -> EnvSession:
    """A session for one Env."""
    return EnvSession(env, env.scope.connection)


@contextmanager
def trusted(session: EnvSession) -> Iterator[None]:
    """Let core run its own statements."""
    yield


@contextmanager
def elevated(env: Env, reason: str) -> Iterator[Env]:
    """An Env that may do everything, in the same transaction."""
    env.session.flush()
    system = type(env)(env.scope, env.access, reason=reason)
    yield system
    system.session.flush()
    env.session.expire_all()


def bulk_insert(env: Env, fragment: type[Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert many rows."""
    if not rows:
        return []
    model = env[fragment]
    return list(
        env.session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), list(rows))
    )


def bulk_update(env: Env, fragment: type[Model], where: Any, values: Mapping[str, Any]) -> int:
    """Update matching rows."""
    statement = update(env[fragment]).where(where).values(dict(values))
    return int(env.session.execute(statement).rowcount)  # type: ignore[attr-defined]  # a DML result has it


def bulk_delete(env: Env, fragment: type[Model], where: Any) -> int:
    """Delete matching rows."""
    return int(env.session.execute(delete(env[fragment]).where(where)).rowcount)  # type: ignore[attr-defined]  # a DML result has it
