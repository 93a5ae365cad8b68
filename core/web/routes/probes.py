"""For load balancers and Prometheus: alive, ready, numbers."""

from __future__ import annotations

import hmac
import ipaddress
import os
from typing import TYPE_CHECKING, Any, cast

from litestar import MediaType, Request, Response, get
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.web import metrics
from core.web.unit import in_thread

if TYPE_CHECKING:
    from core.web.context import Site

JOBS = text(
    "SELECT status::text AS state, count(*) AS jobs FROM platform.procrastinate_jobs"
    " WHERE status IN ('todo', 'doing', 'failed') GROUP BY status"
)


@get("/healthz", media_type=MediaType.TEXT, sync_to_thread=False)
def healthz() -> str:
    """Say that the process answers; touches nothing else."""
    return "ok"


@get("/readyz", media_type=MediaType.TEXT)
async def readyz(request: Request[Any, Any, Any]) -> Response[str]:
    """Say whether requests can be served: the database answers."""
    site = cast("Site", request.app.state.site)

    def ask() -> None:
        with site.platform.server.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    try:
        await in_thread(site, ask)
    except SQLAlchemyError:
        return Response("The database does not answer.", status_code=503, media_type=MediaType.TEXT)
    return Response("ready", media_type=MediaType.TEXT)


@get("/metrics")
async def exposition(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Numbers for Prometheus, for this machine or whoever holds PASSERELLE_METRICS_TOKEN."""
    site = cast("Site", request.app.state.site)
    token = os.environ.get("PASSERELLE_METRICS_TOKEN", "")
    presented = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not (_loopback(request) or (token and hmac.compare_digest(token, presented))):
        return Response(b"Not for you.", status_code=403, media_type=MediaType.TEXT)
    metrics.note_jobs(await in_thread(site, lambda: _jobs(site)))
    metrics.pool.set(site.platform.server.engine.pool.checkedout())  # type: ignore[attr-defined]  # every real pool has it
    return Response(metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _jobs(site: Site) -> dict[str, int] | None:
    """Jobs by state over all workspaces; None when the database does not answer."""
    try:
        with site.platform.server.engine.connect() as connection:
            return {row.state: row.jobs for row in connection.execute(JOBS)}
    except SQLAlchemyError:
        return None


def _loopback(request: Request[Any, Any, Any]) -> bool:
    try:
        return ipaddress.ip_address(request.scope["passerelle"].ip).is_loopback  # type: ignore[typeddict-item]  # our middleware's
    except ValueError:
        return False


ROUTES = (healthz, readyz, exposition)
