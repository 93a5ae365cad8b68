"""My activities: what is late, what is for today, what comes; and what I was told."""

from __future__ import annotations

from addons.base.models import Activity
from addons.base.queries import activities as reading
from addons.base.queries import notices
from addons.base.queries.widget import topics
from addons.base.services import activities, timeline
from core.api import Env, Fragment, Invalid, Page, Request, _, action, page, parse_date

TEMPLATE = "base/_agenda.html"


@page("/my/activities")
def mine(env: Env) -> Page:
    """One page of everything the user has promised."""
    return Page("base/agenda.html", _context(env))


@action("/my/activities/{activity_id:int}/done")
def done(env: Env, activity_id: int) -> Fragment:
    """Tick one off."""
    activity = env.get(Activity, activity_id)
    activities.complete(env, activity)
    return Fragment(TEMPLATE, _context(env), toast=str(_('"{summary}" is done.', summary=activity.summary)))


@action("/my/activities/{activity_id:int}/move")
def move(env: Env, request: Request, activity_id: int) -> Fragment:
    """Move one to another day."""
    activity = env.get(Activity, activity_id)
    try:
        day = parse_date(request.form.get("due_on"))
    except ValueError as error:
        raise Invalid(fields={"due_on": _("Write a day such as 4 Dec 2026.")}) from error
    activities.reschedule(env, activity, day)
    return Fragment(TEMPLATE, _context(env), events={"saved": ""})


@action("/my/notices/read")
def read(env: Env) -> Fragment:
    """Everything I was told is read."""
    timeline.read_all(env)
    return Fragment(TEMPLATE, _context(env))


def _context(env: Env) -> dict[str, object]:
    return {"agenda": reading.mine(env), "notices": notices.unread(env), "topics": topics(env)}


ROUTES = (mine, done, move, read)
