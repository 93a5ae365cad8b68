"""Links that stand for a person: the invitation of a new user, a new password for who forgot it.

The secret of a link is made when its mail is handed to the mail server, or when an administrator asks to copy
it; before that there is none. The newest link of a person is the only one that works, and none works once
the password was chosen or changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from core.address import base_url
from core.errors import NotAllowed, RuleBroken
from core.i18n import _, using
from core.jobs import job
from core.jobs.defer import defer_in
from core.mail import LINK, send
from core.mail.server import server_of
from core.security import passwords, throttle
from core.security.models import Invitation, LinkExpired, PasswordReset, User
from core.security.models.tokens import INVITATION_LASTS, RESET_LASTS
from core.security.reach import OutOfReach, companies_kept_by, within_reach
from core.security.secret_tokens import hash_of

if TYPE_CHECKING:
    from datetime import timedelta

    from core.env import Env

L = TypeVar("L", Invitation, PasswordReset)
"""What a link is made for."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom a link is for; they are not signed in."""

    name: str
    email: str


class TooManyAsked(RuleBroken):
    """One client asked for new passwords again and again."""

    status_code = 429

    def __init__(self) -> None:
        super().__init__(_("Too many tries."), hint=_("Wait 15 minutes, then ask again."))


def send_invitation(system: Env, user: User, by: int | None) -> str:
    """Put the invitation into the outbox; without a mail server, give the link to hand over instead."""
    base = base_url(system)
    made = _new(system, Invitation, user.id, INVITATION_LASTS, invited_by_id=by or None)
    if server_of(system) is None:
        return _link_now(system, made, base)
    with using(user.locale):
        workspace = system.workspace.title
        subject = str(_("{workspace}: your invitation", workspace=workspace))
        text = str(
            _(
                "Hello {name},\n\nyou are invited to {workspace}."
                " Choose your password here within a week:\n\n{url}\n",
                name=user.name,
                workspace=workspace,
                url=LINK,
            )
        )
    send(system, to=[user.email], subject=subject, text=text, opens=made)
    return ""


def invite_again(env: Env, user_id: int) -> str:
    """Send a new invitation to a user who has not chosen a password; the old link stops working.

    Without a mail server it gives the link instead.
    """
    _only_administrators(env)
    with env.system("invite a user again") as system:
        user = within_reach(env, system, user_id)
        if user.password_hash:
            raise RuleBroken(
                _("{name} has accepted the invitation already.", name=user.name),
                hint=_("They can ask for a new password on the sign-in page."),
            )
        if server_of(system) is None:
            _refuse_company_beyond(env, system, user)
        return send_invitation(system, user, env.user.id)


def link_to_hand_over(env: Env, user_id: int) -> str:
    """A link for an administrator to copy, shown once: an invitation, or for a new password.

    Links that were sent before stop working.
    """
    _only_administrators(env)
    base = base_url(env)
    with env.system("make a link to hand over") as system:
        user = within_reach(env, system, user_id)
        _refuse_company_beyond(env, system, user)
        if not user.active:
            raise RuleBroken(
                _("{name} is deactivated.", name=user.name), hint=_("Activate the account first.")
            )
        if user.password_hash:
            return _link_now(system, _new(system, PasswordReset, user_id, RESET_LASTS), base)
        return _link_now(system, _new(system, Invitation, user_id, INVITATION_LASTS), base)


def _new(system: Env, model: type[L], user_id: int, lasts: timedelta, **values: int | None) -> L:
    """The only link of its kind that a person has; its secret is not made yet."""
    _end_links(system, model, user_id)
    return system.add(model, user_id=user_id, expires_at=system.now() + lasts, **values)


def _refuse_company_beyond(env: Env, system: Env, user: User) -> None:
    """Whoever holds a link can sign in with it: nobody makes one into a company where they do not work."""
    if {one.company_id for one in user.companies} - companies_kept_by(env, system):
        raise OutOfReach(user.name)


def _link_now(system: Env, made: Invitation | PasswordReset, base: str) -> str:
    path = made.renew_link(system)
    system.session.flush()
    return f"{base}{path}"


