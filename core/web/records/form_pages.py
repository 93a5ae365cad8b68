"""Records: the page of one, a new one, saving field by field, saving lines together, deleting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from core.errors import Invalid, NotAllowed
from core.i18n import _
from core.security.guard import company_of
from core.views import creating, saving
from core.views.access import label, may, views_for
from core.views.catalog import lines_of
from core.views.conflicts import chosen
from core.views.forms import FormScreen, Typed, form_screen, refuse_create
from core.views.line_parsing import read_lines
from core.views.lineviews import editable_lines
from core.views.lists import list_screen
from core.views.neighbours import around, place_of
from core.views.typing_in import differences, fill, line_errors, preset
from core.web.once import keep_rows, rows_made
from core.web.pages import action, page
from core.web.records.layout import layout, lists_of
from core.web.results import Fragment, Page, Redirect

if TYPE_CHECKING:
    from core.env import Env
    from core.views.catalog import ModelViews
    from core.web.request import Request

TEMPLATE = "core/records/form.html"


class _Put(Exception):
    """Raised to leave a savepoint without keeping what was done in it."""


@page("/app/{addon:str}/{model:str}/{record_id:int}")
def show_record(env: Env, request: Request, addon: str, model: str, record_id: int) -> Page:
    """The page of a record."""
    views = views_for(env, f"{addon}.{model}")
    record = env.get(views.model, record_id)
    screen = form_screen(env, views, record)
    place_in_list(env, request, screen)
    template = views.the_form.template or TEMPLATE
    return Page(template, {"screen": screen, "layout": layout(request)})


def place_in_list(env: Env, request: Request, screen: FormScreen) -> None:
    """The records before and after, in the list the person came from, and the place among them."""
    came = request.form.get("in") or request.query.get("in")
    if not came:
        referer = urlsplit(request.headers.get("referer", ""))
        if referer.path.rstrip("/") != screen.base.rstrip("/"):
            return
        came = referer.query
    query = parse_qs(came)
    if query.get("view", [""])[0] not in {"", "list"}:
        return
    listed = list_screen(env, screen.views, query)
    before, after = around(listed.query, screen.record.id)
    screen.came = listed.state.address().removeprefix("?")
    screen.things = listed.title
    carried = quote(screen.came, safe="")
    if before or after:
        screen.place = place_of(listed.query, screen.record.id)
    screen.back = f"{screen.base}{listed.state.address()}"
    screen.previous_url = f"{screen.base}{before}?in={carried}" if before else ""
    screen.next_url = f"{screen.base}{after}?in={carried}" if after else ""


@page("/app/{addon:str}/{model:str}/new")
def new_record(env: Env, request: Request, addon: str, model: str) -> Page:
    """The page of a record that is not stored yet."""
    views = views_for(env, f"{addon}.{model}")
    refuse_create(env, views)
    record = saving.begin(env, views)
    with env.session.no_autoflush:
        preset(env, views, record, lists_of(request.query))
        screen = form_screen(env, views, record, list_name=request.query.get("list"))
    return Page(views.the_form.template or TEMPLATE, {"screen": screen, "layout": layout(request)})


@action("/app/{addon:str}/{model:str}/new")
def create_record(env: Env, request: Request, addon: str, model: str) -> Fragment | Redirect:
    """Store a new record with its lines; refused, the form comes back with sentences beside its fields."""
    views = views_for(env, f"{addon}.{model}")
    refuse_create(env, views)
    record = saving.begin(env, views)
    form = lists_of(request.form)
    with env.session.no_autoflush:
        typed = fill(env, views, record, form, keep=True)
        typed.errors = {**saving.missing_fields(env, views, record), **typed.errors}
        wrong = {**typed.errors, **line_errors(typed)}
        if not wrong:
            try:
                with saving.unit(env, views):
                    made = creating.store(env, views, record)
            except Invalid as error:
                typed.errors.update({name: str(text) for name, text in error.fields.items()})
            else:
                toast = _("{thing} created.", thing=label(views.model))
                return Redirect(f"{request.path.removesuffix('/new')}/{made.id}", toast=toast)
        screen = form_screen(env, views, record, typed, list_name=request.form.get("list"))
    return Fragment(TEMPLATE, {"screen": screen, "layout": layout(request)}, status=422)


@action("/app/{addon:str}/{model:str}/new/preview")
def preview_record(env: Env, request: Request, addon: str, model: str) -> Fragment:
    """The new record as it would be: what follows from what was typed so far. Stores nothing.

    A form that was refused goes on saying what is missing.
    """
    views = views_for(env, f"{addon}.{model}")
    refuse_create(env, views)
    record = saving.begin(env, views)
    refused = request.form.get("refused") == "1"
    with env.session.no_autoflush:
        typed = fill(env, views, record, lists_of(request.form), keep=refused)
        if refused:
            typed.errors = {**saving.missing_fields(env, views, record), **typed.errors}
        screen = form_screen(env, views, record, typed, list_name=request.form.get("list"))
    return Fragment(TEMPLATE, {"screen": screen, "layout": layout(request)})


@action("/app/{addon:str}/{model:str}/{record_id:int}/set")
def save_fields(env: Env, request: Request, addon: str, model: str, record_id: int) -> Fragment:
    """Keep the fields that were changed. What someone else changed meanwhile is merged, or asked about."""
    views = views_for(env, f"{addon}.{model}")
    may_change(env, views)
    record = env.get(views.model, record_id, lock=True)
    if saving.is_readonly(env, views, record):
        raise saving.NotEditable(record)
    changes, typed, conflicts = differences(env, views, record, chosen(lists_of(request.form)))
    kept = False
    if changes:
        try:
            saving.update(env, record, changes)
            kept = True
        except Invalid as error:
            typed.errors.update({name: str(text) for name, text in error.fields.items()})
            typed.kept.update(changes)
    screen = form_screen(env, views, record, typed)
    screen.conflicts = conflicts
    place_in_list(env, request, screen)
    status = 409 if conflicts else 422 if typed.errors else 200
    events: dict[str, Any] = {"saved": ""} if kept else {}
    return Fragment(TEMPLATE, {"screen": screen, "layout": layout(request)}, status=status, events=events)


@action("/app/{addon:str}/{model:str}/{record_id:int}/lines/{path:str}")
def save_lines(env: Env, request: Request, addon: str, model: str, record_id: int, path: str) -> Fragment:
    """Keep the lines of a record, all together. What others wrote meanwhile is merged or asked about."""
    return _lines(env, request, views_for(env, f"{addon}.{model}"), record_id, path, keep=True)


@action("/app/{addon:str}/{model:str}/{record_id:int}/lines/{path:str}/preview")
def preview_lines(env: Env, request: Request, addon: str, model: str, record_id: int, path: str) -> Fragment:
    """The lines and totals as they would be. Stores nothing."""
    return _lines(env, request, views_for(env, f"{addon}.{model}"), record_id, path, keep=False)


def _lines(
    env: Env, request: Request, views: ModelViews, record_id: int, path: str, *, keep: bool
) -> Fragment:
    may_change(env, views)
    record = env.get(views.model, record_id, lock=keep)
    spec = next((one for one in lines_of(views.the_form) if one.path == path), None)
    spec = spec and editable_lines(env, record, spec)
    if spec is None or saving.answer(spec.readonly, record) or saving.answer(views.the_form.readonly, record):
        raise saving.NotEditable(record)
    typed = Typed()
    screen: FormScreen | None = None
    made = rows_made(env, request) if keep else {}
    form = chosen(lists_of(request.form))
    try:
        with env.within(company_of(env, record)), saving.unit(env, views), env.session.no_autoflush:
            typed.lines[path] = read_lines(env, record, spec, form, keep=keep, made=made)
            if keep and not line_errors(typed):
                if views.the_form.changed is not None:
                    views.the_form.changed(env, record, frozenset({path}))
                env.session.flush()
                rows = typed.lines[path].rows
                keep_rows(
                    env, request, made | {row.key: row.line.id for row in rows if row.key.startswith("n")}
                )
                typed.lines[path].saved()
            else:
                screen = form_screen(env, views, record, typed)
                raise _Put
    except _Put:
        pass
    except Invalid as error:
        typed = Typed(errors={f"{path}.{name}": str(text) for name, text in error.fields.items()})
    wrong = bool(line_errors(typed) or typed.errors)
    if screen is None:
        screen = form_screen(env, views, record, typed)
    if keep and not wrong:
        screen.line_conflicts[path] = typed.lines[path].conflicts
    place_in_list(env, request, screen)
    asks = any(screen.line_conflicts.values())
    events: dict[str, Any] = {} if wrong or asks or not keep else {"saved": ""}
    status = 422 if wrong and keep else 409 if asks else 200
    return Fragment(TEMPLATE, {"screen": screen, "layout": layout(request)}, status=status, events=events)


@action("/app/{addon:str}/{model:str}/{record_id:int}/delete")
def delete_record(env: Env, addon: str, model: str, record_id: int) -> Redirect:
    """Delete a record for good."""
    views = views_for(env, f"{addon}.{model}")
    record = env.get(views.model, record_id)
    name = str(record.display_name)
    saving.delete(env, record)
    return Redirect(f"/app/{addon}/{model}/", toast=_("{name} deleted.", name=name))


def may_change(env: Env, views: ModelViews) -> None:
    """Raise NotAllowed for someone who only reads."""
    if not may(env, "update", views.model):
        raise NotAllowed(
            _("You may not change {thing}.", thing=label(views.model).lower()),
            hint=_("An administrator can give you a role that includes it."),
        )


ROUTES = [
    show_record,
    new_record,
    create_record,
    preview_record,
    save_fields,
    save_lines,
    preview_lines,
    delete_record,
]
