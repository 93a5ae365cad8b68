"""Users as an administrator keeps them: invitations, roles, companies, deactivation, forgotten passwords."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.address import base_url
from core.errors import Invalid, NotAllowed, RuleBroken
from core.i18n import _, using
from core.mail import send
from core.security import passwords, throttle
from core.security.models import Invitation, PasswordReset, Session, User, UserCompany, UserRole
from core.security.reach import companies_kept_by, refuse_foreign_companies, within_reach
from core.security.roles import ADMIN, USER
from core.security.sessions import hash_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.env import Env

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)
RESETS_AN_HOUR = 3


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom a link is for; they are not signed in."""

    name: str
    email: str


class LastAdministrator(RuleBroken):
    """Somebody must be able to open Settings."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("{name} is the last administrator.", name=name),
            hint=_("Make someone else an administrator first."),
        )


class LinkExpired(RuleBroken):
    """A link of a mail was used, replaced, or is too old."""

    def __init__(self) -> None:
        super().__init__(_("It was used already, or is too old."), hint=_("Ask for another one."))


def invite(
    env: Env,
    *,
    name: str,
    email: str,
    locale: str,
    roles: Iterable[str],
    company_ids: Iterable[int],
) -> tuple[User, str]:
    """Create a user without a password and send the link by which one is chosen. Give both."""
    _only_administrators(env)
    address, base = email.strip().casefold(), base_url(env)
    with env.system("invite a user") as system:
        refuse_foreign_companies(env, system, set(company_ids))
        model = system[User]
        if system.session.scalars(select(model.id).where(model.email == address)).first() is not None:
            raise Invalid(fields={"email": _("There is a user with this address already.")})
        user = system.add(User, name=name, email=address, locale=locale)
        give(system, user, roles, company_ids)
        url = _invite(system, user, env.user.id, base)
        user_id = user.id
    return env.get(User, user_id), url


def invite_again(env: Env, user_id: int) -> str:
    """Send a new link to a user who has not chosen a password; the old one stops working."""
    _only_administrators(env)
    base = base_url(env)
    with env.system("invite a user again") as system:
        user = within_reach(env, system, user_id)
        if user.password_hash:
            raise RuleBroken(
                _("{name} has accepted the invitation already.", name=user.name),
                hint=_("They can ask for a new password on the sign-in page."),
            )
        model = system[Invitation]
        for old in system.session.scalars(
            select(model).where(model.user_id == user_id, model.used_at.is_(None))
        ):
            old.used_at = system.now()
        return _invite(system, user, env.user.id, base)


def _invite(system: Env, user: User, by: int | None, base: str) -> str:
    token = secrets.token_urlsafe(32)
    system.add(
        Invitation,
        user_id=user.id,
        token_hash=hash_of(token),
        invited_by_id=by or None,
        expires_at=system.now() + INVITATION_LASTS,
    )
    url = f"{base}/invitation/{token}"
    with using(user.locale):
        workspace = system.workspace.title
        subject = str(_("{workspace}: your invitation", workspace=workspace))
        text = str(
            _(
                "Hello {name},\n\nyou are invited to {workspace}."
                " Choose your password here within a week:\n\n{url}\n",
                name=user.name,
                workspace=workspace,
                url=url,
            )
        )
    send(system, to=[user.email], subject=subject, text=text)
    return url


def invited(env: Env, token: str) -> Guest:
    """Whom an invitation that still works is for, or LinkExpired."""
    with env.system("open an invitation") as system:
        user = system.get(User, _invitation(system, token).user_id)
        return Guest(user.name, user.email)


def accept(env: Env, token: str, *, name: str, password: str) -> int:
    """Choose name and password; the link works once. Give the user's id."""
    with env.system("accept an invitation") as system:
        invitation = _invitation(system, token, lock=True)
        user = system.get(User, invitation.user_id, lock=True)
        passwords.check_strength(password, email=user.email)
        user.name, user.password_hash = name or user.name, passwords.hash_of(password)
        invitation.used_at = system.now()
        return user.id


def _invitation(system: Env, token: str, *, lock: bool = False) -> Invitation:
    model = system[Invitation]
    query = select(model).where(model.token_hash == hash_of(token))
    found = system.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None or found.used_at is not None or found.expires_at < system.now():
        raise LinkExpired
    if not system.get(User, found.user_id).active:
        raise LinkExpired
    return found


def ask_reset(env: Env, email: str) -> None:
    """Send a link for a new password. Says nothing about whether there is such an account."""
    base = base_url(env)  # refused for everyone alike, whether there is such an account or not
    with env.system("ask for a new password") as system:
        model, reset = system[User], system[PasswordReset]
        user = system.session.scalars(
            select(model).where(model.email == email.strip().casefold(), model.active)
        ).one_or_none()
        if user is None:
            return
        recent = select(func.count()).select_from(reset)
        hour = system.now() - RESET_LASTS
        if (
            system.session.scalars(recent.where(reset.user_id == user.id, reset.created_at > hour)).one()
            >= RESETS_AN_HOUR
        ):
            return
        token = secrets.token_urlsafe(32)
        expires = system.now() + RESET_LASTS
        system.add(PasswordReset, user_id=user.id, token_hash=hash_of(token), expires_at=expires)
        with using(user.locale):
            workspace = system.workspace.title
            subject = str(_("{workspace}: choose a new password", workspace=workspace))
            text = str(
                _(
                    "Hello {name},\n\nchoose a new password here within an hour:\n\n{url}\n\n"
                    "Nothing changes if you did not ask for this.\n",
                    name=user.name,
                    url=f"{base}/reset/{token}",
                )
            )
        send(system, to=[user.email], subject=subject, text=text)


