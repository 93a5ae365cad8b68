"""The password once more, before something that an open screen must not be enough for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import Invalid
from core.i18n import _
from core.security import passwords, throttle
from core.security.models import User

if TYPE_CHECKING:
    from core.env import Env


def confirmed_user(system: Env, password: str, field: str) -> User:
    """The user who asks, locked, once the password is right; else Invalid for the form's field.

    Wrong ones are counted: a stolen session is no way to guess. Whoever catches the refusal keeps the
    transaction, and with it the count.
    """
    user = system.get(User, system.user.id or 0, lock=True)
    key = throttle.key_of("confirm", str(user.id))
    attempt = throttle.begin(system, key, throttle.TRIES)
    if attempt.blocked_until is not None:
        raise Invalid(fields={field: _("Too many tries. Wait 15 minutes.")})
    if not passwords.matches(user.password_hash, password):
        raise Invalid(fields={field: _("This is not your password.")})
    throttle.succeed(system, key)
    return user
