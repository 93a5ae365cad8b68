"""Write an e-mail about a record, and Settings > E-mail templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import MailTemplate, Party
from addons.base.services import mailing, merge_fields
from addons.base.services.mailing import Letter
from core.api import CoreError, Env, Fields, Fragment, Invalid, Page, Redirect, Request, _, action, page
from core.api import reports_for as printable

if TYPE_CHECKING:
    from core.api import Model

LANGUAGES = (("en", "English"), ("fr", "Français"))
HOME = "/settings/mail-templates"


@page("/mail/compose")
def compose(env: Env, request: Request) -> Page:
    """A letter about a record, from the chosen template if any."""
    record = mailing.record_of(env, request.query.get("model"), request.query.integer("id", 0) or 0)
    found = mailing.recipients(env, record)
    chosen = request.query.integer("template")
    offered = list(mailing.templates(env, record))
    template = next((one for one in offered if one.id == chosen), None)
    if template is None and chosen is None and offered:
        template = offered[0]
    to = request.query.all("to") or ([found[0].email] if found else [])
    contact = mailing.contact_at(env, record, to[0]) if to else None
    problem: CoreError | None = None
    try:
        letter = mailing.compose(env, record, template, contact)
    except merge_fields.BrokenField as error:
        problem, letter = (
            error,
            Letter(template.subject, template.body, template.report) if template else Letter("", ""),
        )
    usual = next((one.name for one in printable(env, record.model_name)), "") if template is None else ""
    values = {"subject": letter.subject, "body": letter.body, "report": letter.report or usual}
    context = _context(env, record, to, values, template) | {"problem": problem, "templates": offered}
    return Page("base/compose.html", context, partial="base/_letter.html")


@action("/mail/preview")
def preview(env: Env, request: Request) -> Fragment:
    """Exactly what would be sent."""
    record, to, letter = _read(env, request.form)
    try:
        ready: Letter | None = mailing.preview(env, record, to, letter)
        problem: CoreError | None = None
    except CoreError as error:
        ready, problem = None, error
    reports = {report.name: report.title for report in printable(env, record.model_name)}
    context = {"to": to, "letter": ready, "problem": problem, "reports": reports}
    return Fragment("base/_mail_preview.html", context, status=200 if ready else 422)


@action("/mail/send")
def send(env: Env, request: Request) -> Page | Redirect:
    """Send it; the record's timeline tells of it."""
    record, to, letter = _read(env, request.form)
    try:
        mailing.send(env, record, to, letter)
    except (Invalid, merge_fields.BrokenField) as error:
        values = {"subject": letter.subject, "body": letter.body, "report": letter.report or ""}
        context = _context(env, record, to, values, None)
        context |= {
            "problem": None if isinstance(error, Invalid) else error,
            "errors": dict(error.fields) if isinstance(error, Invalid) else {},
            "templates": list(mailing.templates(env, record)),
        }
        return Page("base/compose.html", context, partial="base/_letter.html", status=422)
    return Redirect(_url(record), toast=_("E-mail to {address} is on its way.", address=", ".join(to)))


def _read(env: Env, form: Fields) -> tuple[Model, list[str], Letter]:
    record = mailing.record_of(env, form.get("model"), form.integer("id", 0) or 0)
    further = [part.strip() for part in form.get("further").replace(";", ",").split(",")]
    to = list(dict.fromkeys(address for address in (*form.all("to"), *further) if address))
    return record, to, Letter(form.get("subject"), form.get("body"), form.get("report") or None)


def _url(record: Model) -> str:
    addon, _dot, name = record.model_name.partition(".")
    return f"/app/{addon}/{name}/{record.id}"


def _context(
    env: Env, record: Model, to: list[str], values: dict[str, str], template: MailTemplate | None
) -> dict[str, Any]:
    found = mailing.recipients(env, record)
    proposed = {one.email for one in found}
    return {
        "record": record,
        "url": _url(record),
        "recipients": found,
        "to": to,
        "further": ", ".join(address for address in to if address not in proposed),
        "values": values,
        "template": template,
        "reports": printable(env, record.model_name),
        "offered": merge_fields.offered(env, record.model_name),
        "errors": {},
        "problem": None,
    }


@page(HOME, access="admin")
def templates(env: Env, request: Request) -> Page:
    """Every template."""
    words = request.query.get("q")
    context = {
        "templates": mailing.all_templates(env, words),
        "models": mailing.writable_models(env),
        "languages": dict(LANGUAGES),
        "words": words,
    }
    return Page("base/mail_templates.html", context)


@page(HOME + "/new", access="admin")
def new_template(env: Env, request: Request) -> Page:
    """An empty form, for the kind of record that is asked for."""
    model = request.query.get("model") or Party.model_name
    return _template_page(env, None, {"model": model, "locale": env.locale[:2], "active": True}, {})


@action(HOME + "/new", access="admin")
def create_template(env: Env, request: Request) -> Page | Redirect:
    """Write a template."""
    return _save(env, None, request.form)


@page(HOME + "/{template_id:int}", access="admin")
def edit_template(env: Env, template_id: int) -> Page:
    """A template with its fields."""
    template = env.get(MailTemplate, template_id)
    names = ("name", "model", "locale", "subject", "body", "report", "active")
    return _template_page(env, template, {name: getattr(template, name) or "" for name in names}, {})


@action(HOME + "/{template_id:int}", access="admin")
def save_template(env: Env, request: Request, template_id: int) -> Page | Redirect:
    """Keep a template."""
    return _save(env, env.get(MailTemplate, template_id), request.form)


@action(HOME + "/{template_id:int}/delete", access="admin")
def delete_template(env: Env, template_id: int) -> Redirect:
    """Take a template away; what was written with it stays."""
    env.session.delete(env.get(MailTemplate, template_id))
    env.session.flush()
    return Redirect(HOME, toast=_("Template deleted."))


def _save(env: Env, template: MailTemplate | None, form: Fields) -> Page | Redirect:
    values: dict[str, Any] = {
        name: form.get(name) for name in ("name", "model", "locale", "subject", "body", "report")
    }
    values |= {"active": form.get("active") == "1", "report": values["report"] or None}
    try:
        saved = mailing.save_template(env, template, values)
    except Invalid as error:
        return _template_page(env, template, values, dict(error.fields))
    return Redirect(HOME, toast=_("{name} saved.", name=saved.name))


def _template_page(
    env: Env, template: MailTemplate | None, values: dict[str, Any], errors: dict[str, str]
) -> Page:
    models = mailing.writable_models(env)
    model = values["model"] if values["model"] in models else Party.model_name
    return Page(
        "base/mail_template.html",
        {
            "template": template,
            "values": values,
            "errors": errors,
            "models": list(models.items()),
            "languages": LANGUAGES,
            "reports": [("", _("None")), *((one.name, one.title) for one in printable(env, model))],
            "offered": merge_fields.offered(env, model),
        },
        status=422 if errors else 200,
    )


ROUTES = (
    compose,
    preview,
    send,
    templates,
    new_template,
    create_template,
    edit_template,
    save_template,
    delete_template,
)
