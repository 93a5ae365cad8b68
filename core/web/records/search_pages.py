"""The global search behind Ctrl K."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.views.search import search_everywhere
from core.web.pages import page
from core.web.results import Fragment

if TYPE_CHECKING:
    from core.env import Env
    from core.web.request import Request


@page("/search")
def search(env: Env, request: Request) -> Fragment:
    """Options of the palette for the words typed."""
    return Fragment("core/records/_hits.html", {"hits": search_everywhere(env, request.query.get("q")[:200])})


ROUTES = [search]
