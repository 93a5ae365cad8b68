"""What everybody who signs in may do with the things views keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.security.roles import USER, Grant, Role
from core.views.models import Batch, BatchEntry, Favourite, ImportMapping, SavedView

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from core.env import Env


def _own(env: Env, model: Any) -> ColumnElement[bool]:
    return model.user_id == env.user.id  # type: ignore[no-any-return] # an attribute of a composed class


def _shared(env: Env, model: Any) -> ColumnElement[bool]:
    return model.shared.is_(True)  # type: ignore[no-any-return] # an attribute of a composed class


def _of_own_batch(env: Env, model: Any) -> ColumnElement[bool]:
    from sqlalchemy import select

    batch = env[Batch]
    return model.batch_id.in_(select(batch.id).where(batch.user_id == env.user.id))  # type: ignore[no-any-return]  # a composed class is Any to the checker


ROLES = (
    Role(
        USER,
        grants=(
            Grant(SavedView, "crud", where=_own),
            Grant(SavedView, "r", where=_shared),
            Grant(Favourite, "crud", where=_own),
            Grant(ImportMapping, "cru"),
            Grant(Batch, "cru", where=_own),
            Grant(BatchEntry, "crud", where=_of_own_batch),
        ),
    ),
)
