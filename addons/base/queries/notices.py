"""What the user was told and has not read: mentions and new notes on followed records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.models import Message, Notice
from addons.base.queries.timeline import Entry, drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env

LIMIT = 20


def unread(env: Env) -> Sequence[Entry]:
    """The newest first."""
    notice, message = env[Notice], env[Message]
    rows = env.session.scalars(
        select(message)
        .join(notice, notice.message_id == message.id)
        .where(notice.user_id == env.user.id, notice.read_at.is_(None))
        .order_by(message.at.desc())
        .limit(LIMIT)
    ).all()
    return drawn(env, rows)
