"""Where the interface enters the web application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from litestar import HttpMethod, Request, Response, route

from core.errors import Unavailable
from core.i18n import negotiate, using
from core.rest import docs
from core.rest.answers import refusal
from core.rest.dispatch import PREFIX, Call, Dispatcher
from core.web.unit import in_thread

if TYPE_CHECKING:
    from core.web.context import Site

_METHODS = [HttpMethod.GET, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.PUT, HttpMethod.DELETE]


@route(f"{PREFIX}{{path:path}}", http_method=_METHODS)
async def api(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Read the body, work in a thread, answer."""
    site = cast("Site", request.app.state.site)
    dispatcher: Dispatcher = request.app.state.setdefault("rest", None) or Dispatcher(site.platform)
    request.app.state["rest"] = dispatcher
    state = request.scope["passerelle"]  # type: ignore[typeddict-item]  # our middleware's
    call = Call(
        workspace=state.workspace,
        method=str(request.method),
        path=request.scope["path"].removeprefix(PREFIX),
        query=dict(request.query_params.items()),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
        request_id=state.request_id,
        ip=state.ip,
    )
    try:
        answer = await in_thread(site, lambda: dispatcher.answer(call))
    except Unavailable as error:
        with using(negotiate(call.headers.get("accept-language", ""))):
            answer = refusal(error, call.request_id)
    return Response(
        answer.body, status_code=answer.status, headers=answer.headers, media_type=answer.media_type
    )


ROUTES = [api, *docs.ROUTES]