def resetting(env: Env, token: str) -> Guest:
    """Whose password a reset link that still works is for, or LinkExpired."""
    with env.system("open a reset link") as system:
        user = system.get(User, _reset(system, token).user_id)
        return Guest(user.name, user.email)


def reset(env: Env, token: str, password: str) -> int:
    """Keep the new password and end every session of the user; the link works once."""
    with env.system("reset a password") as system:
        found = _reset(system, token, lock=True)
        user = system.get(User, found.user_id, lock=True)
        passwords.check_strength(password, email=user.email)
        user.password_hash = passwords.hash_of(password)
        found.used_at = system.now()
        throttle.succeed(system, throttle.key_of("account", user.email))
        end_sessions(system, user.id)
        return user.id


def _reset(system: Env, token: str, *, lock: bool = False) -> PasswordReset:
    model = system[PasswordReset]
    query = select(model).where(model.token_hash == hash_of(token))
    found = system.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None or found.used_at is not None or found.expires_at < system.now():
        raise LinkExpired
    return found


def change_password(env: Env, current: str, password: str, *, keep_session: int | None) -> None:
    """Replace the user's own password and end the other sessions."""
    with env.system("change a password") as system:
        user = system.get(User, env.user.id or 0, lock=True)
        if not passwords.matches(user.password_hash, current):
            raise Invalid(fields={"current": _("This is not your password.")})
        passwords.check_strength(password, email=user.email)
        user.password_hash = passwords.hash_of(password)
        end_sessions(system, user.id, but=keep_session)


def save(
    env: Env, user_id: int, *, name: str, locale: str, roles: Iterable[str], company_ids: Iterable[int]
) -> None:
    """Keep what an administrator changed of a user."""
    _only_administrators(env)
    with env.system("change a user") as system:
        user = within_reach(env, system, user_id)
        wanted, places = set(roles), set(company_ids)
        if ADMIN not in wanted:
            _keep_one_administrator(system, user)
        held = {one.company_id for one in user.companies}
        refuse_foreign_companies(env, system, places - held)
        user.name, user.locale = name, locale
        give(system, user, wanted, places | (held - companies_kept_by(env, system)))


def deactivate(env: Env, user_id: int) -> None:
    """Keep someone out: every session ends. What they wrote stays."""
    _only_administrators(env)
    if user_id == env.user.id:
        raise RuleBroken(_("You cannot deactivate yourself."), hint=_("Ask another administrator to do it."))
    with env.system("deactivate a user") as system:
        user = within_reach(env, system, user_id)
        _keep_one_administrator(system, user)
        user.active = False
        end_sessions(system, user_id)


def activate(env: Env, user_id: int) -> None:
    """Let someone in again, with the roles they had."""
    _only_administrators(env)
    with env.system("activate a user") as system:
        within_reach(env, system, user_id).active = True


def give(system: Env, user: User, roles: Iterable[str], company_ids: Iterable[int]) -> None:
    """Set the roles and companies of a user; roles of disabled apps stay."""
    declared = set(system.access.declared)
    wanted = {role for role in roles if role in declared} | {USER}
    hidden = {one.role for one in user.roles if one.role not in declared}  # of apps that are disabled now
    kept = {one.role: one for one in user.roles}
    user.roles = [kept.get(role) or system[UserRole](role=role) for role in sorted(wanted | hidden)]
    places = {one.company_id: one for one in user.companies}
    user.companies = [
        places.get(one) or system[UserCompany](company_id=one) for one in sorted(set(company_ids))
    ]
    system.session.flush()


def _keep_one_administrator(system: Env, user: User) -> None:
    """Raise LastAdministrator when nobody else could open Settings.

    Locks who holds the role first, then reads who is active: what another administrator did meanwhile counts.
    """
    role, model = system[UserRole], system[User]
    holding = select(role.user_id).where(role.role == ADMIN).order_by(role.user_id)
    system.session.scalars(holding.with_for_update()).all()
    holders = system.session.scalars(holding.join(model, model.id == role.user_id).where(model.active)).all()
    if user.id in holders and len(holders) == 1:
        raise LastAdministrator(user.name)


def end_sessions(system: Env, user_id: int, *, but: int | None = None) -> None:
    """Sign a user out everywhere, but perhaps here."""
    model = system[Session]
    for session in system.session.scalars(
        select(model).where(model.user_id == user_id, model.revoked_at.is_(None))
    ):
        if session.id != but:
            session.revoked_at = system.now()
    system.session.flush()


def _only_administrators(env: Env) -> None:
    if not env.access.everything:
        raise NotAllowed(_("Only an administrator keeps users."), hint=_("Ask an administrator."))
