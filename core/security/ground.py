"""The two roles that every workspace has; addons add to them by declaring a role of the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.builtin.models.company import Company
from core.i18n import _
from core.security.models import ApiToken, Invitation, Session, User, UserCompany, UserRole
from core.security.roles import ADMIN, USER, Grant, Role

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import ColumnElement

    from core.env import Env


def own(env: Env, model: Any) -> ColumnElement[bool]:
    """Rows of the user who asks."""
    return model.user_id == env.user.id  # type: ignore[no-any-return]  # a column comparison


ROLES = (
    Role(ADMIN, _("Administrator"), implies=(USER,), everything=True),
    Role(
        USER,
        _("User"),
        grants=(
            Grant(Company, "r"),
            Grant(User, "r"),
            Grant(UserRole, "r", where=own),
            Grant(UserCompany, "r", where=own),
            Grant(Session, "r", where=own),
            Grant(ApiToken, "r", where=own),
            Grant(Invitation, "r", where=own),
        ),
    ),
)
