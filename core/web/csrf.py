"""A forged form must not be accepted: same origin, and a token that only a page of ours can carry.

The secret is a cookie of the browser; each page holds it hidden under a fresh mask, so that compression of
pages leaks nothing of it.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from core.errors import NotAllowed
from core.i18n import _

if TYPE_CHECKING:
    from core.web.request import Request

COOKIE = "csrf"
FIELD = "csrf"
HEADER = "x-csrf-token"
_SIZE = 24


class Forged(NotAllowed):
    """The form did not come from a page of this site, or from one too old."""

    def __init__(self) -> None:
        super().__init__(
            _("This form is too old, or did not come from this site."),
            hint=_("Open the page again and send it once more. Nothing was changed."),
        )


def new_secret() -> str:
    """A secret for a browser that has none."""
    return urlsafe_b64encode(secrets.token_bytes(_SIZE)).decode()


def known(secret: str) -> bool:
    """Whether a cookie holds a secret of ours."""
    return _bytes(secret) is not None


def token(secret: str) -> str:
    """The secret under a fresh mask, for one page."""
    plain = _bytes(secret) or b""
    mask = secrets.token_bytes(len(plain))
    return urlsafe_b64encode(mask + bytes(a ^ b for a, b in zip(mask, plain, strict=True))).decode()


def check(request: Request) -> None:
    """Raise Forged when a writing request does not come from a page of this site."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forged
    origin = request.headers.get("origin", "")
    if origin and origin != "null" and origin.partition("://")[2] != request.host:
        raise Forged
    presented = request.headers.get(HEADER) or request.form.get(FIELD)
    secret = _bytes(request.cookies.get(COOKIE, ""))
    if secret is None or not hmac.compare_digest(_unmasked(presented), secret):
        raise Forged


def _bytes(text: str) -> bytes | None:
    try:
        plain = urlsafe_b64decode(text.encode("ascii", "ignore"))
    except ValueError:
        return None
    return plain if len(plain) == _SIZE else None


def _unmasked(presented: str) -> bytes:
    try:
        both = urlsafe_b64decode(presented.encode("ascii", "ignore"))
    except ValueError:
        return b""
    if len(both) != 2 * _SIZE:
        return b""
    return bytes(a ^ b for a, b in zip(both[:_SIZE], both[_SIZE:], strict=True))
