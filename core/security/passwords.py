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
_two_at_once = BoundedSemaphore(2)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    """The library's defaults; PASSERELLE_PASSWORDS=fast is for tests, which hash thousands."""
    if os.environ.get("PASSERELLE_PASSWORDS") == "fast":
        return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    return PasswordHasher()


def check_strength(password: str, *, email: str = "") -> None:
    """Raise Invalid for a password that is too short, too long, or the address itself."""
    if len(password) < SHORTEST:
        raise Invalid(fields={"password": _("Use {count} characters or more.", count=SHORTEST)})
    if len(password) > LONGEST:
        raise Invalid(fields={"password": _("Use {count} characters or fewer.", count=LONGEST)})
    if email and password.casefold() in (email.casefold(), email.partition("@")[0].casefold()):
        raise Invalid(fields={"password": _("Choose something else than your address.")})
    if len(set(password)) < 4:
        raise Invalid(fields={"password": _("Use at least 4 different characters.")})


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
