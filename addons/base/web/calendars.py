"""My calendar addresses, and the calendar that programs read there."""

from __future__ import annotations

from typing import Any

from addons.base.models import CalendarFeed
from addons.base.services import calendar_feed
from core.api import Env, File, Page, Redirect, Request, _, action, base_url, page

HOME = "/my/calendar"


@page(HOME)
def overview(env: Env) -> Page:
    """The addresses that work."""
    return Page("base/calendar.html", _context(env))


@action(HOME)
def make(env: Env, request: Request) -> Page:
    """A new address; shown now and never again."""
    base = base_url(env)
    feed, secret = calendar_feed.make(env, request.form.get("name"))
    address = f"{base}/calendar/{secret}.ics"
    return Page("base/calendar.html", _context(env) | {"made": feed, "address": address})


@action(HOME + "/{feed_id:int}/revoke")
def revoke(env: Env, feed_id: int) -> Redirect:
    """The address answers no more."""
    feed = env.get(CalendarFeed, feed_id)
    calendar_feed.revoke(env, feed)
    return Redirect(HOME, toast=_("{name} answers no more.", name=feed.name))


@page("/calendar/{secret:str}", access="anyone")
def read(env: Env, secret: str) -> File:
    """The calendar behind a secret address, for programs that cannot sign in."""
    content = calendar_feed.read(env, secret.removesuffix(".ics"), base_url(env))
    return File(content, "activities.ics", "text/calendar; charset=utf-8")


def _context(env: Env) -> dict[str, Any]:
    return {"feeds": calendar_feed.mine(env), "made": None, "address": ""}


ROUTES = (overview, make, revoke, read)
