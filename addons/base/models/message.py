"""The timeline: what was said, written, done and changed about a record."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models.party import Party
from core.api import Choice, CompanyOwned, Model, User, _, about, choice, link, reference


class MessageKind(Choice):
    NOTE = "note", _("Note")
    EVENT = "event", _("Event")
    MAIL = "mail", _("E-mail")
    CHANGE = "change", _("Change")


class Message(CompanyOwned, Model, name="message", versioned=False):
    """One entry of the timeline of a record and, when it concerns a party, of that party's page.

    An event keeps its source sentence and its arguments, so that each reader sees it in their own language.
    """

    __label__ = _("Message")
    __labels__ = _("Messages")
    __display__ = "body"

    model: Mapped[str] = mapped_column(String(80))
    record_id: Mapped[int] = mapped_column(BigInteger)
    record_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    party_id: Mapped[int | None] = reference("base.party", nullable=True, ondelete="CASCADE")
    party: Mapped[Party | None] = link("base.party", key="party_id")
    kind: Mapped[MessageKind] = choice(MessageKind, default=MessageKind.NOTE)
    topic: Mapped[str] = mapped_column(
        String(40), default="", server_default="", info=about(help=_("The app that wrote it."))
    )
    body: Mapped[str] = mapped_column(Text)
    source: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info=about(internal=True))
    request_id: Mapped[str] = mapped_column(
        String(40), default="", server_default="", info=about(internal=True)
    )
    """The request that wrote it, as in the audit trail: what it says in words is not told again."""
    subject: Mapped[str | None] = mapped_column(String(200))
    tone: Mapped[str] = mapped_column(String(10), default="", server_default="")
    author_id: Mapped[int | None] = reference("core.user", nullable=True)
    author: Mapped[User | None] = link("core.user", key="author_id")
    at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("now()"), info=about(_("When"))
    )

    __constraints__ = (
        Index("of_record", "model", "record_id", "at", "id"),
        Index("of_party", "party_id", "at", "id", postgresql_where=text("party_id IS NOT NULL")),
    )


class Follower(Model, name="follower", versioned=False):
    """A user who is told when somebody writes about the record."""

    __label__ = _("Follower")
    __labels__ = _("Followers")
    __display__ = "model"

    model: Mapped[str] = mapped_column(String(80))
    record_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE")
    user: Mapped[User] = link("core.user", key="user_id")

    __constraints__ = (UniqueConstraint("model", "record_id", "user_id", name="once"),)


class Notice(CompanyOwned, Model, name="notice", versioned=False):
    """Tells one user that they were mentioned, or that a record they follow has a new note."""

    __label__ = _("Notice")
    __labels__ = _("Notices")
    __display__ = "message"

    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE")
    user: Mapped[User] = link("core.user", key="user_id")
    message_id: Mapped[int] = reference("base.message", ondelete="CASCADE")
    message: Mapped[Message] = link("base.message")
    mentioned: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __constraints__ = (
        UniqueConstraint("user_id", "message_id", name="once"),
        Index("unread", "user_id", postgresql_where=text("read_at IS NULL")),
    )
