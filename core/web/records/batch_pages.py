"""Work on a selection: actions, changing a field of many, deleting; how far a batch is and what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from core.errors import Invalid, NotFound
from core.i18n import _
from core.views import batches, saving
from core.views.access import views_for
from core.views.inputs import make_input
from core.views.lists import list_screen
from core.views.models import Batch, BatchState
from core.web.pages import action, page
from core.web.records.form_pages import may_change
from core.web.records.layout import layout
from core.web.results import File, Page, Redirect

if TYPE_CHECKING:
    from core.env import Env
    from core.views.catalog import ModelViews
    from core.web.request import Request


def selected(env: Env, request: Request, views: ModelViews) -> list[int]:
    """The ticked rows, or everything that matches when that was asked for."""
    form = request.form
    if form.get("everything"):
        screen = list_screen(env, views, parse_qs(form.get("state").removeprefix("?")))
        return screen.query.ids(batches.MOST)
    return [int(value) for value in form.all("id") if value.isdigit()]


def back_to(request: Request, base: str) -> str:
    """The list the selection was made in."""
    state = request.form.get("state")
    return base + (state if state.startswith("?") else "")


@action("/app/{addon:str}/{model:str}/bulk")
def run_bulk(env: Env, request: Request, addon: str, model: str) -> Redirect:
    """Run an action for a selection: a few at once, many in the background."""
    views = views_for(env, f"{addon}.{model}")
    ids = selected(env, request, views)
    base = f"/app/{addon}/{model}/"
    if not ids:
        return Redirect(back_to(request, base), toast=_("Nothing was selected."))
    verb = request.form.get("action")
    if verb != batches.DELETE:
        may_change(env, views)
    batch = batches.begin_action(env, views, ids, verb)
    batches.start(env, batch)
    return _after(request, views, batch, base)


def _after(request: Request, views: ModelViews, batch: Batch, base: str) -> Redirect:
    if batch.state is BatchState.DONE and not batch.failed:
        return Redirect(back_to(request, base), toast=batches.summary(batch, views.model))
    return Redirect(f"{base}batch/{batch.id}")


@action("/app/{addon:str}/{model:str}/bulk/edit")
def choose_edit(env: Env, request: Request, addon: str, model: str) -> Page | Redirect:
    """Choose the field and the value that many get."""
    views = views_for(env, f"{addon}.{model}")
    may_change(env, views)
    ids = selected(env, request, views)
    base = f"/app/{addon}/{model}/"
    if not ids:
        return Redirect(back_to(request, base), toast=_("Nothing was selected."))
    record = saving.fresh(env, views.model)
    specs = saving.specs_of(views)
    fields = saving.editable(env, views, record)
    path = request.form.get("path")
    errors: dict[str, str] = {}
    if path in fields and request.form.get("go"):
        try:
            batch = batches.begin_edit(env, views, ids, path, request.form.all(path))
        except Invalid as error:
            errors = {name: str(text) for name, text in error.fields.items()}
        else:
            batches.start(env, batch)
            return _after(request, views, batch, base)
    chosen = None
    if path in fields:
        typed = next(reversed(request.form.all(path)), None) if errors else None
        chosen = make_input(
            env, fields[path], specs[path], record, typed=typed, error=errors.get("value", "")
        )
    context = {
        "ids": ids,
        "views": views,
        "base": base,
        "chosen": chosen,
        "state": request.form.get("state"),
        "fields": [
            (p, str(specs[p].label or meta.label)) for p, meta in fields.items() if meta.kind != "long"
        ],
        "layout": layout(request),
        "things": list_screen(env, views, {}).title,
    }
    return Page("core/records/bulk_edit.html", context, status=422 if errors else 200)


@page("/app/{addon:str}/{model:str}/batch/{batch_id:int}")
def show_batch(env: Env, request: Request, addon: str, model: str, batch_id: int) -> Page:
    """How far a batch is, and what failed."""
    views = views_for(env, f"{addon}.{model}")
    batch = batch_of(env, views, batch_id)
    context = {
        "batch": batch,
        "views": views,
        "base": f"/app/{addon}/{model}/",
        "layout": layout(request),
        "failures": batches.failures(env, batch),
        "summary": batches.summary(batch, views.model),
        "running": batch.state in {BatchState.WAITING, BatchState.RUNNING},
        "percent": round(100 * batch.done / batch.total) if batch.total else 100,
        "things": list_screen(env, views, {}).title,
    }
    return Page("core/records/batch.html", context)


def batch_of(env: Env, views: ModelViews, batch_id: int) -> Batch:
    """A batch of one's own on a model."""
    batch = env.get(Batch, batch_id)
    if batch.model != views.name:
        raise NotFound(_("There is no such page here."))
    return batch


@action("/app/{addon:str}/{model:str}/batch/{batch_id:int}/stop")
def stop_batch(env: Env, addon: str, model: str, batch_id: int) -> Redirect:
    """Leave the rest undone."""
    views = views_for(env, f"{addon}.{model}")
    batches.stop(env, batch_of(env, views, batch_id))
    return Redirect(f"/app/{addon}/{model}/batch/{batch_id}")


@action("/app/{addon:str}/{model:str}/batch/{batch_id:int}/undo")
def undo_batch(env: Env, addon: str, model: str, batch_id: int) -> Redirect:
    """Take an import back."""
    views = views_for(env, f"{addon}.{model}")
    result = batches.undo(env, batch_of(env, views, batch_id))
    told = _(
        "{deleted} deleted, {restored} put back, {left} left as they are.",
        deleted=result.created,
        restored=result.updated,
        left=result.failed,
    )
    return Redirect(f"/app/{addon}/{model}/batch/{batch_id}", toast=told)


@page("/app/{addon:str}/{model:str}/batch/{batch_id:int}/failed.csv")
def failed_rows(env: Env, addon: str, model: str, batch_id: int) -> File:
    """The refused rows with their reasons."""
    views = views_for(env, f"{addon}.{model}")
    batch = batch_of(env, views, batch_id)
    return File(batches.failed_file(env, batch), f"{model}-{batch_id}.csv", "text/csv; charset=utf-8")


ROUTES = [run_bulk, choose_edit, show_batch, stop_batch, undo_batch, failed_rows]
