"""People who sign in, the roles and the companies they were given."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ColumnElement,
    DateTime,
    Integer,
    String,
    UniqueConstraint,
    inspect,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import RuleBroken
from core.i18n import _
from core.orm.choices import Choice, choice
from core.orm.ddl import Trigger
from core.orm.encrypted import encrypted
from core.orm.exposure import Exposure
from core.orm.model import Model, about, link, reference

CREDENTIALS = {
    "core.session": "revoked_at",
    "core.api_token": "revoked_at",
    "core.invitation": "used_at",
    "core.password_reset": "used_at",
    "core.sign_in_ticket": "used_at",
}
"""Model -> the column that ends its row, of everything that stands for a user without the password."""
GOES_ON = "the session in which a password is being changed"
"""Key in the cache of an Env: ("core.session", id) of the one that does not end with the old password."""
SECRET = "core.secret"  # noqa: S105 - the name of a field group, not a secret
"""The field group that nobody holds: only the platform itself reads these columns."""


LAST = _("The last administrator stays: make someone else an administrator first.")
NEVER_DELETED = _("A user is never deleted, for documents name who wrote them: deactivate instead.")


def _one_administrator(concerned: str) -> str:
    """Two who each take the other one's role away wait for each other here: one of them is refused."""
    return f"""
BEGIN
  PERFORM 1 FROM core_user_role WHERE role = 'base.admin' ORDER BY id FOR UPDATE;
  IF EXISTS ({concerned})
     AND NOT EXISTS (SELECT FROM core_user_role r JOIN core_user u ON u.id = r.user_id
                      WHERE r.role = 'base.admin' AND u.active) THEN
    RAISE EXCEPTION '{LAST.source}';
  END IF;
  RETURN NULL;
END;
"""


_HELD = "SELECT FROM core_user_role WHERE role = 'base.admin' AND user_id = OLD.id"
_ACTIVE = "SELECT FROM core_user WHERE active AND id = OLD.user_id"


class Theme(Choice):
    """Colours of the screens; automatic follows the device."""

    AUTO = "auto", _("Automatic")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(Choice):
    """Height of rows and controls."""

    COMPACT = "compact", _("Compact")
    COMFORTABLE = "comfortable", _("Comfortable")


class User(Model, name="user"):
    """Someone who signs in with an e-mail address and a password.

    A user is never deleted, because documents name who wrote them: deactivate instead; it ends all sessions.
    """

    __exposure__ = Exposure.READ
    __label__ = _("User")
    __labels__ = _("Users")
    __searchable__ = ("name", "email")
    __constraints__ = (
        UniqueConstraint("email", name="email"),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )
    __triggers__ = (
        Trigger(
            "one_administrator",
            "AFTER UPDATE",
            _one_administrator(_HELD),
            when="OLD.active AND NOT NEW.active",
        ),
        Trigger("never_deleted", "BEFORE DELETE", f"BEGIN RAISE EXCEPTION '{NEVER_DELETED.source}'; END;"),
    )

    name: Mapped[str] = mapped_column(String(120), info=about(_("Name")))
    email: Mapped[str] = mapped_column(String(254), info=about(_("E-mail")))
    """Case-folded: "Ana@Example.com" signs in as "ana@example.com"."""
    locale: Mapped[str] = mapped_column(String(10), default="en", info=about(_("Language")))
    tz: Mapped[str] = mapped_column(String(40), default="", info=about(_("Time zone")))
    """IANA name; empty: the company's."""
    active: Mapped[bool] = mapped_column(Boolean, default=True, info=about(_("Active")))
    theme: Mapped[Theme] = choice(Theme, default=Theme.AUTO, info=about(_("Colours")))
    density: Mapped[Density] = choice(Density, default=Density.COMPACT, info=about(_("Density")))
    single_keys: Mapped[bool] = mapped_column(Boolean, default=True, info=about(_("Single-key shortcuts")))
    company_id: Mapped[int | None] = reference(
        "core.company", nullable=True, index=False, info=about(_("Company"))
    )
    """Where the user last worked: the company of the next session."""
    last_login_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), info=about(_("Last sign-in"))
    )
    password_hash: Mapped[str | None] = mapped_column(String(200), info=about(group=SECRET, internal=True))
    """argon2id; empty until the invitation is accepted."""
    totp_secret: Mapped[str | None] = encrypted()
    """Base32; empty: no second step at sign-in."""
    totp_step: Mapped[int | None] = mapped_column(BigInteger, info=about(group=SECRET, internal=True))
    """The last time step that was accepted: no code is taken twice."""
    roles: Mapped[list["UserRole"]] = link("core.user_role", back="user", many=True, owned=True)
    companies: Mapped[list["UserCompany"]] = link("core.user_company", back="user", many=True, owned=True)

    @classmethod
    def of_companies(cls, env: Any, entity: Any) -> ColumnElement[bool]:
        """Oneself and whoever works in one of one's companies; for administrators those of no company too."""
        place = env.registry.model("core.user_company")
        mine = place.company_id.in_(env.user_companies)
        found = [entity.id == env.user.id, entity.id.in_(select(place.user_id).where(mine))]
        if env.access.everything:
            found.append(entity.id.not_in(select(place.user_id)))
        return or_(*found)

    def before_delete(self, env: object) -> None:
        """Refuse: what a user wrote names them."""
        raise RuleBroken(
            _("{name} cannot be deleted: documents name who wrote them.", name=self.name),
            hint=_("Deactivate the user instead: all sessions end."),
        )

    def before_save(self, env: object) -> None:
        """Keep the address in the one spelling that is compared."""
        self.email = self.email.strip().casefold().lower()
        if inspect(self).persistent and inspect(self).attrs.password_hash.history.has_changes():
            self.end_credentials(env)
        super().before_save(env)

    def end_credentials(self, env: Any) -> None:
        """End what stands for the user without the password, whichever way the password was changed:
        sessions, API tokens, links of mails, sign-ins that wait for their second step."""
        for name, ended in CREDENTIALS.items():
            model = env.registry.model(name)
            open_ones = select(model).where(model.user_id == self.id, getattr(model, ended).is_(None))
            for one in env.session.scalars(open_ones):
                if (name, one.id) != env.cache.get(GOES_ON):
                    setattr(one, ended, env.now())

    @classmethod
    def before_bulk_update(cls, env: Any, values: Mapping[str, Any]) -> None:
        """A password is one person's: it is changed on the record, where what it opened ends with it."""
        if "password_hash" in values:
            raise RuleBroken(
                _("A password is changed for one user at a time."), hint=_("Change it on the user.")
            )
        super().before_bulk_update(env, values)


