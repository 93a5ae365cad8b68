"""*Settings > Users*: who signs in, with which roles, in which companies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core.builtin.models import Company
from core.errors import CoreError, Invalid
from core.i18n import _
from core.security import account_links, accounts
from core.security.models import User
from core.security.reach import companies_kept_by
from core.security.roles import USER
from core.web import places
from core.web.forms import Checked
from core.web.pages import action, page
from core.web.queries.apps import title_of
from core.web.results import Page, Redirect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from core.env import Env
    from core.web.request import Request

HOME = "/settings/users"


@dataclass(frozen=True, slots=True)
class Row:
    """One user of the list."""

    id: int
    name: str
    email: str
    roles: str
    status: str
    tone: str
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """The user whose page is shown."""

    id: int
    name: str
    active: bool
    waiting: bool
    """Has not chosen a password yet."""


@page(HOME, access="admin")
def users(env: Env) -> Page:
    """List everyone of the administrator's companies, and of none, the active first."""
    declared = env.access.declared
    rows = []
    with env.system("list users") as system:
        model = system[User]
        known = select(model).where(model.of_companies(env, model)).options(selectinload(model.roles))
        query = known.order_by(model.active.desc(), model.name)
        for user in system.session.scalars(query):
            roles = [str(declared[one.role].label) for one in user.roles if one.role in declared]
            waiting = user.active and not user.password_hash
            status = _("Invited") if waiting else _("Active") if user.active else _("Deactivated")
            tone = "warn" if waiting else "ok" if user.active else ""
            rows.append(
                Row(
                    user.id,
                    user.name,
                    user.email,
                    ", ".join(sorted(roles)),
                    str(status),
                    tone,
                    user.last_login_at,
                )
            )
    return Page("core/users/users.html", {"rows": rows})


@page(HOME + "/new", access="admin")
def new(env: Env) -> Page:
    """Show an empty invitation."""
    companies = {env.company_id} if env.company_id else set()
    values = {"name": "", "email": "", "locale": env.locale[:2], "roles": {USER}, "companies": companies}
    return _page(env, None, values, {})


@action(HOME + "/new", access="admin")
def invite(env: Env, request: Request) -> Page | Redirect:
    """Create the user and send the link."""
    form = Checked(request.form)
    name = form.text("name", _("Write the name."), most=120)
    email = form.email("email")
    values = _values(request)
    try:
        form.done()
        user, link = accounts.invite(
            env,
            name=name,
            email=email,
            locale=values["locale"],
            roles=values["roles"],
            company_ids=values["companies"] or set(env.company_ids[:1]),
        )
    except Invalid as error:
        return _page(env, None, values, error.fields)
    return _invited(env, user.id, link)


@page(HOME + "/{user_id:int}", access="admin")
def user(env: Env, user_id: int) -> Page:
    """Show one user."""
    return _page(env, _person(env, user_id), _kept(env, user_id), {})


@action(HOME + "/{user_id:int}", access="admin")
def save(env: Env, request: Request, user_id: int) -> Page | Redirect:
    """Keep name, language, roles and companies."""
    form = Checked(request.form)
    name = form.text("name", _("Write the name."), most=120)
    values = _values(request) | {"email": _kept(env, user_id)["email"]}
    try:
        form.done()
        accounts.save(
            env,
            user_id,
            name=name,
            locale=values["locale"],
            roles=values["roles"],
            company_ids=values["companies"],
        )
    except Invalid as error:
        return _page(env, _person(env, user_id), values, error.fields)
    except accounts.LastAdministrator as error:
        return _page(env, _person(env, user_id), values, {"roles": str(error)})
    return Redirect(HOME, toast=_("{name} saved.", name=name))


@action(HOME + "/{user_id:int}/invite", access="admin")
def invite_again(env: Env, user_id: int) -> Page | Redirect:
    """Send a new link; the old one stops working."""
    return _invited(env, user_id, account_links.invite_again(env, user_id))


