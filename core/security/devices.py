"""Browsers in which a user has signed in before: wrong passwords of strangers do not make them wait.

After the OWASP page "Slow Down Online Guessing Attacks with Device Cookies": what a stranger tries counts for
strangers, what is tried in a known browser counts for that browser.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.security.models import Device, User
from core.security.secret_tokens import hash_of, new_token

if TYPE_CHECKING:
    from core.env import Env

FORGOTTEN_AFTER = timedelta(days=400)
"""Without a sign-in; browsers keep no cookie for longer."""


def is_known(system: Env, address: str, presented: str) -> bool:
    """Whether the user of an address has signed in with this browser before.

    The statement is the same for an address that nobody has.
    """
    device, user = system[Device], system[User]
    found = (
        select(device.id)
        .join(user, user.id == device.user_id)
        .where(
            device.token_hash == hash_of(presented),
            device.last_used_at > system.now() - FORGOTTEN_AFTER,
            user.email == address,
        )
    )
    return system.session.scalars(found).first() is not None


def remember(env: Env, user_id: int, presented: str) -> str:
    """Know this browser from now on; give the secret of its cookie, a new one for a browser without.

    Several people who share a browser share its secret, each with a row of their own.
    """
    with env.system("remember a browser") as system:
        model, hashed = system[Device], hash_of(presented)
        rows = system.session.scalars(select(model).where(model.token_hash == hashed)).all()
        mine = next((row for row in rows if row.user_id == user_id), None)
        if mine is not None:
            mine.last_used_at = system.now()
            system.session.flush()
            return presented
        secret = presented if rows else new_token()
        system.add(Device, user_id=user_id, token_hash=hash_of(secret), last_used_at=system.now())
        return secret
