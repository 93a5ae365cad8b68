"""The worker: runs jobs in threads, repeats what failed, and starts what is due by the clock."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
from procrastinate import App, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.retry import BaseRetryStrategy
from sqlalchemy.exc import SQLAlchemyError

from core.db.application import STAYING
from core.errors import CoreError
from core.jobs import schedule
from core.jobs.declare import QUEUES
from core.jobs.run import Order, RunFailed, note_failure, retries_of, run

if TYPE_CHECKING:
    from procrastinate.jobs import Job as QueuedJob

    from core.platform import Platform

log = logging.getLogger("passerelle.jobs")
KEEP_DAYS = 7
"""How long a job that ended well stays on the jobs page."""
SILENT_SECONDS = 60
"""A worker that gave no sign of life for so long is taken for dead and its jobs run elsewhere."""


AT_ONCE = 2
"""Jobs at a time beside a web server."""
WEBHOOKS_AT_ONCE = 8
"""Deliveries at a time of all workspaces, beside the jobs: they wait for others and hold no connection."""
AWAY_SECONDS = 300
"""How long the database may be away before the worker gives up."""


class QueueLost(CoreError):
    """The database stayed away; whoever watches the process starts it again."""

    def __init__(self) -> None:
        super().__init__(
            f"The database has not answered for {AWAY_SECONDS} seconds.",
            hint="Start the worker again when it does; no job is lost.",
        )


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
    connector = PsycopgConnector(
        conninfo=platform.server.session_dsn,
        min_size=1,
        max_size=2,
        kwargs={"options": f"-c search_path=platform,pg_temp {STAYING}"},
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
            with suppress(SQLAlchemyError):  # the database may be what failed
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


async def work(platform: Platform, *, concurrency: int = AT_ONCE, handle_signals: bool = True) -> None:
    """Work until told to stop; connect again when the database went away.

    Raise QueueLost when it stays away.
    """
    stopped = asyncio.Event()
    if handle_signals:
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    # jobs, deliveries, and what starts other jobs by the clock
    threads = ThreadPoolExecutor(concurrency + WEBHOOKS_AT_ONCE + 1, thread_name_prefix="job")
    asyncio.get_running_loop().set_default_executor(threads)
    answered = time.monotonic()
    while not stopped.is_set():
        app = make_app(platform)
        try:
            await _reach(platform)
            async with app.open_async():
                await rescue(app)
                answered = time.monotonic()
                await _work_until(stopped, app, concurrency)
                answered = time.monotonic()
        except (ConnectorException, psycopg.Error) as error:
            if time.monotonic() - answered > AWAY_SECONDS:
                raise QueueLost from error
        if not stopped.is_set():
            log.warning("the queue of jobs was lost; connecting again")
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), 1)


async def _reach(platform: Platform) -> None:
    """Fail at once while the database is away: the queue's pool would wait half a minute to say so."""
    connection = await psycopg.AsyncConnection.connect(platform.server.session_dsn, connect_timeout=5)
    await connection.close()


async def _work_until(stopped: asyncio.Event, app: App, concurrency: int) -> None:
    """Run jobs until told to stop, or until the queue is lost: the library's worker then just ends."""
    working = [
        asyncio.create_task(
            app.run_worker_async(
                queues=[queue],
                name=queue,
                concurrency=at_once,
                install_signal_handlers=False,
                # one of them hears of new jobs, for which it holds a connection; the other looks
                listen_notify=queue == "default",
                fetch_job_polling_interval=5 if queue == "default" else 1,
                update_heartbeat_interval=10,
                stalled_worker_timeout=SILENT_SECONDS,
                shutdown_graceful_timeout=10,
            )
        )
        for queue, at_once in zip(QUEUES, (concurrency, WEBHOOKS_AT_ONCE), strict=True)
    ]
    asked = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait([*working, asked], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (asked, *working):
            task.cancel()  # a worker ends what it has begun
        ended = await asyncio.gather(*working, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error