@action(HOME + "/{user_id:int}/link", access="admin")
def hand_over(env: Env, user_id: int) -> Page:
    """Show a link to copy, once; those that were sent stop working."""
    link = account_links.link_to_hand_over(env, user_id)
    return _page(env, _person(env, user_id), _kept(env, user_id), {}, link)


def _invited(env: Env, user_id: int, link: str) -> Page | Redirect:
    """Lead on when the mail is on its way; without a mail server, show the link to hand over."""
    person = _person(env, user_id)
    if not link:
        return Redirect(
            f"{HOME}/{user_id}", toast=_("The invitation to {name} is on its way.", name=person.name)
        )
    return _page(env, person, _kept(env, user_id), {}, link)


@action(HOME + "/{user_id:int}/deactivate", access="admin")
def deactivate(env: Env, user_id: int) -> Page | Redirect:
    """Keep someone out."""
    try:
        accounts.deactivate(env, user_id)
    except CoreError as error:
        if error.status_code != 409:
            raise
        return _page(env, _person(env, user_id), _kept(env, user_id), {"form": str(error)})
    return Redirect(HOME, toast=_("{name} deactivated.", name=_person(env, user_id).name))


@action(HOME + "/{user_id:int}/activate", access="admin")
def activate(env: Env, user_id: int) -> Redirect:
    """Let someone in again."""
    accounts.activate(env, user_id)
    return Redirect(HOME, toast=_("{name} activated.", name=_person(env, user_id).name))


def _page(
    env: Env,
    person: Person | None,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    link: str = "",
) -> Page:
    context = {
        "user": person,
        "values": values,
        "errors": errors,
        "roles": _offered(env),
        "companies": _companies(env),
        "languages": places.LANGUAGES,
        "link": link,
    }
    status = 409 if "form" in errors else 422 if errors else 200
    return Page("core/users/user.html", context, status=status)


def _person(env: Env, user_id: int) -> Person:
    env.get(User, user_id)  # whoever works in none of the administrator's companies is not shown
    with env.system("show a user") as system:
        found = system.get(User, user_id)
        return Person(found.id, found.name, found.active, not found.password_hash)


def _kept(env: Env, user_id: int) -> dict[str, Any]:
    env.get(User, user_id)
    with env.system("show a user") as system:
        found = system.get(User, user_id)
        return {
            "name": found.name,
            "email": found.email,
            "locale": found.locale[:2],
            "roles": {one.role for one in found.roles},
            "companies": {one.company_id for one in found.companies},
        }


def _values(request: Request) -> dict[str, Any]:
    locale = request.form.get("locale")
    return {
        "name": request.form.get("name"),
        "email": request.form.get("email"),
        "locale": locale if locale in dict(places.LANGUAGES) else "en",
        "roles": set(request.form.all("role")),
        "companies": {int(one) for one in request.form.all("company") if one.isdecimal()},
    }


def _offered(env: Env) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Roles by app: name, label, and what it includes."""
    declared = env.access.declared
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for name, role in sorted(declared.items(), key=lambda item: (item[0].split(".")[0] != "base", item[0])):
        if name == USER:
            continue
        implied = [str(declared[one].label) for one in role.implies if one in declared and one != USER]
        hint = str(_("Includes {roles}", roles=", ".join(implied))) if implied else ""
        if role.everything:
            hint = str(_("Everything, in every app, and Settings"))
        app = str(_("Whole workspace")) if name.startswith("base.") else title_of(env, name.split(".")[0])
        groups.setdefault(app, []).append((name, str(role.label or name), hint))
    return list(groups.items())


def _companies(env: Env) -> list[tuple[int, str]]:
    """Those that the administrator may let people into."""
    with env.system("list companies") as system:
        model = system[Company]
        offered = model.id.in_(companies_kept_by(env, system))
        query = select(model.id, model.name).where(model.active, offered).order_by(model.name)
        rows = system.session.execute(query)
        return [(row.id, row.name) for row in rows]


ROUTES = (users, new, invite, user, save, invite_again, hand_over, deactivate, activate)
