"""The timeline: what was said, written, done and changed about a record."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    exists,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models.party import Party
from core.api import Choice, CompanyOwned, Env, Model, RuleBroken, User, _, about, choice, link, reference


def told(env: Env, model: Any) -> ColumnElement[bool]:
    """Messages that the user was told of: they were mentioned, or follow the record."""
    notice: Any = env[Notice]
    own = select(notice.message_id).where(notice.user_id == (env.user.id or 0))
    return model.id.in_(own.correlate(None))  # type: ignore[no-any-return]  # a column of a composed class


def followed(env: Env, model: Any) -> ColumnElement[bool]:
    """Messages about the records that the user follows."""
    follower: Any = env[Follower]
    return exists(
        select(follower.id)
        .where(
            and_(
                follower.user_id == (env.user.id or 0),
                follower.model == model.model,
                follower.record_id == model.record_id,
            )
        )
        .correlate_except(follower)
    )


def name_of_record(env: Env, model: str, record_id: int) -> str:
    """What the record a row hangs on is called; empty when the user may not read it: the write is refused."""
    if not env.registry.models.get(model) or not env.access.allows(model, "r"):
        return ""
    record = env.session.get(env.registry.model(model), record_id)
    return record.display_name[:200] if record is not None else ""


class MessageFinal(RuleBroken):
    """What happened is not rewritten; only what somebody noted is theirs to correct."""

    def __init__(self) -> None:
        super().__init__(
            _("The timeline is written by what happens; only notes are changed and deleted by hand."),
            hint=_("Write a note instead."),
        )


class MessageKind(Choice):
    NOTE = "note", _("Note")
    EVENT = "event", _("Event")
    MAIL = "mail", _("E-mail")
    CHANGE = "change", _("Change")


class Message(
    CompanyOwned,
    Model,
    name="message",
    versioned=False,
    follows=("model", "record_id"),
    mine=("author_id", told, followed),
    fixed=(
        "record_name",
        "party_id",
        "kind",
        "topic",
        "source",
        "request_id",
        "tone",
        "author_id",
        "at",
    ),
):
    """One entry of the timeline of a record and, when it concerns a party, of that party's page.

    An event keeps its source sentence and its arguments, so that each reader sees it in their own language.
    """

    __label__ = _("Message")
    __labels__ = _("Messages")
    __display__ = "body"
    by_service = False
    """True on an entry that ``timeline.log`` makes; nobody else says that something happened."""

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

    def before_save(self, env: Env) -> None:
        """What happened is told by services, now; by hand one writes notes, and corrects one's own."""
        super().before_save(env)
        if env.reason or not env.user.id or self.by_service:
            return
        if self.kind not in (None, MessageKind.NOTE) or self.source is not None:
            raise MessageFinal
        if inspect(self).persistent:
            return
        self.at = env.now()
        self.author_id = env.user.id
        self.request_id = env.scope.request_id
        self.tone, self.topic = "", str(self.model).partition(".")[0]
        self.record_name = name_of_record(env, self.model, self.record_id)

    def before_delete(self, env: Env) -> None:
        """Only notes are taken back."""
        super().before_delete(env)
        if self.kind is not MessageKind.NOTE and env.user.id and not env.reason:
            raise MessageFinal


class Follower(
    Model,
    name="follower",
    versioned=False,
    follows=("model", "record_id"),
    mine=("user_id",),
):
    """A user who is told when somebody writes about the record."""

    __label__ = _("Follower")
    __labels__ = _("Followers")
    __display__ = "model"

    model: Mapped[str] = mapped_column(String(80))
    record_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE")
    user: Mapped[User] = link("core.user", key="user_id")

    __constraints__ = (UniqueConstraint("model", "record_id", "user_id", name="once"),)


class Notice(CompanyOwned, Model, name="notice", versioned=False, follows=("message_id",), mine=("user_id",)):
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
