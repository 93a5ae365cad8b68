"""Who calls, what the token allows, and how often."""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from core.errors import NotAllowed
from core.i18n import _
from core.rest.answers import Problem
from core.security.tokens import find

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from core.env import Who

PER_MINUTE = int(os.environ.get("PASSERELLE_API_PER_MINUTE", "600"))
_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that acts as a user, within the scopes of its token."""

    who: Who
    scopes: frozenset[str]
    company_id: int | None
    company_ids: tuple[int, ...]
    registry_version: int

    def need(self, model: str, operation: str) -> None:
        """Refuse what the token was not made for; "write" includes "read"."""
        allowed = {"write", f"{model}:write"}
        if operation == "read":
            allowed |= {"read", f"{model}:read"}
        if not self.scopes & allowed:
            raise NotAllowed(
                _("This token may not {operation} {model}.", operation=operation, model=model),
                hint=_("Make a token with the scope {scope}.", scope=f"{model}:{operation}"),
            )


def identify(connection: Connection, authorization: str) -> Caller:
    """Return who presents a bearer token, or refuse with 401."""
    scheme, _space, presented = authorization.partition(" ")
    found = find(connection, presented.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise Problem(
            401,
            _("There is no valid token with this request."),
            hint=_("Send the header 'Authorization: Bearer <token>'; tokens are made under Settings."),
            headers={"www-authenticate": 'Bearer realm="passerelle"'},
        )
    return Caller(found.who, found.scopes, found.company_id, found.company_ids, found.registry_version)


class Allowance:
    """So many requests a minute for each caller, saved up while it is silent; counted per process."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, caller: str, *, now: float | None = None) -> None:
        """Count one request, or refuse with 429 and the seconds to wait."""
        at = time.monotonic() if now is None else now
        with self._lock:
            left, since = self._left.pop(caller, (float(self.per_minute), at))
            left = min(self.per_minute, left + (at - since) * self.per_minute / 60)
            if left < 1:
                self._left[caller] = (left, at)
                wait = int((1 - left) * 60 / self.per_minute) + 1
                raise Problem(
                    429,
                    _("More than {limit} requests in a minute.", limit=self.per_minute),
                    hint=_("Go on in {seconds} seconds.", seconds=wait),
                    headers={"retry-after": str(wait)},
                )
            self._left[caller] = (left - 1, at)
            while len(self._left) > _KEPT:
                self._left.popitem(last=False)
