"""Sign in: address and password, then a code where the second step is on.

A refusal is a value and not an exception: the attempt that was counted must be kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select, update

from core.i18n import _, ngettext
from core.security import devices, guard, passwords, second_factor, sessions, throttle
from core.security.models import Audit, SignInTicket, User
from core.security.secret_tokens import hash_of, new_token

if TYPE_CHECKING:
    from core.env import Env

TICKET_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Done:
    """Signed in: the token of a new session, and the secret by which this browser is known next time."""

    token: str
    device: str


@dataclass(frozen=True, slots=True)
class NeedsCode:
    """The password was right; the code of the phone is missing."""

    ticket: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Not signed in, and why."""

    sentence: str


def with_password(
    env: Env, email: str, password: str, *, ip: str = "", agent: str = "", device: str = ""
) -> Done | NeedsCode | Refused:
    """Check address and password. Wrong ones take as long as right ones, and are counted.

    ``device`` is the secret of a browser in which somebody signed in before. For its owner its tries count
    apart; those of strangers count for their network, and over all networks for strangers only.
    """
    address = email.strip().casefold()
    ip_key, everywhere = throttle.key_of("address", ip), throttle.key_of("account", address)
    with env.system("sign in") as system:
        known = devices.is_known(system, address, device)
        account_key = (
            throttle.key_of("device", f"{address} {device}") if known else throttle.of_account(address, ip)
        )
        if not known and throttle.is_blocked(system, ip_key):
            return Refused(_too_many())
        model = system[User]
        user = system.session.scalars(select(model).where(model.email == address)).one_or_none()
        attempt = throttle.begin(system, account_key, throttle.TRIES)
        if attempt.blocked_until is not None:
            return Refused(_too_many())
        if not known:
            overall = throttle.begin(system, everywhere, throttle.TRIES_OF_ACCOUNT)
            if overall.blocked_until is not None:
                return Refused(_too_many())
        kept = user.password_hash if user is not None and user.active else None
        if not passwords.matches(kept, password) or user is None:
            around = throttle.begin(system, ip_key, throttle.TRIES_OF_ADDRESS)
            _note(system, "login failed", user.id if user else None, ip)
            return Refused(_wrong(attempt.failures) if around.blocked_until is None else _too_many())
        throttle.succeed(system, account_key, *(() if known else (everywhere,)))
        if passwords.is_outdated(kept or ""):
            _hash_anew(system, user, password)
        user_id, second = user.id, bool(user.totp_secret)
        if second:
            ticket = new_token()
            system.add(
                SignInTicket,
                user_id=user_id,
                token_hash=hash_of(ticket),
                expires_at=system.now() + TICKET_LASTS,
            )
            return NeedsCode(ticket)
        _note(system, "login", user_id, ip)
    return open_session(env, user_id, ip=ip, agent=agent, device=device)


def open_session(env: Env, user_id: int, *, ip: str = "", agent: str = "", device: str = "") -> Done:
    """Begin a session for somebody who has just proved who it is, and know the browser from now on."""
    token = sessions.start(env, user_id, ip=ip, agent=agent)
    return Done(token, devices.remember(env, user_id, device))


def with_code(
    env: Env, ticket: str, code: str, *, ip: str = "", agent: str = "", device: str = ""
) -> Done | Refused:
    """Check the second step: a code of the phone, or a recovery code. A ticket works once."""
    with env.system("sign in, second step") as system:
        model = system[SignInTicket]
        found = system.session.scalars(
            select(model).where(model.token_hash == hash_of(ticket)).with_for_update()
        ).one_or_none()
        if found is None or found.used_at is not None or found.expires_at < system.now():
            return Refused(_("This took longer than ten minutes. Sign in again."))
        user = system.get(User, found.user_id, lock=True)
        known = devices.is_known(system, user.email, device)
        key = throttle.key_of("code", f"{user.id} {device if known else ''}")
        attempt = throttle.begin(system, key, throttle.TRIES)
        if attempt.blocked_until is not None:
            return Refused(_too_many())
        if not user.active or not second_factor.accepts(system, user, code):
            _note(system, "login failed", user.id, ip)
            return Refused(_wrong_code(attempt.failures))
        throttle.succeed(system, key)
        found.used_at = system.now()
        user_id = user.id
        _note(system, "login", user_id, ip)
    return open_session(env, user_id, ip=ip, agent=agent, device=device)


def _hash_anew(system: Env, user: User, password: str) -> None:
    """Keep the same password by today's parameters: nothing that it opened ends."""
    table = cast("Any", system[User]).__table__
    with guard.trusted(system.session):
        system.session.execute(
            update(table).where(table.c.id == user.id).values(password_hash=passwords.hash_of(password))
        )
    system.session.expire(user, ["password_hash"])


def _note(system: Env, action: str, user_id: int | None, ip: str) -> None:
    system.add(
        Audit,
        at=system.now(),
        user_id=user_id,
        action=action,
        model="core.user",
        record_id=user_id,
        changes={"address": [None, ip]},
        request_id=system.scope.request_id,
    )


def _too_many() -> str:
    return _("Too many tries. Wait 15 minutes, or choose a new password.")


def _wrong(failures: int) -> str:
    left = max(throttle.TRIES - failures, 0)
    if not left:
        return _too_many()
    return ngettext(
        "Wrong address or password. {count} try left.", "Wrong address or password. {count} tries left.", left
    )


def _wrong_code(failures: int) -> str:
    left = max(throttle.TRIES - failures, 0)
    if not left:
        return _too_many()
    return ngettext(
        "This code is wrong or was used. {count} try left.",
        "This code is wrong or was used. {count} tries left.",
        left,
    )
