"""The timeline beside a record: write, plan, attach, follow, read on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import Activity, ActivityKind, File, Party
from addons.base.queries.widget import widget
from addons.base.services import activities, files, timeline
from core.api import Env, Fragment, Invalid, NotFound, Request, _, action, page, parse_date
from core.api import File as Download

if TYPE_CHECKING:
    from core.api import Model

TEMPLATE = "base/_timeline.html"


@page("/timeline/{model:str}/{record_id:int}")
def show(env: Env, request: Request, model: str, record_id: int) -> Fragment:
    """The timeline again, or the next older entries."""
    record = record_of(env, model, record_id)
    after = request.query.get("after")
    return Fragment(
        "base/_entries.html" if after else TEMPLATE, {"context": widget(env, record, after=after)}
    )


@action("/timeline/{model:str}/{record_id:int}/note")
def note(env: Env, request: Request, model: str, record_id: int) -> Fragment:
    """Write an internal note."""
    record = record_of(env, model, record_id)
    try:
        timeline.note(env, record, request.form.get("body"), party=party_of(env, record))
    except Invalid as error:
        return _again(env, record, error, request)
    return _drawn(env, record)


@action("/timeline/{model:str}/{record_id:int}/plan")
def plan(env: Env, request: Request, model: str, record_id: int) -> Fragment:
    """Plan an activity."""
    record = record_of(env, model, record_id)
    try:
        activities.plan(
            env,
            record,
            request.form.get("summary"),
            _day(request.form.get("due_on")),
            kind=_kind(request.form.get("kind")),
            assignee_id=request.form.integer("assignee"),
            party=party_of(env, record),
        )
    except Invalid as error:
        return _again(env, record, error, request)
    return _drawn(env, record)


@action("/timeline/{model:str}/{record_id:int}/file")
def attach(env: Env, request: Request, model: str, record_id: int) -> Fragment:
    """Keep the files that were chosen."""
    record = record_of(env, model, record_id)
    chosen = [one for one in request.files.get("file", ()) if one.name]
    try:
        if not chosen:
            raise Invalid(fields={"file": _("Choose a file.")})
        for upload in chosen:
            files.attach(env, record, upload.name, upload.content, party=party_of(env, record))
    except Invalid as error:
        return _again(env, record, error, request)
    return _drawn(env, record)


@action("/timeline/{model:str}/{record_id:int}/follow")
def follow(env: Env, request: Request, model: str, record_id: int) -> Fragment:
    """Be told of new notes, or not any more."""
    record = record_of(env, model, record_id)
    if env.user.id is not None:
        if request.form.get("stop"):
            timeline.unfollow(env, record, env.user.id)
        else:
            timeline.follow(env, record, [env.user.id])
    return _drawn(env, record)


@action("/activities/{activity_id:int}/done")
def done(env: Env, request: Request, activity_id: int) -> Fragment:
    """Tick an activity off; the timeline around it is drawn again."""
    with env.following():
        activity = env.get(Activity, activity_id)
    record = record_of(env, activity.model, activity.record_id)
    activities.complete(env, activity, request.form.get("outcome"))
    return _drawn(env, record)


@page("/files/{file_id:int}/{name:str}")
def download(env: Env, file_id: int) -> Download:
    """A file, always as a download: whoever may read its record may have it."""
    with env.following():
        file = env.get(File, file_id)
    return Download(file.content, file.name, file.media_type)


def record_of(env: Env, model: str, record_id: int) -> Model:
    """The record under the reader's rules, or NotFound."""
    if model not in env.registry.models or not env.access.allows(model, "r"):
        raise NotFound(
            _("This page does not exist."), hint=_("Its app may be disabled. Settings, Apps shows all.")
        )
    found: Model = env.get(env.registry.model(model), record_id)
    return found


def party_of(env: Env, record: Any) -> Party | None:
    """Whose page it is written on too."""
    if record.model_name == Party.model_name:
        return None
    party_id = getattr(record, "party_id", None)
    return env.session.get(env[Party], party_id) if party_id else None


def _drawn(env: Env, record: Model) -> Fragment:
    return Fragment(TEMPLATE, {"context": widget(env, record)}, events={"saved": ""})


def _again(env: Env, record: Model, error: Invalid, request: Request) -> Fragment:
    context = widget(env, record) | {"errors": dict(error.fields), "typed": request.form.as_dict()}
    return Fragment(TEMPLATE, {"context": context}, status=422)


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError as error:
        raise Invalid(fields={"due_on": _("Write a day such as 4 Dec 2026.")}) from error


def _kind(text: str) -> ActivityKind:
    return ActivityKind(text) if text in {kind.value for kind in ActivityKind} else ActivityKind.TASK


ROUTES = (show, note, plan, attach, follow, done, download)
