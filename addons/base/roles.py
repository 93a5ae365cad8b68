"""Who may do what with the shared ground."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import (
    Activity,
    Address,
    Affiliation,
    ContactPoint,
    Country,
    Currency,
    ExchangeRate,
    File,
    Follower,
    Message,
    Notice,
    Party,
    PartyMerge,
    PartyTag,
    Tag,
)
from core.api import Grant, Role, _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from core.api import Env


def mine(env: Env, model: Any) -> ColumnElement[bool]:
    """Rows of the user: follows, notices."""
    return model.user_id == env.user.id  # type: ignore[no-any-return]  # a column of a composed class


def assigned(env: Env, model: Any) -> ColumnElement[bool]:
    """Activities of the user."""
    return model.assignee_id == env.user.id  # type: ignore[no-any-return]  # a column of a composed class


def written(env: Env, model: Any) -> ColumnElement[bool]:
    """Notes and files of the user."""
    return model.author_id == env.user.id  # type: ignore[no-any-return]  # a column of a composed class


SEEN_BY_ALL = (
    Party,
    Address,
    ContactPoint,
    Affiliation,
    Tag,
    PartyTag,
    Currency,
    ExchangeRate,
    Country,
    PartyMerge,
)

ROLES = (
    Role(
        "base.user",
        grants=(
            *(Grant(model, "r") for model in SEEN_BY_ALL),
            Grant(Message, "cr"),
            Grant(Message, "ud", where=written),
            Grant(Activity, "cr"),
            Grant(Activity, "ud", where=assigned),
            Grant(File, "cr"),
            Grant(File, "d", where=written),
            Grant(Follower, "cr"),
            Grant(Follower, "d", where=mine),
            Grant(Notice, "c"),
            Grant(Notice, "rud", where=mine),
        ),
    ),
    Role(
        "base.contacts",
        _("Contacts: create and change"),
        implies=("base.user",),
        grants=(
            Grant(Party, "cru"),
            *(Grant(model, "crud") for model in (Address, ContactPoint, Affiliation, Tag, PartyTag)),
        ),
    ),
)
