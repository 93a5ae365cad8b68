"""Who a user is, for work done later in the user's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from core.env import Who

if TYPE_CHECKING:
    from core.env import Env

_WHO = text(
    "SELECT u.id, u.name, u.email, u.locale, u.tz,"
    " array(SELECT r.role FROM core_user_role r WHERE r.user_id = u.id)::text[] AS roles"
    " FROM core_user u WHERE u.id = :id AND u.active"
)


def who(env: Env, user_id: int) -> Who | None:
    """Return a user with the roles held now, or None when the user can no longer sign in."""
    row = env.scope.connection.execute(_WHO, {"id": user_id}).one_or_none()
    return Who(row.id, row.name, row.email, row.locale, row.tz, frozenset(row.roles)) if row else None
