"""What runs, what leaves, who did what: background jobs, the outbox of mails, the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.i18n import _
from core.jobs import page as jobs
from core.mail import outbox
from core.mail.models import Mail, MailStatus
from core.mail.server import server_of
from core.web.pages import action, page
from core.web.queries import audit
from core.web.results import Page, Redirect

if TYPE_CHECKING:
    from core.env import Env
    from core.web.request import Request

PAGE = 50


@page("/settings/jobs", access="admin")
def job_list(env: Env, request: Request) -> Page:
    """Show the workspace's background jobs, newest first."""
    state = request.query.get("state")
    state = state if state in jobs.STATES else ""
    before = request.query.integer("before")
    rows = jobs.recent(env, state=state or None, before=before, limit=PAGE + 1)
    context = {
        "rows": rows[:PAGE],
        "more": rows[PAGE - 1].id if len(rows) > PAGE else None,
        "state": state,
        "counts": jobs.counts(env),
        "states": jobs.STATES,
    }
    return Page("core/settings/jobs.html", context)


@action("/settings/jobs/{job_id:int}/retry", access="admin")
def retry(env: Env, job_id: int) -> Redirect:
    """Run a failed job again."""
    jobs.retry(env, job_id)
    return Redirect("/settings/jobs", toast=_("Job {id} runs again.", id=job_id))


@action("/settings/jobs/{job_id:int}/cancel", access="admin")
def cancel(env: Env, job_id: int) -> Redirect:
    """Take a waiting job from the queue."""
    jobs.cancel(env, job_id)
    return Redirect("/settings/jobs", toast=_("Job {id} cancelled.", id=job_id))


@page("/settings/outbox", access="admin")
def mails(env: Env, request: Request) -> Page:
    """Show outgoing mail, newest first."""
    model = env[Mail]
    wanted = request.query.get("status")
    query = select(model).order_by(model.id.desc()).limit(PAGE + 1)
    if wanted in {status.value for status in MailStatus}:
        query = query.where(model.status == wanted)
    before = request.query.integer("before")
    if before:
        query = query.where(model.id < before)
    rows = env.session.scalars(query).all()
    numbers = env.session.execute(select(model.status, func.count()).group_by(model.status)).all()
    context = {
        "rows": rows[:PAGE],
        "more": rows[PAGE - 1].id if len(rows) > PAGE else None,
        "wanted": wanted,
        "statuses": list(MailStatus),
        "counts": {str(status.value): number for status, number in numbers},
        "server": server_of(env) is not None,
    }
    return Page("core/settings/outbox.html", context)


@page("/settings/outbox/{mail_id:int}", access="admin")
def one_mail(env: Env, mail_id: int) -> Page:
    """Show one mail as its recipient reads it."""
    return Page("core/settings/mail_shown.html", {"mail": env.get(Mail, mail_id)})


@action("/settings/outbox/{mail_id:int}/send-again", access="admin")
def send_again(env: Env, mail_id: int) -> Redirect:
    """Try a failed or waiting mail once more."""
    outbox.send_again(env, env.get(Mail, mail_id, lock=True))
    return Redirect(f"/settings/outbox/{mail_id}", toast=_("The mail is on its way again."))


@page("/settings/audit", access="admin")
def audit_trail(env: Env, request: Request) -> Page:
    """Show who did what, newest first; by person, day, action or record."""
    lines, more = audit.search(env, request.query)
    kept = [(name, value) for name, value in request.query.items() if name != "before" and value]
    kinds = sorted(
        ((name, str(model.__label__ or name)) for name, model in env.registry.models.items()),
        key=lambda pair: pair[1].casefold(),
    )
    context = {
        "lines": lines,
        "more": more,
        "query": request.query,
        "kept": kept,
        "people": audit.people(env),
        "actions": [(key, str(label)) for key, label in audit.ACTIONS.items()],
        "kinds": kinds,
    }
    return Page("core/settings/audit.html", context)


ROUTES = (job_list, retry, cancel, mails, one_mail, send_again, audit_trail)
