"""Numbers for Prometheus: requests by kind and status, and how long they took."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from core.web.middleware import State

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
streams = Gauge("passerelle_event_streams", "Open streams of notifications.", registry=REGISTRY)
pool = Gauge("passerelle_db_connections", "Pooled database connections in use.", registry=REGISTRY)

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


def exposition() -> bytes:
    """The text a scraper reads."""
    return generate_latest(REGISTRY)
