"""Count failures in the database, so that every worker and every restart knows of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import case, select, update
from sqlalchemy.dialects.postgresql import insert

from core.security import guard
from core.security.models import LoginAttempt

if TYPE_CHECKING:
    from datetime import datetime

    from core.env import Env

TRIES = 5
"""Failures in a row for one account from one network, or from one known browser, before they wait."""
TRIES_OF_ACCOUNT = 100
"""For one account from all unknown browsers together: a guess spread over many networks ends here, and its
owner goes on in the browsers that are known."""
TRIES_OF_ADDRESS = 60
"""For one address of the network, where a whole office may sit behind."""
RESETS_OF_ADDRESS = 3
"""So many times one address, known or not, is asked a new password for; then nothing is sent for a while."""
RESETS_OF_CLIENT = 20
"""So many times one client asks, whatever addresses it names; then it is refused for a while."""
PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Where one key stands once this attempt is counted as a failure."""

    key: str
    failures: int
    blocked_until: datetime | None


def key_of(kind: str, value: str) -> str:
    """The table does not list who tried from where."""
    return sha256(f"{kind}:{value}".encode()).hexdigest()


def network_of(ip: str) -> str:
    """The network that one client can send from: 256 addresses of IPv4, a site of IPv6 (RFC 6177)."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ip_network(f"{address}/{24 if address.version == 4 else 56}", strict=False))


def of_account(address: str, ip: str) -> str:
    """The key of strangers who try one account from one network."""
    return key_of("account", f"{address} {network_of(ip)}")


def begin(system: Env, key: str, tries: int) -> Attempt:
    """Count an attempt as failed before it is checked, and hold its row: attempts on one account are one
    after the other, and none is free.

    Failures older than the pause are forgotten.
    """
    table = cast("Any", system[LoginAttempt]).__table__
    now = system.now()
    counted = case((table.c.last_at < now - PAUSE, 1), else_=table.c.failures + 1)
    statement = (
        insert(table)
        .values(key=key, failures=1, last_at=now)
        .on_conflict_do_update(index_elements=["key"], set_={"failures": counted, "last_at": now})
        .returning(table.c.failures, table.c.blocked_until)
    )
    with guard.trusted(system.session):
        row = system.session.execute(statement).one()
        blocked = row.blocked_until if row.blocked_until and row.blocked_until > now else None
        if blocked is None and row.failures >= tries:
            system.session.execute(
                update(table).where(table.c.key == key).values(blocked_until=now + PAUSE, failures=0)
            )
    return Attempt(key, row.failures, blocked)


def is_blocked(system: Env, key: str) -> bool:
    """Whether a key must wait; nothing is counted."""
    model = system[LoginAttempt]
    found = select(model.id).where(model.key == key, model.blocked_until > system.now())
    return system.session.scalars(found).one_or_none() is not None


def succeed(system: Env, *keys: str) -> None:
    """Forget the failures: it was the right person."""
    table = cast("Any", system[LoginAttempt]).__table__
    with guard.trusted(system.session):
        system.session.execute(
            update(table).where(table.c.key.in_(keys)).values(failures=0, blocked_until=None)
        )
