"""Who looks after personal data and master data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base import models
from core.api import Grant, Role, _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from core.api import Env


def _own(env: Env, model: Any) -> ColumnElement[bool]:
    return model.user_id == env.user.id  # type: ignore[no-any-return]  # a column comparison


ROLES = (
    Role(
        "base.user",
        grants=(
            Grant(models.ConsentWording, "r"),
            Grant(models.Consent, "cr"),
            Grant(models.ExternalSystem, "r"),
            Grant(models.OwnedField, "r"),
            Grant(models.ExternalId, "r"),
            Grant(models.MailTemplate, "r"),
            Grant(models.CalendarFeed, "cru", where=_own),
        ),
    ),
    Role("base.contacts", grants=(Grant(models.ExternalId, "cru"),)),
    Role(
        "base.privacy",
        _("Personal data"),
        implies=("base.user",),
        grants=(
            Grant(models.ConsentWording, "cr"),
            Grant(models.RetentionRule, "crud"),
            Grant(models.RetentionRun, "cru"),
            Grant(models.RetentionRefusal, "r"),
        ),
    ),
)
