"""Business verbs on one record, and what they ask first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from core.errors import Invalid, NotFound
from core.i18n import _
from core.views import saving
from core.views.access import views_for
from core.views.addresses import base_of, url_of
from core.views.asks import asked_of, questions
from core.views.conflicts import changed_meanwhile
from core.web.pages import action
from core.web.records.layout import lists_of
from core.web.results import Fragment, Redirect

if TYPE_CHECKING:
    from core.env import Env
    from core.views.declare import Action
    from core.web.request import Request


@action("/app/{addon:str}/{model:str}/{record_id:int}/actions/{verb:str}")
def run_action(
    env: Env, request: Request, addon: str, model: str, record_id: int, verb: str
) -> Fragment | Redirect:
    """Run a verb of a record. A second press of the button finds the record changed and does nothing
    twice."""
    return act_on(env, request, addon, model, record_id, verb)


def act_on(
    env: Env, request: Request, addon: str, model: str, record_id: int, verb: str
) -> Fragment | Redirect:
    """Run a verb with what its dialog asked; refused, the dialog comes back with sentences."""
    views = views_for(env, f"{addon}.{model}")
    record = env.get(views.model, record_id, lock=True)
    declared = views.action(verb)
    if declared is None:
        raise NotFound(_("There is no such action."))
    version = request.form.integer("version")
    if version is not None and version != getattr(record, "version", version):
        raise changed_meanwhile(env, record)
    asked, errors = asked_of(env, declared, record, lists_of(request.form))
    if not errors:
        try:
            result = saving.act(env, record, verb, asked)
        except Invalid as error:
            known = {ask.name for ask in declared.ask}
            if not declared.ask or not set(error.fields) <= known:
                raise
            errors = {name: str(text) for name, text in error.fields.items()}
        else:
            url = where_next(env, record, result, base_of(views.model))
            came = request.form.get("in")
            if came and url == url_of(record):
                url += f"?in={quote(came, safe='')}"
            return Redirect(url, toast=told(declared))
    context = {
        "action": declared,
        "questions": questions(env, declared, record, lists_of(request.form), errors),
    }
    return Fragment("core/records/_questions.html", context, status=422)


@action("/app/{addon:str}/{model:str}/act/{verb:str}")
def run_dropped(env: Env, request: Request, addon: str, model: str, verb: str) -> Fragment | Redirect:
    """Run a verb of a card that was dropped on it; the dialog names the record. Comes back to the board."""
    came = act_on(env, request, addon, model, request.form.integer("id") or 0, verb)
    if isinstance(came, Redirect):
        return Redirect(f"/app/{addon}/{model}/?view=kanban", toast=came.toast)
    return came


def where_next(env: Env, record: Any, result: Any, base: str) -> str:
    """Where an action leads: what it returned, else the record, else the list when it is gone."""
    if isinstance(result, str) and result.startswith("/"):
        return result
    if isinstance(getattr(result, "id", None), int) and hasattr(result, "model_name"):
        return url_of(result)
    return url_of(record) if record in env.session else base


def told(declared: Action) -> str:
    """What the toast says."""
    return declared.done or _("Done: {action}", action=str(declared.label).rstrip("…"))


ROUTES = [run_action, run_dropped]
