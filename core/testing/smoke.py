"""Open everything that can be opened, and tell what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.registry import lifecycle
from core.testing.web import Visitor, a_person
from core.views.catalog import views_of
from core.web.menu import address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

ANSWERS = frozenset({200, 303, 403, 422})
"""A page, another address, or a refusal in words. A model whose records are never typed refuses its empty
form with 403, a page that needs a choice with 422; one that needs a record says which is missing."""
NO_PAGE = "This page does not exist."

NOT_PAGES = ("/events", "/static", "/api", "/metrics")


def broken_pages(app: Any, platform: Platform, workspace: WorkspaceEntry) -> list[str]:
    """Each page that does not answer, as ``500 /app/base/party/``; an administrator asks, in English.

    Of every model in sight its lists, board, calendar, charts, empty form and newest record; the dashboards,
    and every page of an enabled addon or the core whose address needs nothing filled in.
    """
    visitor = Visitor(app, workspace, a_person(platform, workspace, name="Smoke"))
    broken = []
    for path in _addresses(app, platform, workspace):
        answer = visitor.get(path, headers={"Accept": "text/html"})
        missing = answer.status_code == 404 and NO_PAGE not in answer.text
        if answer.status_code not in ANSWERS and not missing:
            broken.append(f"{answer.status_code} {path}")
    return broken


def _addresses(app: Any, platform: Platform, workspace: WorkspaceEntry) -> Iterator[str]:
    with platform.env(workspace) as env:
        catalog = views_of(env.registry)
        yield from (address(menu.view) for menu in catalog.menus)
        for name, views in sorted(catalog.models.items()):
            if name.startswith("core."):
                continue
            base = f"/app/{name.replace('.', '/')}/"
            yield from (f"{base}?list={other}" if other else base for other in views.lists)
            kinds = {"kanban": views.kanban, "calendar": views.calendar, "chart": views.charts}
            yield from (f"{base}?view={kind}" for kind, declared in kinds.items() if declared)
            yield f"{base}new"
            model = env[views.model]
            newest = env.session.scalars(select(model.id).order_by(model.id.desc()).limit(1)).first()
            if newest is not None:
                yield f"{base}{newest}"
    enabled = lifecycle.enabled_set(platform, workspace)
    elsewhere = {
        path
        for name, addon in platform.discovered.addons.items()
        if name not in enabled
        for handler in getattr(addon.hooks, "declare_routes", tuple)()
        for path in handler.paths
    }
    yield from (path for path in _plain_paths(app) if path not in elsewhere)


def _plain_paths(app: Any) -> list[str]:
    """What is served by GET at an address without a part to fill in."""
    while not hasattr(app, "routes"):
        app = getattr(app, "app", None) or app.asgi_handler
    served = {str(route.path_format) for route in app.routes if "GET" in getattr(route, "methods", ())}
    return sorted(path for path in served if "{" not in path and not path.startswith(NOT_PAGES))
