"""The second step at sign-in: codes of an authenticator app (TOTP, RFC 6238), and ten recovery codes."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyotp
from sqlalchemy import delete, func, select

from core.errors import Invalid
from core.i18n import _
from core.security import guard
from core.security.confirmation import confirmed_user
from core.security.encryption import reveal
from core.security.models import RecoveryCode, User
from core.security.secret_tokens import hash_of

if TYPE_CHECKING:
    from core.env import Env

STEP = 30
CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that look alike."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the authenticator app must be given."""

    secret: str
    address: str
    """otpauth:// for the QR code."""


def begin(env: Env) -> Enrolment:
    """A fresh secret; nothing is kept before the first code proves that the phone has it."""
    secret = pyotp.random_base32()
    address = pyotp.TOTP(secret).provisioning_uri(name=env.user.email, issuer_name=env.workspace.title)
    return Enrolment(secret, address)


def confirm(env: Env, secret: str, code: str, password: str) -> list[str]:
    """Turn the second step on once the password and a code of the phone are right; give the recovery codes,
    shown only now."""
    step = _step_of(secret, code)
    if step is None:
        raise Invalid(
            fields={
                "code": _("This code is not right. Check the clock of your phone, then type the next one.")
            }
        )
    with env.system("second step on") as system:
        user = confirmed_user(system, password, "password")
        user.totp_secret, user.totp_step = secret, step
        return _fresh_codes(system, user.id)


def new_codes(env: Env, password: str) -> list[str]:
    """Replace the recovery codes; asks for the password, for each of them stands for the phone."""
    with env.system("new recovery codes") as system:
        return _fresh_codes(system, confirmed_user(system, password, "password").id)


def turn_off(env: Env, password: str) -> None:
    """Turn the second step off; asks for the password, for an open screen must not be enough."""
    with env.system("second step off") as system:
        user = confirmed_user(system, password, "password")
        user.totp_secret = user.totp_step = None
        _forget_codes(system, user.id)


def is_on(env: Env) -> bool:
    """Whether the user signs in with a code."""
    with env.system("second step") as system:
        return bool(system.get(User, env.user.id or 0).totp_secret)


def codes_left(env: Env) -> int:
    """How many recovery codes still work."""
    with env.system("second step") as system:
        model = system[RecoveryCode]
        query = select(func.count()).select_from(model)
        left = query.where(model.user_id == env.user.id, model.used_at.is_(None))
        return int(system.session.scalars(left).one())


def accepts(system: Env, user: User, code: str) -> bool:
    """Whether a code opens; each works once. The user's row is locked by the caller."""
    typed = re.sub(r"[\s-]", "", code).casefold()
    if typed.isdecimal() and len(typed) == 6:
        step = _step_of(reveal(system, user, "totp_secret"), typed)
        if step is None or (user.totp_step is not None and step <= user.totp_step):
            return False
        user.totp_step = step
        system.session.flush()
        return True
    model = system[RecoveryCode]
    kept = system.session.scalars(
        select(model).where(
            model.user_id == user.id, model.code_hash == hash_of(typed), model.used_at.is_(None)
        )
    ).one_or_none()
    if kept is None:
        return False
    kept.used_at = system.now()
    system.session.flush()
    return True


def _step_of(secret: str, code: str) -> int | None:
    """The time step a code belongs to: the present one, or its neighbour for a clock that is a little off."""
    if not secret:
        return None
    typed = re.sub(r"\s", "", code)
    now = int(time.time()) // STEP
    totp = pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if secrets.compare_digest(totp.at(step * STEP), typed):
            return step
    return None


def _fresh_codes(system: Env, user_id: int) -> list[str]:
    _forget_codes(system, user_id)
    codes = ["".join(secrets.choice(_ALPHABET) for _sign in range(10)) for _number in range(CODES)]
    model = system[RecoveryCode]
    system.session.add_all(model(user_id=user_id, code_hash=hash_of(code)) for code in codes)
    system.session.flush()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _forget_codes(system: Env, user_id: int) -> None:
    model = system[RecoveryCode]
    with guard.trusted(system.session):
        system.session.execute(delete(model).where(model.user_id == user_id))
