"""One request, one transaction, one hop to a worker thread: session, Env, handler, render, commit."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any, TypeVar

from core.db.transaction import transaction
from core.env import Env, Who, companies_at_work
from core.i18n import negotiate, using
from core.registry.answering import answering
from core.security.reading_only import reading_only
from core.web.cookies import session_cookie
from core.web.events import announcing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.web.context import Site
    from core.web.request import Request

T = TypeVar("T")


at_work: ContextVar[str] = ContextVar("at_work", default="")
"""The workspace whose share of the threads a request takes; empty for what concerns none."""


async def in_thread(site: Site, work: Callable[[], T]) -> T:
    """Run in the site's own threads, with this request's context variables.

    Raise ThreadsBusy when the share of the workspace is taken for too long.
    """
    context = copy_context()
    return await site.gate.run(at_work.get(), lambda: context.run(work))


@contextmanager
def transaction_of(site: Site, request: Request) -> Iterator[Env]:
    """The Env of a request: its user's, or an anonymous one that may do nothing by itself.

    Committed at the end, rolled back when anything raises.
    """
    from core.security import (
        sessions,
    )  # sessions know Env, and Env is known to what this module is imported by

    platform = site.platform
    with transaction(platform.server, request.workspace) as connection:
        token = request.cookies.get(session_cookie(request), "")
        signed_in = request.signed_in = sessions.find(connection, token) if token else None
        options: dict[str, Any] = {"request_id": request.id}
        if signed_in is not None:
            active = platform.companies(connection, request.workspace, signed_in.registry_version)
            own = tuple(one for one in signed_in.user_companies if one in active)
            usual, together = signed_in.company_id, signed_in.all_companies
            company_id, company_ids = companies_at_work(own, usual, together=together)
            options |= {
                "user": signed_in.who,
                "company_id": company_id,
                "company_ids": company_ids,
                "user_companies": own,
                "registry": platform.registry_for(connection, request.workspace, signed_in.registry_version),
                "version": signed_in.registry_version,
            }
        else:
            options |= {"user": Who(id=0, name="", locale=language_of(request)), "company_ids": ()}
        env = platform.env_in(connection, request.workspace, **options)
        with using(env.locale), announcing(env):
            yield env
            env.session.flush()
        env.session.close()


def run(site: Site, request: Request, work: Callable[[Env], T]) -> T:
    """Run the whole unit, again when the database could not serialise it. Call it in a worker thread."""

    def once() -> T:
        request.later.clear()
        reads = nullcontext() if request.writes else reading_only(f"{request.method} {request.path}")
        with reads, transaction_of(site, request) as env:
            return work(env)

    return answering(site.platform, request.workspace.name, once)


def language_of(request: Request) -> str:
    """Of someone not signed in: what was chosen at the foot of the page, else what the browser prefers."""
    chosen = request.cookies.get("language", "")
    return chosen if chosen in ("en", "fr") else negotiate(request.headers.get("accept-language", ""))
