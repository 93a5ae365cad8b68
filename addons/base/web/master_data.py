"""Settings > Master data: which other system owns which field of contacts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from addons.base.models import ExternalId, ExternalSystem, OwnedWhere
from addons.base.models.master_data import OWNABLE
from addons.base.services import master_data
from core.api import Env, Fields, Invalid, Page, Redirect, Request, _, action, ngettext, page

HOME = "/settings/master-data"


@page(HOME, access="admin")
def overview(env: Env) -> Page:
    """Show the systems and what they own."""
    model, number = env[ExternalSystem], env[ExternalId]
    counting = select(number.system_id, func.count()).group_by(number.system_id)
    counts = {row[0]: row[1] for row in env.session.execute(counting)}
    systems = env.session.scalars(select(model).order_by(model.name)).all()
    return Page("base/master_data.html", {"systems": systems, "counts": counts, "labels": OWNABLE})


@page(HOME + "/new", access="admin")
def new(env: Env) -> Page:
    """An empty form."""
    return _form(env, None, {"scope": OwnedWhere.ALL.value}, set(), {})


@action(HOME + "/new", access="admin")
def create(env: Env, request: Request) -> Page | Redirect:
    """Add a system."""
    return _save(env, None, request.form)


@page(HOME + "/{system_id:int}", access="admin")
def edit(env: Env, system_id: int) -> Page:
    """A system with its fields."""
    system = env.get(ExternalSystem, system_id)
    values = {
        "name": system.name,
        "scope": system.scope.value,
        "token": system.token_id or "",
        "url": system.url or "",
    }
    return _form(env, system, values, {owned.field for owned in system.fields}, {})


@action(HOME + "/{system_id:int}", access="admin")
def save(env: Env, request: Request, system_id: int) -> Page | Redirect:
    """Keep a system and its fields."""
    return _save(env, env.get(ExternalSystem, system_id), request.form)


@action(HOME + "/{system_id:int}/remove", access="admin")
def remove(env: Env, system_id: int) -> Redirect:
    """Forget a system; its fields are ours again."""
    system = env.get(ExternalSystem, system_id)
    name = system.name
    master_data.remove_system(env, system)
    return Redirect(HOME, toast=_("{system} owns nothing any more.", system=name))


@action(HOME + "/{system_id:int}/import", access="admin")
def deliver(env: Env, request: Request, system_id: int) -> Page:
    """Take in a file of the system."""
    system = env.get(ExternalSystem, system_id)
    upload = request.upload("file")
    try:
        if upload is None:
            raise Invalid(fields={"file": _("Choose a file.")})
        received = master_data.receive(env, system, master_data.read_csv(upload.content))
    except Invalid as error:
        values = {"name": system.name, "scope": system.scope.value, "token": system.token_id or "", "url": ""}
        fields = {owned.field for owned in system.fields}
        return _form(env, system, values | {"url": system.url or ""}, fields, dict(error.fields))
    return Page("base/master_data_received.html", {"system": system, "received": received})


def _save(env: Env, system: ExternalSystem | None, form: Fields) -> Page | Redirect:
    fields = set(form.all("fields"))
    typed = form.as_dict()
    scope = OwnedWhere.KNOWN if typed.get("scope") == OwnedWhere.KNOWN.value else OwnedWhere.ALL
    try:
        saved = master_data.save_system(
            env,
            system,
            name=typed.get("name", ""),
            fields=fields,
            scope=scope,
            token_id=form.integer("token"),
            url=typed.get("url", ""),
        )
    except Invalid as error:
        env.session.expire_all()
        return _form(env, system, typed, fields, dict(error.fields))
    return Redirect(
        HOME,
        toast=ngettext(
            "{system} owns {count} field.", "{system} owns {count} fields.", len(fields), system=saved.name
        ),
    )


def _form(
    env: Env, system: ExternalSystem | None, values: dict[str, Any], fields: set[str], errors: dict[str, str]
) -> Page:
    token = env.registry.model("core.api_token")
    with env.system("list API tokens for master data") as elevated:
        rows = elevated.session.execute(
            select(token.id, token.name).where(token.revoked_at.is_(None)).order_by(token.name)
        ).all()
    model = env[ExternalSystem]
    taken = {
        owned.field: other.name
        for other in env.session.scalars(select(model))
        if system is None or other.id != system.id
        for owned in other.fields
    }
    return Page(
        "base/master_data_system.html",
        {
            "system": system,
            "values": values,
            "fields": fields,
            "taken": taken,
            "ownable": OWNABLE,
            "scopes": [(one.value, one.label) for one in OwnedWhere],
            "tokens": [("", _("None: by import only")), *((row.id, row.name) for row in rows)],
            "errors": errors,
            "columns": [master_data.NUMBER_COLUMN, *master_data.DELIVERED],
        },
        status=422 if errors else 200,
    )


ROUTES = (overview, new, create, edit, save, remove, deliver)
