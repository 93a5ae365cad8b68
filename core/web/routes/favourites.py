"""Star a page or record, or take its star away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.i18n import _
from core.web import favourites
from core.web.pages import action
from core.web.results import Fragment, Redirect

if TYPE_CHECKING:
    from core.env import Env
    from core.web.request import Request


@action("/favourites")
def toggle(env: Env, request: Request) -> Fragment | Redirect:
    """The star as it is now, and the side bar's favourites beside it."""
    url, label = request.form.get("url"), request.form.get("label")
    kept = favourites.toggle(env, url, label)
    if not request.htmx.here:
        return Redirect(favourites.cleaned(url) or "/")
    told = _("Added to your favourites.") if kept else _("No longer a favourite.")
    beside = [Fragment("core/_favourites.html")]
    return Fragment("core/_star.html", {"label": label}, beside=beside, toast=told)


ROUTES = [toggle]
