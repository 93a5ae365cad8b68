"""Read rows under a lock, as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from core.api import Env, Model

M = TypeVar("M", bound="Model")


def fresh(env: Env, model: type[M], query: Select[M]) -> Sequence[M]:
    """The rows of ``query``, which locks them, with what others committed meanwhile.

    What this transaction changed in rows of this model is written first, so that reading anew does not undo
    it;
    nothing else is, so that a service writes once.
    """
    session = env.session
    if any(isinstance(record, model) for record in session.dirty):
        session.flush()
    with session.no_autoflush:
        return session.scalars(query.execution_options(populate_existing=True)).all()
