"""For load balancers and Prometheus: alive, ready, numbers."""

from __future__ import annotations

import hmac
import ipaddress
import os
import shutil
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, cast

from litestar import MediaType, Request, Response, get
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.errors import Unavailable
from core.platform import data_folder
from core.web import metrics
from core.web.unit import in_thread

if TYPE_CHECKING:
    from pathlib import Path

    from core.web.context import Site

JOBS = text(
    "SELECT status::text AS state, count(*) AS jobs FROM platform.procrastinate_jobs"
    " WHERE status IN ('todo', 'doing', 'failed') GROUP BY status"
)


LEAST_FREE_MB = 64
"""Below it a process is not ready: a database that finds no room stops, and takes everybody with it."""


@get("/healthz", media_type=MediaType.TEXT, sync_to_thread=False)
def healthz() -> str:
    """Say that the process answers; touches nothing else."""
    return "ok"


@get("/readyz", media_type=MediaType.TEXT)
async def readyz(request: Request[Any, Any, Any]) -> Response[str]:
    """Say whether requests can be served: the database answers, and the data folder takes what is written."""
    site = cast("Site", request.app.state.site)
    missing = await in_thread(site, lambda: _database_fault(site) or _disk_fault(data_folder()))
    if missing:
        again = {"retry-after": str(Unavailable.retry_after)}
        return Response(missing, status_code=503, media_type=MediaType.TEXT, headers=again)
    return Response("ready", media_type=MediaType.TEXT)


def _database_fault(site: Site) -> str:
    """Why the database cannot be used; empty when it answers."""
    try:
        with site.platform.server.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "The database does not answer."
    return ""


def _disk_fault(folder: Path) -> str:
    """Why nothing can be kept in a folder; empty when there is room. An embedded database lies there too."""
    least = int(os.environ.get("PASSERELLE_LEAST_FREE_MB", "") or LEAST_FREE_MB)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(folder).free
    except OSError:
        return f"Nothing can be written in {folder}."
    return "" if free >= least * 1024 * 1024 else f"Less than {least} MB are free in {folder}."


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
