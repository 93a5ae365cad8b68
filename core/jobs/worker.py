"""The worker: runs jobs in threads, repeats what failed, and starts what is due by the clock."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from procrastinate import App, JobContext, PsycopgConnector, RetryDecision
from procrastinate.retry import BaseRetryStrategy

from core.jobs import schedule
from core.jobs.run import Order, RunFailed, note_failure, retries_of, run

if TYPE_CHECKING:
    from procrastinate.jobs import Job as QueuedJob

    from core.platform import Platform

log = logging.getLogger("passerelle.jobs")
KEEP_DAYS = 7
"""How long a job that ended well stays on the jobs page."""
SILENT_SECONDS = 60
"""A worker that gave no sign of life for so long is taken for dead and its jobs run elsewhere."""


class _Pauses(BaseRetryStrategy):
    """4, 32, 108 ... seconds: the cube of the attempt, at most an hour."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        """Retry as often as the job declares."""
        if not isinstance(exception, RunFailed) or job.attempts >= exception.retries:
            return None
        pause = min(3600, 4 * (job.attempts + 1) ** 3)
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=pause))


def make_app(platform: Platform) -> App:
    """Return the queue's application for this process."""
    url = platform.server.url.replace("postgresql+psycopg://", "postgresql://")
    connector = PsycopgConnector(
        conninfo=url, min_size=1, max_size=6, kwargs={"options": "-c search_path=platform,pg_temp"}
    )
    app = App(connector=connector)

    @app.task(name="passerelle.run", pass_context=True, retry=_Pauses())
    def run_job(context: JobContext, workspace: str, job: str, arguments: Any, by: dict[str, Any]) -> None:
        order = Order(workspace, job, json.dumps(arguments), by)
        try:
            run(platform, order)
        except Exception as error:
            log.warning("job %s of %s failed: %s", job, workspace, error)
            assert context.job.id is not None  # noqa: S101 - a job that runs has one; narrows the type
            note_failure(platform, context.job.id, error)
            raise RunFailed(str(error), retries=retries_of(platform, order, error)) from error

    @app.periodic(cron="* * * * *")
    @app.task(name="passerelle.minute", queue="default", pass_context=True)
    async def minute(context: JobContext, timestamp: int) -> None:
        await rescue(app)
        await asyncio.to_thread(schedule.start_due, platform, datetime.fromtimestamp(timestamp, UTC))

    @app.periodic(cron="17 3 * * *")
    @app.task(name="passerelle.night", queue="default", pass_context=True)
    async def night(context: JobContext, timestamp: int) -> None:
        await app.job_manager.delete_old_jobs(nb_hours=24 * KEEP_DAYS, include_cancelled=True)

    return app


async def rescue(app: App) -> int:
    """Give the jobs of dead workers back to the queue; return how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS))
    for job in stalled:
        if job.id is not None:
            await app.job_manager.retry_job_by_id_async(job_id=job.id, retry_at=datetime.now(UTC))
    return len(stalled)


async def work(platform: Platform, *, concurrency: int = 2, handle_signals: bool = True) -> None:
    """Work until told to stop."""
    app = make_app(platform)
    async with app.open_async():
        await rescue(app)
        await app.run_worker_async(
            name="passerelle",
            concurrency=concurrency,
            install_signal_handlers=handle_signals,
            fetch_job_polling_interval=5,
            update_heartbeat_interval=10,
            stalled_worker_timeout=SILENT_SECONDS,
            shutdown_graceful_timeout=10,
        )
