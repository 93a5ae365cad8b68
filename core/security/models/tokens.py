"""What stands for a user without the password. Only hashes are kept: a stolen table opens nothing."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, DateTime, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import RuleBroken
from core.i18n import _
from core.orm.ddl import Trigger
from core.orm.exposure import Exposure
from core.orm.model import Model, about, link, reference
from core.security.models.user import SECRET, User
from core.security.secret_tokens import hash_of, new_token

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)


class LinkExpired(RuleBroken):
    """A link of a mail was used, replaced, or is too old."""

    def __init__(self) -> None:
        super().__init__(_("It was used already, or is too old."), hint=_("Ask for another one."))


STAYS_ENDED = _("What was ended stays ended, and belongs to one user: sign in again, or make a new token.")
_STAYS_ENDED = f"BEGIN RAISE EXCEPTION '{STAYS_ENDED.source}'; END;"


class Session(Model, name="session", versioned=False):
    """A browser that signed in. Ended by signing out, by revoking, after two weeks without a request,
    and at the latest a month after signing in."""

    __exposure__ = Exposure.READ
    __display__ = "agent"
    __label__ = _("Session")
    __labels__ = _("Sessions")
    __audited__ = False
    __constraints__ = (UniqueConstraint("token_hash", name="token"),)
    __triggers__ = (
        Trigger(
            "stays_ended",
            "BEFORE UPDATE",
            _STAYS_ENDED,
            when="OLD.user_id <> NEW.user_id OR OLD.revoked_at IS DISTINCT FROM NEW.revoked_at"
            " AND OLD.revoked_at IS NOT NULL",
        ),
    )

    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE")
    user: Mapped[User] = link("core.user")
    token_hash: Mapped[str] = mapped_column(String(64), info=about(group=SECRET, internal=True))
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=about(_("Last seen")))
    """Written at most once a minute."""
    ip: Mapped[str] = mapped_column(String(45), default="", info=about(_("Address")))
    agent: Mapped[str] = mapped_column(String(300), default="", info=about(_("Browser")))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Ended")))
    company_id: Mapped[int | None] = reference("core.company", nullable=True, index=False)
    """The company at work: new documents belong to it, and only its documents are seen."""
    all_companies: Mapped[bool] = mapped_column(Boolean, default=False)
    """All of the user's companies are looked at together; new documents still belong to the one at work."""


class Device(Model, name="device", versioned=False):
    """A browser in which a user has signed in: strangers' wrong passwords do not make it wait."""

    __display__ = "user_id"
    __label__ = _("Known browser")
    __labels__ = _("Known browsers")
    __audited__ = False
    __constraints__ = (UniqueConstraint("token_hash", "user_id", name="once"),)

    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE")
    token_hash: Mapped[str] = mapped_column(String(64), info=about(group=SECRET, internal=True))
    last_used_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SignInTicket(Model, name="sign_in_ticket", versioned=False):
    """The right password was given, the second step is missing. Lasts ten minutes, works once."""

    __display__ = "user_id"
    __label__ = _("Sign-in in two steps")
    __labels__ = _("Sign-ins in two steps")
    __audited__ = False
    __constraints__ = (UniqueConstraint("token_hash", name="token"),)

    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE")
    token_hash: Mapped[str] = mapped_column(String(64), info=about(group=SECRET, internal=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Invitation(Model, name="invitation", versioned=False):
    """A link by which a new user chooses a password. Lasts a week from when it was sent, works once."""

    __display__ = "user_id"
    __label__ = _("Invitation")
    __labels__ = _("Invitations")
    __constraints__ = (UniqueConstraint("token_hash", name="token"),)

    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE")
    user: Mapped[User] = link("core.user")
    token_hash: Mapped[str | None] = mapped_column(String(64), info=about(group=SECRET, internal=True))
    """Empty until the link is handed over."""
    invited_by_id: Mapped[int | None] = reference(
        "core.user", nullable=True, ondelete="SET NULL", index=False
    )
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=about(_("Expires")))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Accepted")))

    def renew_link(self, env: Any) -> str:
        """Make the secret and give the path that it opens; one that was made before is dead."""
        if self.used_at is not None:
            raise LinkExpired
        token = new_token()
        self.token_hash, self.expires_at = hash_of(token), env.now() + INVITATION_LASTS
        return f"/invitation/{token}"


class PasswordReset(Model, name="password_reset", versioned=False):
    """A link by which a user who forgot the password chooses another. Lasts an hour, works once; a mail that
    could not leave within that hour leaves no more."""

    __display__ = "user_id"
    __label__ = _("Password reset")
    __labels__ = _("Password resets")
    __constraints__ = (UniqueConstraint("token_hash", name="token"),)

    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE")
    token_hash: Mapped[str | None] = mapped_column(String(64), info=about(group=SECRET, internal=True))
    """Empty until the link is handed over."""
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=about(_("Expires")))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Used")))

    def renew_link(self, env: Any) -> str:
        """Make the secret and give the path that it opens; one that was made before is dead."""
        if self.used_at is not None or self.expires_at < env.now():
            raise LinkExpired
        token = new_token()
        self.token_hash, self.expires_at = hash_of(token), env.now() + RESET_LASTS
        return f"/reset/{token}"


class ApiToken(Model, name="api_token", versioned=False):
    """Lets a program act as a user, within the scopes chosen. Shown once, when it is made."""

    __exposure__ = Exposure.READ
    __label__ = _("API token")
    __labels__ = _("API tokens")
    __constraints__ = (UniqueConstraint("token_hash", name="token"),)
    __triggers__ = (
        Trigger(
            "stays_ended",
            "BEFORE UPDATE",
            _STAYS_ENDED,
            when="OLD.user_id <> NEW.user_id OR OLD.scopes <> NEW.scopes"
            " OR OLD.revoked_at IS DISTINCT FROM NEW.revoked_at AND OLD.revoked_at IS NOT NULL",
        ),
    )

    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE", info=about(_("User")))
    user: Mapped[User] = link("core.user")
    name: Mapped[str] = mapped_column(String(80), info=about(_("Name")))
    token_hash: Mapped[str] = mapped_column(String(64), info=about(group=SECRET, internal=True))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(80)), info=about(_("Scopes")))
    """ "read", "write", or "<addon>.<model>:read" and ":write"."""
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Expires")))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Last used")))
    """Written at most once a minute."""
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=about(_("Revoked")))
