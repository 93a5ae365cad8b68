"""Settings: the home page, companies, the mail server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core import address
from core.builtin.models import Company
from core.errors import Invalid
from core.i18n import _
from core.mail import server as mail_server
from core.orm.sorting import people_order
from core.web import places
from core.web.forms import Checked
from core.web.menu import entries
from core.web.pages import action, page, site_of
from core.web.results import Outside, Page, Redirect
from core.web.services import companies
from core.web.unit import run

if TYPE_CHECKING:
    from core.env import Env
    from core.registry.manifest import Manifest
    from core.web.request import Request


@page("/settings")
def home(env: Env) -> Page:
    """Show everything that can be set, by subject."""
    return Page("core/settings/home.html", {"entries": entries(env, "settings")})


@page("/settings/company", access="admin")
def company(env: Env, request: Request) -> Page:
    """Show the current company's form, and the list of companies."""
    return _company_page(env, _values(env.company), {})


@action("/settings/company", access="admin")
def save_company(env: Env, request: Request) -> Page | Redirect:
    """Keep the company's data."""
    try:
        values = _checked(request)
    except Invalid as error:
        return _company_page(env, request.form.over(_values(env.company)), error.fields)
    record = env.get(Company, env.company_id or 0)
    for name, value in values.items():
        setattr(record, name, value)
    env.session.flush()
    return Redirect("/settings/company", toast=_("{company} saved.", company=record.name))


@page("/settings/company/new", access="admin")
def new_company(env: Env) -> Page:
    """Show an empty form for another company."""
    return _new_company_page(env, _proposed(env), {}, {one.name for one in _apps(env)})


@action("/settings/company/new", access="admin")
def create_company(env: Env, request: Request) -> Page | Outside:
    """Add a company; whoever adds it may work in it."""
    try:
        values = _checked(request)
    except Invalid as error:
        return _new_company_page(
            env, request.form.over(_proposed(env)), error.fields, set(request.form.all("app"))
        )
    platform, workspace, member_id = site_of(request).platform, env.workspace, env.user.id

    offered = {one.name for one in _apps(env) if one.is_offered_in(values["country"])}
    chosen = offered.intersection(request.form.all("app")) if request.form.get("choose") else None

    def work() -> Redirect:
        companies.add(platform, workspace, values, member_id=member_id, apps=chosen)
        return Redirect("/settings/company", toast=_("{company} added.", company=values["name"]))

    return Outside(work)


def _proposed(env: Env) -> dict[str, Any]:
    return {"name": "", "country": env.company.country, "currency": env.company.currency}


def _new_company_page(env: Env, values: dict[str, Any], errors: Any, chosen: set[str]) -> Page:
    context = _choices() | {"values": values, "errors": errors, "apps": _apps(env), "chosen": chosen}
    return Page("core/settings/company_new.html", context, status=422 if errors else 200)


def _apps(env: Env) -> list[Manifest]:
    """What a new company may use, by title."""
    found = [env.registry.discovered[name].manifest for name in env.registry.apps]
    return sorted(found, key=lambda manifest: people_order(str(manifest.display)))


def _company_page(env: Env, values: dict[str, Any], errors: Any) -> Page:
    model = env[Company]
    others = env.session.scalars(select(model).where(model.active).order_by(model.name)).all()
    context = _choices() | {"values": values, "errors": errors, "companies": others}
    return Page("core/settings/company.html", context, status=422 if errors else 200)


def _values(record: Company) -> dict[str, Any]:
    names = ("name", "country", "currency", "locale", "tz", "vat_number", "registration_number")
    return {name: getattr(record, name) for name in names}


def _choices() -> dict[str, Any]:
    return {
        "countries": places.countries(),
        "currencies": places.currencies(),
        "languages": places.LANGUAGES,
        "zones": [(zone, zone.replace("_", " ")) for zone in places.zones()],
    }


def _checked(request: Request) -> dict[str, Any]:
    form = Checked(request.form)
    values: dict[str, Any] = {
        "name": form.text("name", _("Write the company's name.")),
        "country": form.choice("country", dict(places.countries()), _("Choose a country.")),
        "currency": form.choice("currency", dict(places.currencies()), _("Choose a currency.")),
        "locale": form.choice("locale", dict(places.LANGUAGES), _("Choose a language.")),
        "tz": form.choice("tz", places.zones(), _("Choose a time zone.")),
        "vat_number": form.optional("vat_number", most=20) or None,
        "registration_number": form.optional("registration_number", most=20) or None,
    }
    form.done()
    return values


@page("/settings/mail", access="admin")
def mail(env: Env) -> Page:
    """Show where mail is sent through, and from whom."""
    return _mail_page(env)


def _mail_page(env: Env, tested: str | None = None) -> Page:
    values = {
        "server": env.setting(mail_server.SETTING) or "",
        "sender": env.setting(mail_server.SENDER) or "",
        "address": env.setting(address.SETTING) or "",
    }
    return Page("core/settings/mail.html", _mail_context(env, values, {}) | {"tested": tested})


def _mail_context(env: Env, values: dict[str, Any], errors: Any) -> dict[str, Any]:
    return {
        "values": {"server": "", "sender": "", "address": ""} | values,
        "errors": errors,
        "tested": None,
        "has_password": bool(env.secret_of_setting(mail_server.SETTING)),
        "has_server": mail_server.server_of(env) is not None,
        "fallback": address.usual_base_url(env.workspace),
        "to": env.user.email,
    }


@action("/settings/mail", access="admin")
def save_mail(env: Env, request: Request) -> Page | Redirect:
    """Keep the mail server; an empty one lets mail wait in the outbox."""
    form = Checked(request.form)
    server, sender = form.optional("server", most=400), form.optional("sender", most=254)
    if server:
        try:
            mail_server.MailServer.at(server)
        except Invalid as error:
            form.wrong("server", next(iter(error.fields.values())))
    if sender:
        form.email("sender")
    base = form.optional("address", most=200)
    if base:
        try:
            base = address.checked(base)
        except Invalid as error:
            form.wrong("address", next(iter(error.fields.values())))
    if form.errors:
        values = request.form.as_dict() | {"password": ""}
        return Page("core/settings/mail.html", _mail_context(env, values, form.errors), status=422)
    mail_server.choose(env, server, request.form.get("password"))
    env.set_setting(mail_server.SENDER, sender, workspace=True)
    env.set_setting(address.SETTING, base, workspace=True)
    return Redirect("/settings/mail", toast=_("Mail server saved."))


@action("/settings/mail/test", access="admin")
def try_mail(env: Env, request: Request) -> Outside:
    """Send a mail to whoever asks, at once, and say what the server answered."""
    leave, site = mail_server.try_out(env, env.user.email), site_of(request)

    def work() -> Page:
        answer = leave()
        return run(site, request, lambda env: _mail_page(env, answer))

    return Outside(work)


ROUTES = (home, company, save_company, new_company, create_company, mail, save_mail, try_mail)
