"""Lists: the page itself, its filter menu, the suggestions of its search box, its saved views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from jinja2 import Environment, pass_environment
from markupsafe import Markup

from core.errors import NotFound
from core.i18n import _, current_locale
from core.views import saved
from core.views.access import readable, views_for
from core.views.addresses import base_of
from core.views.boards import board_of
from core.views.calendars import calendar_of
from core.views.charts import chart_view
from core.views.compile import row_context, table_template
from core.views.lists import list_screen
from core.views.state import parse_state
from core.views.suggest import filter_choices, suggestions, typed_filter
from core.web.pages import action, page
from core.web.records.asked import asked
from core.web.records.layout import layout, lists_of
from core.web.results import Fragment, Page, Redirect

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.env import Env
    from core.views.lists import ListScreen
    from core.web.request import Request


def draw_rows(screen: ListScreen) -> Callable[..., Markup]:
    """What the template calls to write the compiled rows."""

    @pass_environment
    def rows(environment: Environment) -> Markup:
        metas = screen.query.metas
        key = (
            screen.views.name,
            screen.declared.name,
            tuple(c.path for c in screen.columns),
            current_locale(),
        )
        cache: dict[Any, Any] = screen.env.registry.memo("core.views.tables", lambda _registry: {})
        template = table_template(environment, cache, key, screen.columns, metas)
        bits: Any = environment.get_template("core/records/_bits.html").module
        context = row_context(screen.env, screen.columns, metas)
        text = template.render(
            context,
            rows=screen.page.rows,
            base=screen.base,
            group_row=lambda group: bits.group(screen, group),
        )
        return Markup(text)  # noqa: S704 - written by a compiled template that escapes every value

    return rows


@page("/app/{addon:str}/{model:str}/")
def show_list(env: Env, request: Request, addon: str, model: str) -> Page:
    """The list, or the board, calendar or chart that the address asks for."""
    views = views_for(env, f"{addon}.{model}")
    screen = list_screen(env, views, lists_of(request.query))
    if screen.shown_as == "kanban":
        context = {"screen": screen, "board": board_of(env, screen), "errors": {}, "lane": ""}
        return Page("core/records/board.html", {**context, "layout": layout(request)})
    if screen.shown_as == "calendar":
        shown = {"screen": screen, "calendar": calendar_of(env, screen), "layout": layout(request)}
        return Page("core/records/calendar.html", shown)
    if screen.shown_as == "chart":
        where = [screen.query.where()]
        charts = [chart_view(env, chart, where) for chart in views.charts.values()]
        shown = {
            "screen": screen,
            "charts": [one for one in charts if one is not None],
            "layout": layout(request),
        }
        return Page("core/records/chart.html", shown)
    template = screen.declared.template or "core/records/list.html"
    return Page(template, {"screen": screen, "rows": draw_rows(screen), "layout": layout(request)})


@page("/app/{addon:str}/{model:str}/filter/{path:str}")
def show_filter(env: Env, request: Request, addon: str, model: str, path: str) -> Fragment:
    """What one field may be filtered by: swapped into the filter menu."""
    views = views_for(env, f"{addon}.{model}")
    screen = list_screen(env, views, lists_of(request.query))
    meta = asked(screen.model, path)
    if not readable(env, meta):
        raise NotFound(_("There is no such field."))
    choices = filter_choices(env, screen, meta)
    return Fragment("core/records/_filter.html", {"screen": screen, "meta": meta, "choices": choices})


@page("/app/{addon:str}/{model:str}/filters")
def show_filters(env: Env, request: Request, addon: str, model: str) -> Fragment:
    """The fields of the filter menu, again."""
    screen = list_screen(env, views_for(env, f"{addon}.{model}"), lists_of(request.query))
    return Fragment("core/records/_filters.html", {"screen": screen})


@page("/app/{addon:str}/{model:str}/narrow")
def narrow(env: Env, request: Request, addon: str, model: str) -> Redirect:
    """Go to the list with one more filter, whose limits or words were typed."""
    views = views_for(env, f"{addon}.{model}")
    state = parse_state(parse_qs(request.query.get("state").removeprefix("?")))
    text = typed_filter(env, asked(views.model, request.query.get("path")), request.query.as_dict())
    return Redirect(base_of(views.model) + (state.with_filter(text) if text else state.address()))


@page("/app/{addon:str}/{model:str}/suggest")
def suggest(env: Env, request: Request, addon: str, model: str) -> Fragment:
    """What the words typed into the search box may mean."""
    views = views_for(env, f"{addon}.{model}")
    query = lists_of(request.query)
    typed = (query.pop("typed", None) or [""])[0]
    screen = list_screen(env, views, query)
    return Fragment(
        "core/records/_suggestions.html", {"screen": screen, "found": suggestions(env, screen, typed)}
    )


@action("/app/{addon:str}/{model:str}/views")
def keep_view(env: Env, request: Request, addon: str, model: str) -> Redirect:
    """Keep the way the list is looked at."""
    views = views_for(env, f"{addon}.{model}")
    form = request.form
    kept = saved.keep(
        env, views.name, form.get("list"), form.get("name"), form.get("query"), shared="shared" in form,
        pinned="pinned" in form, default="default" in form,
    )  # fmt: skip
    joined = f"{kept.query}&" if kept.query else ""
    return Redirect(f"/app/{addon}/{model}/?{joined}saved={kept.id}", toast=_("View saved."))


@action("/app/{addon:str}/{model:str}/views/{view_id:int}/forget")
def forget_view(env: Env, addon: str, model: str, view_id: int) -> Redirect:
    """Delete a saved view of one's own."""
    views_for(env, f"{addon}.{model}")
    saved.forget(env, view_id)
    return Redirect(f"/app/{addon}/{model}/", toast=_("View deleted."))


ROUTES = [show_list, show_filter, show_filters, narrow, suggest, keep_view, forget_view]
