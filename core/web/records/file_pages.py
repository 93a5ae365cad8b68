"""Lists as files, and files as records."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from core.errors import CoreError, Invalid
from core.i18n import _
from core.views import batches
from core.views.access import views_for
from core.views.exports import export_rows, to_csv, to_xlsx
from core.views.forms import refuse_create
from core.views.imports import Table, guess_mapping, read_table, run_import, targets
from core.views.imports.cells import text_of_cell
from core.views.imports.mapping import remember
from core.views.lists import list_screen
from core.views.models import BatchState
from core.web.pages import action, page
from core.web.records.batch_pages import selected
from core.web.records.layout import layout, lists_of
from core.web.results import File, Page, Redirect

if TYPE_CHECKING:
    from core.env import Env
    from core.views.catalog import ModelViews
    from core.web.request import Request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TRIED = 1000
"""Rows of a dry run while the person waits."""


@page("/app/{addon:str}/{model:str}/export")
def export_list(env: Env, request: Request, addon: str, model: str) -> File:
    """Everything the list shows, as a file."""
    views = views_for(env, f"{addon}.{model}")
    return _file(env, views, lists_of(request.query), request.query.get("format"), None)


@action("/app/{addon:str}/{model:str}/export/selection")
def export_selection(env: Env, request: Request, addon: str, model: str) -> File:
    """The ticked rows, as a file."""
    views = views_for(env, f"{addon}.{model}")
    ids = selected(env, request, views)
    query = parse_qs(request.form.get("state").removeprefix("?"))
    return _file(env, views, query, request.form.get("format"), ids)


def _file(env: Env, views: ModelViews, query: dict[str, list[str]], kind: str, ids: list[int] | None) -> File:
    screen = list_screen(env, views, query)
    title = screen.title
    name = f"{title} {env.today().isoformat()}"
    rows = export_rows(env, screen.declared, screen.state, screen.columns, ids)
    if kind == "csv":
        return File(to_csv(rows), f"{name}.csv", "text/csv; charset=utf-8")
    return File(to_xlsx(rows, title), f"{name}.xlsx", XLSX)


@page("/app/{addon:str}/{model:str}/import")
def choose_file(env: Env, request: Request, addon: str, model: str) -> Page:
    """The first step: choose a file."""
    views = views_for(env, f"{addon}.{model}")
    refuse_create(env, views)
    return _page(env, request, views, {})


@action("/app/{addon:str}/{model:str}/import")
def import_file(env: Env, request: Request, addon: str, model: str) -> Page | Redirect:
    """The next steps: which column is which field, a try, the import itself."""
    views = views_for(env, f"{addon}.{model}")
    refuse_create(env, views)
    form = request.form
    upload = request.upload("file")
    content = upload.content if upload else base64.b64decode(form.get("content") or "")
    name = upload.name if upload else form.get("name")
    try:
        if not content:
            raise Invalid(fields={"file": _("Choose a file.")})
        table = read_table(content, name)
    except Invalid as error:
        told = next(iter(error.fields.values()), error.message)
        return _page(env, request, views, {"error": str(told), "hint": str(error.hint)}, status=422)
    mapping = guess_mapping(env, views, table.headings) if upload else _chosen(form, table)
    key = tuple(path for path in form.all("key") if path in mapping.values())
    context: dict[str, Any] = {
        "table": table,
        "name": name,
        "mapping": mapping,
        "key": key,
        "even_alike": bool(form.get("even_alike")),
        "targets": targets(env, views),
        "content": base64.b64encode(content).decode(),
        "sample": [[text_of_cell(cell) for cell in row] for row in table.rows[:5]],
    }
    step = form.get("step")
    if step in {"try", "go"}:
        try:
            if step == "go":
                return _go(env, views, name, table, mapping, key, even_alike=context["even_alike"])
            some = Table(table.headings, table.rows[:TRIED])
            context["result"] = run_import(
                env,
                views.name,
                some,
                mapping,
                key=key,
                dry_run=True,
                even_alike=context["even_alike"],
            )
            context["tried"] = len(some.rows)
        except CoreError as error:
            fields = getattr(error, "fields", {})
            context["error"] = str(next(iter(fields.values()), error.message))
    return _page(env, request, views, context, status=422 if context.get("error") else 200)


def _chosen(form: Any, table: Table) -> dict[str, str]:
    found = {}
    for index, heading in enumerate(table.headings):
        if path := form.get(f"column-{index}"):
            found[heading] = path
    return found


def _go(
    env: Env,
    views: ModelViews,
    name: str,
    table: Table,
    mapping: dict[str, str],
    key: tuple[str, ...],
    *,
    even_alike: bool,
) -> Redirect:
    run_import(
        env, views.name, Table(table.headings, []), mapping, key=key
    )  # refuses a wrong mapping at once
    remember(env, views.name, table.headings, mapping)
    batch = batches.begin_import(env, views, name, table, mapping, key, even_alike=even_alike)
    batches.start(env, batch)
    base = f"/app/{views.name.replace('.', '/')}/"
    toast = batches.summary(batch, views.model) if batch.state is BatchState.DONE else None
    return Redirect(f"{base}batch/{batch.id}", toast=toast)


def _page(env: Env, request: Request, views: ModelViews, context: dict[str, Any], status: int = 200) -> Page:
    shared = {
        "views": views,
        "base": f"/app/{views.name.replace('.', '/')}/",
        "layout": layout(request),
        "table": None,
        "error": "",
        "hint": "",
        "result": None,
        "tried": 0,
        "things": list_screen(env, views, {}).title,
    }
    return Page("core/records/import.html", {**shared, **context}, status=status)


ROUTES = [export_list, export_selection, choose_file, import_file]
