"""``@page`` and ``@action``: how a function of (env, request, path values) becomes a route.

The function runs once per request in a worker thread, inside the request's transaction; what it gives back is
rendered there too, and then the transaction is committed. It never commits, never awaits and never sees a
half-open session.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, cast

from litestar import Request as HttpRequest
from litestar import Response
from litestar.handlers import HTTPRouteHandler

from core.errors import NotAllowed, NotFound
from core.i18n import _
from core.security.access import roles_of
from core.security.refusals import who_helps
from core.security.roles import close_over
from core.web import csrf, incoming
from core.web.cookies import to_set
from core.web.failures import SignInFirst, answer_to
from core.web.once import once
from core.web.render import Answer, render
from core.web.results import Outside
from core.web.unit import in_thread, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.env import Env
    from core.web.context import Site
    from core.web.request import Request
    from core.web.results import Result


def page(path: str, *, access: str = "user") -> Callable[[Callable[..., Result]], HTTPRouteHandler]:
    """Serve GET. ``access`` is "user" (signed in), "anyone", "admin", or the name of a role."""
    return _route("GET", path, access)


def action(path: str, *, access: str = "user") -> Callable[[Callable[..., Result]], HTTPRouteHandler]:
    """Serve POST: a form or a button. The request must carry the token of a page of this site."""
    return _route("POST", path, access)


def _route(method: str, path: str, access: str) -> Callable[[Callable[..., Result]], HTTPRouteHandler]:
    def decorate(function: Callable[..., Result]) -> HTTPRouteHandler:
        addon = _addon_of(function.__module__)
        takes = tuple(inspect.signature(function).parameters)

        async def handler(request: HttpRequest[Any, Any, Any]) -> Response[bytes]:
            site = cast("Site", request.app.state.site)
            came = await incoming.read(request)
            values = {name: value for name, value in request.path_params.items() if name in takes}

            def work(env: Env) -> Answer | Outside:
                admit(env, came, access, addon)
                offered = {"env": env, "request": came, **values}

                def answer() -> Answer | Outside:
                    result = function(**{name: offered[name] for name in takes})
                    return result if isinstance(result, Outside) else render(site, env, came, result)

                return once(env, came, answer) if came.writes else answer()

            answer = await in_thread(site, lambda: answered(site, came, work))
            answer.cookies.extend(incoming.new_cookies(came))
            incoming.note(request, came)
            return to_response(answer, secure=came.secure)

        handler.__doc__ = function.__doc__
        handler.__module__ = function.__module__
        handler.__annotations__ = {"request": HttpRequest[Any, Any, Any], "return": Response[bytes]}
        route = HTTPRouteHandler(
            path, http_method=cast("Any", method), name=f"{function.__module__}.{function.__name__}"
        )
        return route(handler)

    return decorate


def answered(site: Site, request: Request, work: Callable[[Env], Answer | Outside]) -> Answer:
    """The answer, or the page that says why there is none."""
    try:
        if request.writes:
            csrf.check(request)
        answer = run(site, request, work)
        while isinstance(answer, Outside):
            answer = _rendered(site, request, answer.work())
    except Exception as error:
        return answer_to(site, request, error)
    return answer


def _rendered(site: Site, request: Request, result: Result) -> Answer | Outside:
    if isinstance(result, Outside):
        return result
    return run(site, request, lambda env: render(site, env, request, result))


def admit(env: Env, request: Request, access: str, addon: str = "") -> None:
    """Raise when the reader may not come in: not signed in, addon not enabled, role missing."""
    if addon and addon not in env.registry.enabled:
        raise NotFound(
            _("This page does not exist."),
            hint=_("Its app may be disabled, or not used by this company. Settings, Apps shows all."),
        )
    if access == "anyone":
        return
    if request.signed_in is None:
        raise SignInFirst(request.url if not request.writes else request.path)
    if access == "user" or env.access.everything:
        return
    if access == "admin":
        raise NotAllowed(
            _("Only an administrator can open this page."),
            hint=_("Ask an administrator of your workspace for access."),
        )
    if access not in env.access.roles:
        declared = roles_of(env.registry)
        enough = [role for name, role in declared.items() if access in close_over(declared, [name])]
        raise NotAllowed(_("Your role does not include this page."), hint=who_helps(enough))


def site_of(request: Request) -> Site:
    """What the process serves with, for the few pages that need the platform itself."""
    if request.site is None:
        message = "this request did not come through the application"
        raise LookupError(message)
    return request.site


def to_response(answer: Answer, *, secure: bool) -> Response[bytes]:
    """The framework's response; whatever streams was read inside the transaction."""
    content = answer.content if isinstance(answer.content, bytes) else b"".join(answer.content)
    return Response(
        content,
        status_code=answer.status,
        media_type=answer.media_type,
        headers=answer.headers,
        cookies=[to_set(cookie, secure=secure) for cookie in answer.cookies],
    )


def _addon_of(module: str) -> str:
    """The addon whose page this is; core's pages belong to none."""
    head, _dot, rest = module.partition(".")
    return rest.partition(".")[0] if head == "addons" else "" if head == "core" else head
