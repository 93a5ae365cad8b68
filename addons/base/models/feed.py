"""Calendars that another program reads."""

from datetime import datetime

from sqlalchemy import DateTime, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, User, _, about, link, reference


class CalendarFeed(Model, name="calendar_feed", versioned=False):
    """A secret address under which a calendar program reads somebody's activities, without signing in.

    Only its digest is kept, so it is shown once; whoever lost it makes another.
    """

    __label__ = _("Calendar address")
    __labels__ = _("Calendar addresses")
    __display__ = "name"
    __updated_by_reading__ = True
    """A calendar that asks may change the row: to note when that was."""

    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE")
    user: Mapped[User] = link("core.user")
    name: Mapped[str] = mapped_column(String(80))
    secret_hash: Mapped[str] = mapped_column(String(64), info=about(group="core.secret", internal=True))
    last_read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Last read")))
    """Written at most once an hour."""
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Revoked")))

    __constraints__ = (UniqueConstraint("secret_hash", name="secret"),)
