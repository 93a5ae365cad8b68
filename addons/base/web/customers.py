"""The customer page's timeline: filtered by app, read on page by page."""

from __future__ import annotations

from addons.base.models import Party
from addons.base.queries.customers import Overview
from core.api import Env, Fragment, Request, page


@page("/customers/{party_id:int}/timeline")
def timeline(env: Env, request: Request, party_id: int) -> Fragment:
    """Entries of the chosen apps, or the next older ones."""
    party = env.get(Party, party_id)
    overview = Overview(env, party, topic=request.query.get("topic"), after=request.query.get("after"))
    template = "base/_customer_entries.html" if overview.after else "base/_customer_timeline.html"
    return Fragment(template, {"overview": overview})


ROUTES = (timeline,)
