"""Passwords: argon2id, at most two at a time, for each costs 64 MiB and a good part of a second."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import Invalid
from core.i18n import _

SHORTEST = 10
LONGEST = 200
LONGEST_ESTIMATED = 72
"""Characters that are judged; its time grows with their square, and no longer password is easily guessed."""
LEAST_SCORE = 2
"""Of 0 to 4: 2 withstands a million guesses, more than the throttle lets through in centuries."""
_two_at_once = BoundedSemaphore(2)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    """The library's defaults; PASSERELLE_PASSWORDS=fast is for tests, which hash thousands."""
    if os.environ.get("PASSERELLE_PASSWORDS") == "fast":
        return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    return PasswordHasher()


def check_strength(password: str, *, email: str = "") -> None:
    """Raise Invalid for a password that is too short, too long, the address itself, or that many people use.

    The last is judged by zxcvbn (Wheeler, USENIX Security 2016) and its lists of 30,000 common passwords,
    words and names: what a million guesses find is refused.
    """
    if len(password) < SHORTEST:
        raise Invalid(fields={"password": _("Use {count} characters or more.", count=SHORTEST)})
    if len(password) > LONGEST:
        raise Invalid(fields={"password": _("Use {count} characters or fewer.", count=LONGEST)})
    if email and password.casefold() in (email.casefold(), email.partition("@")[0].casefold()):
        raise Invalid(fields={"password": _("Choose something else than your address.")})
    if len(set(password)) < 4:
        raise Invalid(fields={"password": _("Use at least 4 different characters.")})
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # no types; its lists are read when asked first

    if zxcvbn(password[:LONGEST_ESTIMATED], user_inputs=[email])["score"] < LEAST_SCORE:
        raise Invalid(
            fields={"password": _("This is among the first that are guessed. Put several words together.")}
        )


def hash_of(password: str) -> str:
    """What is kept of a password."""
    with _two_at_once:
        return _hasher().hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is right. Takes as long when there is no such account."""
    with _two_at_once:
        try:
            return _hasher().verify(kept or _nobodys(), password[: LONGEST + 1]) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """A hash that no password fits."""
    return _hasher().hash(secrets.token_urlsafe(16))


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _hasher().check_needs_rehash(kept)
