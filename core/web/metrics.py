"""Numbers for Prometheus: requests by kind and status, how long they took, and what waits in the queue.

Where several processes serve one port, each writes its numbers to a file and whichever is asked adds them up.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from core.web.middleware import State

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The folder of the processes' files; the client library looks here when it is first imported."""

REGISTRY = CollectorRegistry()
_requests = Counter(
    "passerelle_requests_total", "Requests answered.", ["kind", "method", "status"], registry=REGISTRY
)
_seconds = Histogram(
    "passerelle_request_seconds",
    "Seconds from the first byte in to the last byte out.",
    ["kind"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
streams = Gauge(
    "passerelle_event_streams",
    "Open streams of notifications.",
    multiprocess_mode="livesum",
    registry=REGISTRY,
)
pool = Gauge(
    "passerelle_db_connections",
    "Pooled database connections in use.",
    multiprocess_mode="livesum",
    registry=REGISTRY,
)
_up = Gauge(
    "passerelle_database_up",
    "1 when the database answered this request, else 0.",
    multiprocess_mode="mostrecent",
    registry=REGISTRY,
)
_jobs = Gauge(
    "passerelle_jobs",
    "Jobs of all workspaces that wait, run, or failed for good.",
    ["state"],
    multiprocess_mode="mostrecent",
    registry=REGISTRY,
)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def kind_of(path: str) -> str:
    """Few values, so that the number of series stays small: api, app, events, probe, page."""
    if path.startswith("/api/"):
        return "api"
    if path.startswith("/app/"):
        return "app"
    return {"/events": "events", "/healthz": "probe", "/readyz": "probe", "/metrics": "probe"}.get(
        path, "page"
    )


def count(scope: MutableMapping[str, Any], state: State) -> None:
    """Note one answered request."""
    kind = kind_of(scope["path"])
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    _requests.labels(kind, method, str(state.status)).inc()
    if kind != "events":
        _seconds.labels(kind).observe(time.perf_counter() - state.started)


def note_jobs(counts: Mapping[str, int] | None) -> None:
    """Note the queue as the database tells it; None when it did not answer."""
    _up.set(0 if counts is None else 1)
    for state in ("todo", "doing", "failed"):
        _jobs.labels(state).set(float("nan") if counts is None else counts.get(state, 0))


def exposition() -> bytes:
    """The text a scraper reads: of this process, or of all that share its port."""
    folder = os.environ.get(SHARED)
    if not folder:
        return generate_latest(REGISTRY)
    _forget_dead(Path(folder))
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # the library annotates no constructor
    return generate_latest(together)


def _forget_dead(folder: Path) -> None:
    """Leave out what replaced processes had open; what they had counted stays."""
    for file in folder.glob("gauge_live*_*.db"):
        process = int(file.stem.rpartition("_")[2])
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            mark_process_dead(process)  # type: ignore[no-untyped-call]  # the library does not annotate it
