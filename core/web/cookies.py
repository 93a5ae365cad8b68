"""The cookies of the site, and how each is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar.datastructures import Cookie as SetCookie

if TYPE_CHECKING:
    from core.web.request import Request
    from core.web.results import Cookie


def session_cookie(request: Request) -> str:
    """The session cookie's name; over TLS the browser itself refuses it from anywhere else (__Host-)."""
    return "__Host-session" if request.secure else "session"


def to_set(cookie: Cookie, *, secure: bool) -> SetCookie:
    """Never readable by scripts, never sent from another site's form; an empty value removes it."""
    return SetCookie(
        key=cookie.name,
        value=cookie.value,
        path=cookie.path,
        max_age=cookie.max_age if cookie.value else 0,
        httponly=True,
        samesite="lax",
        secure=secure,
    )
