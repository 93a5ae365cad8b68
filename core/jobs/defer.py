"""Put a job on the queue inside the caller's transaction: rolled back, it never was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from core.security.reading_only import refuse_while_reading

if TYPE_CHECKING:
    from datetime import datetime

    from core.env import Env
    from core.jobs.declare import Job

_DEFER = text(
    "SELECT platform.defer_job("
    ":job, cast(:arguments AS jsonb), cast(:by AS jsonb), :queue, :lock, :once, :at)"
)


def defer_in(
    env: Env,
    job: Job[Any],
    arguments: dict[str, Any],
    *,
    at: datetime | None = None,
    lock: str | None = None,
    once: str | None = None,
) -> int | None:
    """Defer a job and return its id.

    ``at``: not before this instant. ``lock``: one at a time among those with the same lock. ``once``: when
    a job with the same key already waits, nothing is added and the answer is None.
    """
    refuse_while_reading(env.registry, "defer", job.name)
    by = {
        "user": env.user.id,
        "token": env.user.token_id,
        "company": env.company_id,
        "companies": list(env.company_ids),
        "locale": env.user.locale,
        "tz": env.user.tz,
        "request": env.scope.request_id,
    }
    values = {
        "job": job.name,
        "arguments": job.pack(arguments),
        "by": json.dumps(by),
        "queue": job.queue,
        "lock": lock,
        "once": once,
        "at": at,
    }
    deferred: int | None = env.scope.connection.execute(_DEFER, values).scalar()
    return deferred
