"""Boards: moving a card, and a card made inside a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import Invalid
from core.i18n import _
from core.views import creating, saving
from core.views.access import label, views_for
from core.views.boards import board_of, kanban_of, lanes_of, move
from core.views.conflicts import changed_meanwhile
from core.views.fields import field_of
from core.views.lists import list_screen
from core.views.typing_in import fill, preset
from core.web.pages import action
from core.web.records.form_pages import may_change
from core.web.records.layout import layout, lists_of
from core.web.results import Fragment, Redirect

if TYPE_CHECKING:
    from core.env import Env
    from core.views.catalog import ModelViews
    from core.web.request import Request


def drawn(env: Env, request: Request, views: ModelViews, **more: object) -> Fragment:
    """The board again, as the address asks for it."""
    screen = list_screen(env, views, lists_of(request.query) | {"view": ["kanban"]})
    context = {
        "screen": screen,
        "board": board_of(env, screen),
        "layout": layout(request),
        "errors": {},
        "lane": "",
    }
    return Fragment("core/records/board.html", context | more, target="#main", swap="outerMorph")


@action("/app/{addon:str}/{model:str}/move")
def move_card(env: Env, request: Request, addon: str, model: str) -> Fragment | Redirect:
    """Bring a card to another column, or run the action of a drop zone."""
    views = views_for(env, f"{addon}.{model}")
    may_change(env, views)
    form = request.form
    record = env.get(views.model, form.integer("id") or 0, lock=True)
    version = form.integer("version")
    if version and version != getattr(record, "version", version):
        raise changed_meanwhile(env, record, _("Open the board again to see where it is now."))
    lane = form.get("lane")
    if lane.startswith("action:"):
        saving.act(env, record, lane.removeprefix("action:"), {})
    else:
        result = move(env, views, record, lane)
        if isinstance(result, str) and result.startswith("/"):
            return Redirect(result)
    return drawn(env, request, views)


@action("/app/{addon:str}/{model:str}/quick-card")
def quick_card(env: Env, request: Request, addon: str, model: str) -> Fragment:
    """Make a record inside a column from a few fields."""
    views = views_for(env, f"{addon}.{model}")
    declared = kanban_of(views)
    meta = field_of(views.model, declared.group_by)
    lane = request.form.get("lane")
    record = saving.begin(env, views)
    value = next((one[2] for one in lanes_of(env, declared, meta) if one[0] == lane), None)
    with env.session.no_autoflush:
        preset(env, views, record, lists_of(request.query))
        if value is not None:
            saving.put(env, record, meta, value)
        typed = fill(
            env, views, record, {k: v for k, v in lists_of(request.form).items() if k in declared.quick}
        )
        errors = dict(typed.errors)
        if not errors:
            try:
                with saving.unit(env, views):
                    creating.store(env, views, record)
            except Invalid as error:
                errors = {name: str(text) for name, text in error.fields.items()}
    if errors:
        return drawn(env, request, views, errors=errors, lane=lane)
    made = drawn(env, request, views)
    return Fragment(
        made.template, made.context, target=made.target, swap=made.swap,
        toast=_("{thing} created.", thing=label(views.model)),
    )  # fmt: skip


ROUTES = [move_card, quick_card]