def _end_links(system: Env, model: type[L], user_id: int) -> None:
    """What was sent before no longer opens anything."""
    found = system[model]
    for old in system.session.scalars(select(found).where(found.user_id == user_id, found.used_at.is_(None))):
        old.used_at = system.now()
    system.session.flush()


def ask_reset(env: Env, email: str, *, ip: str = "") -> None:
    """Have a link for a new password sent, if there is such an account.

    Known and unknown addresses take the same statements and leave the same job: neither the answer nor its
    time tells them apart. One client that asks too often is refused, and one address gets few mails.
    """
    base_url(env)  # refused for everyone alike, whether there is such an account or not
    address = email.strip().casefold()
    with env.system("ask for a new password") as system:
        around = throttle.begin(system, throttle.key_of("resets of", ip), throttle.RESETS_OF_CLIENT)
        if around.blocked_until is not None:
            raise TooManyAsked
        asked = throttle.begin(system, throttle.key_of("reset", address), throttle.RESETS_OF_ADDRESS)
        if asked.blocked_until is None:
            defer_in(system, send_reset, {"email": address})


@job(title=_("Send a link for a new password"), retries=3)
def send_reset(env: Env, email: str) -> None:
    """Put the mail into the outbox when there is such an account, in the language of its owner."""
    with env.system("send a link for a new password") as system:
        model = system[User]
        user = system.session.scalars(select(model).where(model.email == email, model.active)).one_or_none()
        if user is None:
            return
        made = _new(system, PasswordReset, user.id, RESET_LASTS)
        with using(user.locale):
            workspace = system.workspace.title
            subject = str(_("{workspace}: choose a new password", workspace=workspace))
            text = str(
                _(
                    "Hello {name},\n\nchoose a new password here within an hour:\n\n{url}\n\n"
                    "Nothing changes if you did not ask for this.\n",
                    name=user.name,
                    url=LINK,
                )
            )
        send(system, to=[user.email], subject=subject, text=text, opens=made)


def invited(env: Env, token: str) -> Guest:
    """Whom an invitation that still works is for, or LinkExpired."""
    return _guest(env, Invitation, token)


def resetting(env: Env, token: str) -> Guest:
    """Whose password a reset link that still works is for, or LinkExpired."""
    return _guest(env, PasswordReset, token)


def _guest(env: Env, model: type[L], token: str) -> Guest:
    with env.system("open a link of a mail") as system:
        user = system.get(User, _opened(system, model, token).user_id)
        return Guest(user.name, user.email)


def accept(env: Env, token: str, *, name: str, password: str) -> int:
    """Choose name and password; the link works once. Give the user's id."""
    with env.system("accept an invitation") as system:
        user = _chosen(system, Invitation, token, password)
        user.name = name or user.name
        system.session.flush()
        return user.id


def reset(env: Env, token: str, password: str, *, ip: str = "") -> int:
    """Keep the new password and end every session and API token of the user; the link works once."""
    with env.system("reset a password") as system:
        user = _chosen(system, PasswordReset, token, password)
        throttle.succeed(system, throttle.key_of("account", user.email), throttle.of_account(user.email, ip))
        return user.id


def _chosen(system: Env, model: type[L], token: str, password: str) -> User:
    """The user with the new password. The user is locked before the link is read again, as whoever changes
    the password does, so that of two links used at once one is dead."""
    user = system.get(User, _opened(system, model, token).user_id, lock=True)
    found = _opened(system, model, token, lock=True)
    passwords.check_strength(password, email=user.email)
    user.password_hash = passwords.hash_of(password)
    found.used_at = system.now()
    system.session.flush()
    return user


def _opened(system: Env, model: type[L], token: str, *, lock: bool = False) -> L:
    table = system[model]
    query = select(table).where(table.token_hash == hash_of(token)).execution_options(populate_existing=True)
    found = system.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None or found.used_at is not None or found.expires_at < system.now():
        raise LinkExpired
    if not system.get(User, found.user_id).active:
        raise LinkExpired
    return found


def _only_administrators(env: Env) -> None:
    if not env.access.everything:
        raise NotAllowed(_("Only an administrator keeps users."), hint=_("Ask an administrator."))
