"""Put the web application together: one per process."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litestar import Litestar, Request, Response
from litestar.concurrency import set_asyncio_executor
from litestar.datastructures import State
from litestar.exceptions import HTTPException

import core
from core.errors import NotFound, Unavailable
from core.i18n import _, using
from core.platform import share_connections
from core.rest import routes as rest
from core.web import assets, incoming, templating
from core.web.context import Site
from core.web.events import Listener
from core.web.failures import answer_to, core_error_of, plain
from core.web.gate import Gate
from core.web.middleware import Around
from core.web.pages import to_response
from core.web.routes import all_routes
from core.web.unit import in_thread, language_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from core.platform import Platform

CORE = Path(core.__file__).parent


class Application(Around):
    """The ASGI application, with what tests and commands want to reach of it."""

    def __init__(self, litestar: Litestar, site: Site) -> None:
        super().__init__(litestar, site, explain)  # type: ignore[arg-type]  # Litestar's scope is a TypedDict
        self.litestar = litestar
        self.end_streams = litestar.state.listener.end_streams


def create_app(platform: Platform, *, threads: int = 0) -> Application:
    """Make the application.

    ``threads`` is how many requests are worked on at once, each on a connection; else what this process's
    share of the server's connections allows.
    """
    size = threads or (platform.server.budget or share_connections(platform)).threads
    gate = Gate(size)
    set_asyncio_executor(gate.executor)
    folders = source_folders(platform)
    made = assets.build(folders)
    environment = templating.environment([folder / "templates" for folder in _template_roots(folders)], made)
    proxies = frozenset(filter(None, os.environ.get("PASSERELLE_TRUSTED_PROXIES", "").split(",")))
    site = Site(platform, environment, made, gate, proxies)
    listener = Listener(platform)

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        yield
        listener.stop()
        gate.executor.shutdown(wait=False, cancel_futures=True)

    litestar = Litestar(
        route_handlers=[*all_routes(), *rest.ROUTES, *addon_routes(platform)],
        state=State({"site": site, "listener": listener}),
        lifespan=[lifespan],
        exception_handlers={HTTPException: _http_error, Exception: _left_to_us},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,
    )
    return Application(litestar, site)


def source_folders(platform: Platform) -> list[Path]:
    """The folders of core and of every addon found: templates and icons in use are looked for there."""
    return [CORE, *(addon.path for addon in platform.discovered.addons.values() if addon.path != CORE)]


def _template_roots(folders: Sequence[Path]) -> list[Path]:
    """Core keeps its templates with the part that uses them: core/web/templates, core/views/templates."""
    parts = [part for part in sorted(CORE.iterdir()) if (part / "templates").is_dir()]
    return [*parts, *(folder for folder in folders if (folder / "templates").is_dir())]


def addon_routes(platform: Platform) -> list[Any]:
    """The pages of every addon found, enabled somewhere or not: routes never change at run time."""
    found: list[Any] = []
    for addon in platform.discovered.addons.values():
        declare = getattr(addon.hooks, "declare_routes", None)
        if declare is not None:
            found.extend(declare())
    return found


def _http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """The framework's own refusals: no such route, wrong method, a path value that is no number."""
    if error.status_code in (400, 404, 405):
        known = NotFound(
            _("This page does not exist."), hint=_("Check the address, or start from the side bar.")
        )
        return _left_to_us(request, known)
    return _left_to_us(request, error)


def _left_to_us(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Note the error: the middleware writes its page in a worker thread, which a handler here could not."""
    request.scope["passerelle"].failure = error  # type: ignore[typeddict-item]  # our middleware's
    return Response(b"", status_code=500)


async def explain(site: Site, scope: Any) -> Response[bytes]:
    """The page for an error that no route of ours caught."""
    request: Request[Any, Any, Any] = Request(scope)
    came = incoming.head(request)
    state = scope["passerelle"]
    failure = state.failure
    if state.workspace is not None and not isinstance(failure, Unavailable):
        try:
            answer = await in_thread(site, lambda: answer_to(site, came, failure))
            return to_response(answer, secure=came.secure)
        except Unavailable as busy:
            failure = busy
    with using(language_of(came)):  # nobody's page, or no thread to make it
        return to_response(plain(core_error_of(came, failure), came.id), secure=came.secure)
