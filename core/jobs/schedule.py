"""Jobs by the clock: once a minute, what is due in each workspace is deferred there."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from croniter import croniter  # type: ignore[import-untyped]  # it ships no types

from core.db import directory
from core.jobs.defer import defer_in
from core.jobs.run import companies_of, jobs_of
from core.platform import in_company

if TYPE_CHECKING:
    from datetime import datetime

    from core.platform import Platform

log = logging.getLogger("passerelle.jobs")


def start_due(platform: Platform, minute: datetime) -> int:
    """Defer, in every ready workspace, the jobs whose schedule names this minute; return how many.

    A job that still waits is not deferred again. One broken workspace does not stop the others.
    """
    started = 0
    for entry in directory.entries(platform.server):
        if entry.state != "ready":
            continue
        try:
            with platform.env(entry) as env:
                for job in jobs_of(env.registry).values():
                    if job.cron and croniter.match(job.cron, minute):
                        using = companies_of(env, job)
                        within = in_company(env, using[0]) if using else env
                        started += defer_in(within, job, {}, once=f"cron:{job.name}") is not None
        except Exception:
            log.exception("the schedule of workspace %s could not be read", entry.name)
    return started