class UserRole(Model, name="user_role", versioned=False):
    """A role given to a user. Roles of disabled addons stay, and count for nothing."""

    __exposure__ = Exposure.READ
    __display__ = "role"
    __label__ = _("Role of a user")
    __labels__ = _("Roles of users")
    __constraints__ = (UniqueConstraint("user_id", "role", name="once"),)
    __triggers__ = (
        Trigger(
            "one_administrator",
            "AFTER UPDATE OR DELETE",
            _one_administrator(_ACTIVE),
            when="OLD.role = 'base.admin'",
        ),
    )

    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE", index=False)
    user: Mapped[User] = link("core.user", back="roles")
    role: Mapped[str] = mapped_column(String(80), info=about(_("Role")))
    """Name of a declared role, e.g. "crm_sales.user"."""


class UserCompany(Model, name="user_company", versioned=False):
    """A company whose documents a user may see."""

    __exposure__ = Exposure.READ
    __display__ = "company_id"
    __label__ = _("Company of a user")
    __labels__ = _("Companies of users")
    __constraints__ = (UniqueConstraint("user_id", "company_id", name="once"),)

    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE", index=False)
    user: Mapped[User] = link("core.user", back="companies")
    company_id: Mapped[int] = reference("core.company", info=about(_("Company")))


class RecoveryCode(Model, name="recovery_code", versioned=False):
    """One of ten codes that replace the phone once. Only its hash is kept."""

    __display__ = "user_id"
    __label__ = _("Recovery code")
    __labels__ = _("Recovery codes")
    __audited__ = False

    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE")
    code_hash: Mapped[str] = mapped_column(String(64), info=about(group=SECRET, internal=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class LoginAttempt(Model, name="login_attempt", versioned=False):
    """Failures in a row for one account or one address; both make the next attempt wait.

    The key is a hash: the table does not list who tried from where.
    """

    __display__ = "key"
    __label__ = _("Sign-in attempt")
    __labels__ = _("Sign-in attempts")
    __audited__ = False
    __constraints__ = (UniqueConstraint("key", name="key"),)

    key: Mapped[str] = mapped_column(String(64), info=about(group=SECRET, internal=True))
    failures: Mapped[int] = mapped_column(Integer, default=0)
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    blocked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
