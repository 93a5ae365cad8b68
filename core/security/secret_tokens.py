"""Secrets that stand for somebody: 256 random bits, of which only the hash is kept."""

from __future__ import annotations

import secrets
from hashlib import sha256


def new_token() -> str:
    """A secret for a link or a cookie: 256 random bits in letters, digits, "-" and "_"."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What a table keeps of a token. A token is 256 random bits: it needs no salt and no slow hash."""
    return sha256(token.encode()).hexdigest()
