"""The start page, and the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.web.menu import menu_for
from core.web.pages import page
from core.web.results import Redirect

if TYPE_CHECKING:
    from core.env import Env
    from core.web.request import Request


@page("/")
def start(env: Env, request: Request) -> Redirect:
    """Lead to the first entry of the side bar; without any, to the apps."""
    for group in menu_for(env, request.path):
        for entry in group.entries:
            return Redirect(entry.url)
    return Redirect("/settings/apps" if env.access.everything else "/settings")


ROUTES = (start,)
