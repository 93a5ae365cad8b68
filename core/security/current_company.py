"""The company at work: another one for a while, or until the transaction ends, with what it uses."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from core.security.access import access_in
from core.security.plan import plan_of
from core.security.usage import registry_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.env import Env, Scope
    from core.security.access import Access
    from core.security.guard import GuardedSession


def move(env: Env, company_id: int) -> None:
    """Make a company the current one of an Env, and of its elevated passages; see ``Env.move_to``.

    What is shown and what runs is then what that company uses.
    """
    registry = registry_of(env.scope, company_id)
    scope = replace(env.scope, company_id=company_id, registry=registry, at_work=registry)
    session = cast("GuardedSession", env.session)
    for one in (session, session.twin):
        if one is not None:
            _stand(one, scope, access_in(registry, one.env), {})


def _stand(session: GuardedSession, scope: Scope, access: Access, cache: dict[Any, Any]) -> None:
    session.env.scope, session.env.cache = scope, cache
    if session.env.access is not access:
        session.env.access, session.plan = access, plan_of(scope.registry, access)
    session._rules = session.reading.known = None  # they hold the current company


@contextmanager
def within(env: Env, company_id: int) -> Iterator[None]:
    """Make a company the current one for a while; see ``Env.within``."""
    session = cast("GuardedSession", env.session)
    scope = env.scope
    caches = {one: one.env.cache for one in (session, session.twin) if one is not None}
    move(env, company_id)
    try:
        yield
        session.flush()
    finally:
        for one in (session, session.twin):
            if one is not None:  # the elevated one may have been made meanwhile
                _stand(one, scope, access_in(scope.registry, one.env), caches.get(one, {}))
