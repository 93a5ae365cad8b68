"""Run what waits in one workspace, now and in this thread: for tests, demos and commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import text

from core.jobs.run import Order, note_failure, run

if TYPE_CHECKING:
    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

_QUEUE = text("SELECT set_config('search_path', 'platform, pg_temp', true)")  # triggers of the queue need it
_TAKE = text(
    "UPDATE platform.procrastinate_jobs SET status = 'doing' WHERE id = ("
    " SELECT id FROM platform.procrastinate_jobs WHERE status = 'todo' AND args ->> 'workspace' = :workspace"
    " AND (scheduled_at IS NULL OR scheduled_at <= now()) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
    ") RETURNING id, args"
)
_END = text(
    "SELECT platform.procrastinate_finish_job_v1("
    ":id, cast(:state AS platform.procrastinate_job_status), false)"
)


def drain(platform: Platform, workspace: WorkspaceEntry | str, *, at_most: int = 10_000) -> int:
    """Run the workspace's due jobs, and those that they defer; return how many ran.

    A failed job is noted as failed and not retried: who drains wants to see it.
    """
    name = workspace if isinstance(workspace, str) else workspace.name
    for done in range(at_most):
        with platform.server.engine.begin() as connection:
            connection.execute(_QUEUE)
            row = connection.execute(_TAKE, {"workspace": name}).one_or_none()
        if row is None:
            return done
        order = Order(name, row.args["job"], json.dumps(row.args["arguments"]), row.args["by"])
        state = "succeeded"
        try:
            run(platform, order)
        except Exception as error:
            note_failure(platform, row.id, error)
            state = "failed"
        with platform.server.engine.begin() as connection:
            connection.execute(_QUEUE)
            connection.execute(_END, {"id": row.id, "state": state})
    return at_most
