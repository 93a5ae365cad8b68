"""Run one job in its workspace, with an Env like a request's."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import text

from core.env import Who
from core.errors import CoreError, NotAllowed, Stale, Unavailable
from core.i18n import using
from core.registry.answering import answering

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.env import Env
    from core.jobs.declare import Job
    from core.platform import Platform
    from core.registry.compose import Registry


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Order:
    """What the queue holds about one job."""

    workspace: str
    job: str
    arguments: str
    by: Mapping[str, Any]


class Unrunnable(CoreError):
    """The job cannot run now, and trying again soon would not help."""


def jobs_of(registry: Registry) -> dict[str, Job[Any]]:
    """Return the jobs of the enabled addons, by name."""
    return registry.memo("jobs", _collect)


def _collect(registry: Registry) -> dict[str, Job[Any]]:
    found: dict[str, Job[Any]] = {}
    units: dict[str, str] = {}
    for unit, job in registry.declared("declare_jobs"):
        if job.name in found:
            raise registry.discovered.twice(f"the job {job.name}", units[job.name], unit)
        found[job.name], units[job.name] = job, unit
    return found


def companies_of(env: Env, job: Job[Any]) -> tuple[int, ...]:
    """The active companies that use the app of a job, by id."""
    uses = env.scope.uses
    return tuple(one for one in sorted(uses) if job.name in jobs_of(env.registry.used(uses[one])))


def job_named(platform: Platform, workspace: str, name: str) -> Job[Any]:
    """Return the job when an enabled addon of the workspace declares it."""
    entry = platform.workspace(workspace)
    with platform.env(entry) as env:
        jobs = jobs_of(env.registry)
    if name not in jobs:
        message = f"The app of this job ({name.split('.')[0]}) is not enabled."
        raise Unrunnable(message, hint="Enable the app, then retry the job.")
    return jobs[name]


UNAVAILABLE_RETRIES = 5
"""How often a job is run again that found the database away or full: a quarter of an hour in all."""


class RunFailed(Exception):
    """A run ended with an error; ``retries`` says how often the job may be run again."""

    def __init__(self, sentence: str, *, retries: int) -> None:
        super().__init__(sentence)
        self.retries = retries


def retries_of(platform: Platform, order: Order, error: Exception) -> int:
    """Return how often to try again: a broken rule stays broken, a record saved by someone else does not.

    What the database could not do just now is tried again, whatever the job declares.
    """
    if isinstance(error, Unavailable):
        return UNAVAILABLE_RETRIES
    if isinstance(error, CoreError | TypeError) and not isinstance(error, Stale):
        return 0
    try:
        return job_named(platform, order.workspace, order.job).retries
    except CoreError:
        return 0


def run(platform: Platform, order: Order) -> None:
    """Run a job in one transaction, or in its steps; each again when the database could not serialise it."""
    job = job_named(platform, order.workspace, order.job)
    arguments = job.unpack(order.arguments)

    def step(work: Callable[[Env], T]) -> T:
        return answering(platform, order.workspace, partial(_once, platform, order, job, work))

    if job.in_steps:
        job.function(step, **arguments)
    else:
        step(lambda env: job.function(env, **arguments))


def _once(platform: Platform, order: Order, job: Job[Any], work: Callable[[Env], T]) -> T:
    by = order.by
    locale = str(by.get("locale") or "en")
    platform_user = Who(locale=locale, tz=str(by.get("tz") or ""))
    options: dict[str, Any] = {
        "company_id": by.get("company"),
        "request_id": str(by.get("request") or ""),
    }
    user = platform_user
    if job.as_user and by.get("user") is not None:
        with platform.env(order.workspace) as env:
            user = replace(_still_there(env, int(by["user"])), token_id=by.get("token"))
        options["company_ids"] = tuple(by.get("companies") or ())
    options = _where_it_is_used(platform, order, job, options)
    with (
        using(user.locale),
        platform.env(
            order.workspace, user=user, reason=f"job {job.name}" if user.id is None else "", **options
        ) as env,
    ):
        return work(env)


def _where_it_is_used(
    platform: Platform, order: Order, job: Job[Any], options: dict[str, Any]
) -> dict[str, Any]:
    """Leave out the companies that do not use the job's app, or raise Unrunnable when that is the one it is
    for."""
    with platform.env(order.workspace) as env:
        everyone, using = env.company_ids, companies_of(env, job)
    if using == everyone:
        return options
    company = options["company_id"]
    if company is not None and company not in using:
        message = f"The company of this job does not use its app ({job.addon})."
        raise Unrunnable(message, hint="Let the company use the app, then retry the job.")
    among = options.get("company_ids", everyone)
    return options | {"company_ids": tuple(one for one in among if one in using)}


def _still_there(env: Env, user_id: int) -> Who:
    from core.security.users import who  # security defers jobs itself

    found = who(env, user_id)
    if found is None:
        message = "The user who asked for this job can no longer sign in."
        raise NotAllowed(message, hint="Ask again as another user.")
    return found


def note_failure(platform: Platform, job_id: int, error: BaseException) -> None:
    """Keep why a run failed, for the jobs page."""
    sentence = str(error) if isinstance(error, CoreError) else f"{type(error).__name__}: {error}"
    detail = "".join(traceback.format_exception(error))[-8000:]
    with platform.server.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO platform.job_error (job_id, sentence, detail) VALUES (:job, :sentence, :detail)"
            ),
            {
                "job": job_id,
                "sentence": sentence[:1000].replace("\0", ""),
                "detail": detail.replace("\0", ""),
            },
        )
