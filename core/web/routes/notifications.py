"""The stream of notifications: server-sent events, ended after a minute so that a worker can stop."""

from __future__ import annotations

import asyncio
import json
import random
import time
from typing import TYPE_CHECKING, Any, cast

from litestar import Request, Response, get
from litestar.response import Stream

from core.web import incoming, metrics
from core.web.events import Audience
from core.web.unit import in_thread, transaction_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from core.web.context import Site
    from core.web.events import Listener

LASTS = 60.0
PING = 15.0
"""Seconds a stream lasts, and between signs of life on a quiet one."""


@get("/events", name="core.web.events")
async def events(request: Request[Any, Any, Any]) -> Response[Any]:
    """Stream which records changed, as model and id, to whoever is signed in and may read such records."""
    site = cast("Site", request.app.state.site)
    came = await incoming.read(request)

    def audience() -> Audience | None:
        with transaction_of(site, came) as env:
            return Audience.of(env) if came.signed_in is not None else None

    listening = await in_thread(site, audience)
    if listening is None:
        return Response(b"", status_code=401)
    listener = cast("Listener", request.app.state.listener)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(
        _stream(listener, came.workspace.schema, listening),
        media_type="text/event-stream; charset=utf-8",
        headers=headers,
    )


async def _stream(listener: Listener, schema: str, audience: Audience) -> AsyncIterator[str]:
    queue = listener.subscribe(schema, audience)
    metrics.streams.inc()
    ends = time.monotonic() + LASTS * random.uniform(0.9, 1.1)  # noqa: S311 - so that not all come back at once
    try:
        yield ": hello\n\n"
        while (left := ends - time.monotonic()) > 0 and not listener.ending:
            try:
                changes = await asyncio.wait_for(queue.get(), min(PING, left))
            except TimeoutError:
                yield ": ping\n\n"
                continue
            for model, record_id in changes:
                yield f"event: changed\ndata: {json.dumps({'model': model, 'id': record_id})}\n\n"
    finally:
        metrics.streams.dec()
        listener.unsubscribe(schema, queue)


ROUTES = (events,)
