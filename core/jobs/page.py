"""What the jobs page shows and does, for the workspace of an Env."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from core.errors import NotFound
from core.i18n import _
from core.jobs.run import jobs_of

if TYPE_CHECKING:
    from datetime import datetime

    from core.env import Env

STATES = {
    "todo": _("Waiting"),
    "doing": _("Running"),
    "succeeded": _("Done"),
    "failed": _("Failed"),
    "cancelled": _("Cancelled"),
    "aborted": _("Stopped"),
}


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job as a person reads it."""

    id: int
    name: str
    title: str
    state: str
    state_label: str
    attempts: int
    due_at: datetime | None
    deferred_at: datetime | None
    changed_at: datetime | None
    error: str
    detail: str


def recent(env: Env, *, state: str | None = None, before: int | None = None, limit: int = 50) -> list[JobRow]:
    """Return the jobs of the companies in sight and of the whole workspace, newest first."""
    rows = env.scope.connection.execute(
        text("SELECT * FROM platform.workspace_jobs(:state, :before, :take, :companies)"),
        {"state": state, "before": before, "take": limit, "companies": list(env.company_ids)},
    )
    jobs = jobs_of(env.registry)
    return [
        JobRow(
            id=row.id,
            name=row.job,
            title=str(jobs[row.job].title) if row.job in jobs else row.job,
            state=row.state,
            state_label=str(STATES.get(row.state, row.state)),
            attempts=row.attempts,
            due_at=row.due_at,
            deferred_at=row.deferred_at,
            changed_at=row.changed_at,
            error=row.error or "",
            detail=row.detail or "",
        )
        for row in rows
    ]


def counts(env: Env) -> dict[str, int]:
    """Return how many of them are in each state."""
    rows = env.scope.connection.execute(
        text("SELECT state, jobs FROM platform.workspace_job_counts(:companies)"),
        {"companies": list(env.company_ids)},
    )
    return {row.state: row.jobs for row in rows}


def retry(env: Env, job_id: int) -> None:
    """Run a failed job again."""
    _done_or_gone(env, "retry_workspace_job", job_id)


def cancel(env: Env, job_id: int) -> None:
    """Take a waiting job from the queue."""
    _done_or_gone(env, "cancel_workspace_job", job_id)


def _done_or_gone(env: Env, function: str, job_id: int) -> None:
    statement = text(f"SELECT platform.{function}(:id, :companies)")  # one of the two literals above
    if not env.scope.connection.execute(
        statement, {"id": job_id, "companies": list(env.company_ids)}
    ).scalar():
        raise NotFound(
            _("Job {id} is no longer in a state where this is possible.", id=job_id),
            hint=_("Load the page again to see where it stands."),
        )
