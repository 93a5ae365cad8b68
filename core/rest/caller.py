"""Who calls, what the token allows, and how often."""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import text

from core.env import companies_at_work
from core.errors import NotAllowed
from core.i18n import _
from core.rest.answers import Problem
from core.security.tokens import find

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from core.db.server import Server
    from core.env import Who

PER_MINUTE = int(os.environ.get("PASSERELLE_API_PER_MINUTE", "600"))
_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that acts as a user, within the scopes of its token."""

    who: Who
    scopes: frozenset[str]
    company_id: int | None
    user_companies: tuple[int, ...]
    registry_version: int

    def at_work(self, chosen: str) -> tuple[int | None, tuple[int, ...]]:
        """The company that a request writes in, and those it reads, by its header ``X-Company``.

        Empty: the user's usual one. A number: that one. ``all``: the usual one to write in, all the user's to
        read. Anything else is refused.
        """
        if chosen in ("", "all"):
            return companies_at_work(self.user_companies, self.company_id, together=bool(chosen))
        if not chosen.isdecimal() or int(chosen) not in self.user_companies:
            raise Problem(
                403,
                _("The user of this token does not work in company {company}.", company=chosen[:20]),
                hint=_("Send one of the user's companies in the header X-Company, or all."),
            )
        return int(chosen), (int(chosen),)

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
    return Caller(found.who, found.scopes, found.company_id, found.user_companies, found.registry_version)


_TAKE = text(
    """
    INSERT INTO platform.api_allowance AS a (key, available, taken, at)
      VALUES (:key, cast(:limit AS double precision) - :share, :share, clock_timestamp())
    ON CONFLICT (key) DO UPDATE SET
      taken = least(:share, floor(least(:limit, a.available
        + extract(epoch FROM clock_timestamp() - a.at) * :limit / 60.0))),
      available = least(:limit, a.available + extract(epoch FROM clock_timestamp() - a.at) * :limit / 60.0)
        - least(:share, floor(least(:limit, a.available
        + extract(epoch FROM clock_timestamp() - a.at) * :limit / 60.0))),
      at = clock_timestamp()
    RETURNING taken, available
    """
)


class Allowance:
    """So many requests a minute for each caller, saved up while it is silent; shared by all processes.

    The count is kept in the database. A process takes a second's worth at a time, so most requests cost no
    statement; what it has taken and not used is used later, so a caller may at most exceed the limit by that
    share for each process.
    """

    def __init__(self, server: Server, per_minute: int) -> None:
        self.server, self.per_minute = server, per_minute
        self.share = max(1, per_minute // 60)
        self._left: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def has(self, caller: str) -> bool:
        """Use one of the requests that this process has taken already."""
        with self._lock:
            left = self._left.pop(caller, 0)
            if left:
                self._left[caller] = left - 1
            return left > 0

    def take(self, caller: str) -> None:
        """Count one request, or refuse with 429 and the seconds to wait."""
        if self.has(caller):
            return
        values = {"key": caller, "limit": self.per_minute, "share": min(self.share, self.per_minute)}
        with self.server.engine.begin() as connection:
            row = connection.execute(_TAKE, values).one()
        if not row.taken:
            wait = int((1 - row.available) * 60 / self.per_minute) + 1
            raise Problem(
                429,
                _("More than {limit} requests in a minute.", limit=self.per_minute),
                hint=_("Go on in {seconds} seconds.", seconds=wait),
                headers={"retry-after": str(wait)},
            )
        with self._lock:
            self._left[caller] = self._left.pop(caller, 0) + row.taken - 1
            while len(self._left) > _KEPT:
                self._left.popitem(last=False)


def key_of(workspace: str, authorization: str) -> str:
    """Whose requests are counted together: those with one token in one workspace. No token is kept."""
    return f"{workspace}:{sha256(authorization.strip().encode()).hexdigest()}"
