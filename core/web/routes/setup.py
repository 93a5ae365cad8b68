"""The set-up wizard: three steps, nothing written before the last; what was typed travels with the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.builtin.models import Workspace
from core.errors import CoreError, Invalid
from core.i18n import _, ngettext, using
from core.registry import setup
from core.registry.plans import GROUND
from core.security import sign_in
from core.web import places
from core.web.forms import Checked
from core.web.pages import action, page, site_of
from core.web.results import Cookie, Outside, Page, Redirect
from core.web.routes.sign_in import YEAR, signed_in_cookies
from core.web.unit import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.env import Env
    from core.registry.discovery import Discovered
    from core.web.request import Request
    from core.web.results import Result

KEPT = {
    1: ("code", "name", "country", "registration_number", "language", "currency", "start"),
    2: ("data",),
    3: ("user_name", "email"),
}
"""Which fields belong to which step; the password is never sent back to the browser."""


@page("/setup", access="anyone")
def first(env: Env, request: Request) -> Page | Redirect:
    """Show the first step, with what the browser's language suggests."""
    if _ready(env):
        return Redirect("/")
    _note_code(env, request)
    french = env.locale.startswith("fr")
    country = "FR" if french else "GB"
    values = _empty() | {
        "code": request.query.get("code"),
        "country": country,
        "language": "fr" if french else "en",
        "currency": places.currency_of(country),
    }
    return _step(request, 1, values, {})


def _ready(env: Env) -> bool:
    with env.system("is the set-up done") as system:
        return system.session.scalars(select(system[Workspace].ready_at)).first() is not None


def _note_code(env: Env, request: Request) -> None:
    """Let the first step know whether it asks for the code."""
    with env.system("does the set-up ask for a code") as system:
        request.later["asks_code"] = setup.needs_code(system)


def _empty() -> dict[str, str]:
    blank = {name: "" for names in KEPT.values() for name in names}
    return blank | {"start": "both", "data": "empty"}


@action("/setup", access="anyone")
def forward(env: Env, request: Request) -> Result:
    """Check the step and go on, or back, or finish."""
    if _ready(env):
        return Redirect("/")
    _note_code(env, request)
    values = _empty() | {name: value for name, value in request.form.items() if name != "password"}
    step = request.form.integer("step", 1) or 1
    if "back" in request.form:
        return _step(request, max(step - 1, 1), values, {})
    with env.system("is it the set-up code") as system:
        if not setup.is_code(system, values["code"]):
            wrong = _("This is not the code that the server printed for this workspace.")
            return _step(request, 1, values, {"code": wrong})
    if request.form.get("changed") == "country":
        values["currency"] = places.currency_of(values["country"])
        return _step(request, 1, values, {})
    if request.form.get("changed") == "language":
        return _step(request, 1, values, {})
    form = Checked(request.form)
    _check(form, step)
    if form.errors or step < 3:
        return _step(request, step if form.errors else step + 1, values, form.errors)
    return _finish(request, values)


def _check(form: Checked, step: int) -> None:
    """Note what is wrong with the fields of a step and of those before it."""
    form.text("name", _("Write the company's name."))
    form.choice("country", dict(places.countries()), _("Choose a country."))
    form.choice("language", dict(places.LANGUAGES), _("Choose a language."))
    form.choice("currency", dict(places.currencies()), _("Choose a currency."))
    form.choice("start", setup.STARTS, _("Choose where you start."))
    form.optional("registration_number", most=20)
    if step >= 3:
        form.text("user_name", _("Write your name."), most=120)
        form.email("email")
        form.password("password", "again")


def _finish(request: Request, values: Mapping[str, str]) -> Outside:
    site = site_of(request)
    chosen = setup.SetUp(
        company=values["name"].strip(),
        country=values["country"],
        currency=values["currency"],
        language=values["language"],
        tz=places.zone_of(values["country"]),
        user=values["user_name"].strip(),
        email=values["email"].strip(),
        password=request.form.as_dict().get("password", ""),
        start=values["start"],
        apps=tuple(request.form.all("app")),
        examples=values["data"] == "demo",
        registration_number=values["registration_number"].strip(),
        address=request.origin,
    )

    def work() -> Result:
        try:
            user_id = setup.finish(site.platform, request.workspace, chosen)
        except Invalid as error:
            return _step(request, 3, values, error.fields)
        except CoreError as error:
            return _step(request, 3, values, {"form": str(error)})
        opened = run(
            site,
            request,
            lambda env: sign_in.open_session(env, user_id, ip=request.ip, agent=request.user_agent),
        )
        told = _("{company} is ready.", company=chosen.company)
        return Redirect(
            "/settings/apps" if chosen.start == "pick" else "/", told, signed_in_cookies(request, opened)
        )

    return Outside(work)


def _step(request: Request, step: int, values: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    """The page of a step, in the language chosen in it, which the next pages without a user keep."""
    language = values["language"] if values["language"] in dict(places.LANGUAGES) else "en"
    request.later["locale"] = language
    request.later["cookies"] = [Cookie("language", language, YEAR)]
    with using(language):
        context = _context(request, step, values, errors)
    return Page("core/setup/wizard.html", context, status=422 if errors else 200)


def _context(
    request: Request, step: int, values: Mapping[str, str], errors: Mapping[str, str]
) -> dict[str, Any]:
    discovered = site_of(request).platform.discovered
    chosen = request.form.all("app")
    kept = [(name, values[name]) for at, names in KEPT.items() if at != step for name in names]
    kept += [("app", name) for name in chosen] if step != 2 else []
    names = setup.apps_for(discovered, values["start"], values["country"], chosen)
    return {
        "step": step,
        "asks_code": request.later.get("asks_code", False),
        "values": values,
        "errors": errors,
        "kept": kept,
        "countries": places.countries(),
        "currencies": places.currencies(),
        "languages": places.LANGUAGES,
        "starts": _starts(discovered),
        "apps": _choosable(discovered),
        "chosen": chosen,
        "localisation": _localisation(discovered, values["country"]),
        "count_text": ngettext("{count} app will be enabled.", "{count} apps will be enabled.", len(names)),
    }


def _starts(discovered: Discovered) -> list[tuple[str, str, str, str, str]]:
    def titles(category: str) -> str:
        return ", ".join(
            str(addon.manifest.display)
            for addon in discovered.addons.values()
            if addon.manifest.category == category
        )

    return [
        ("crm", "target", str(_("CRM")), str(_("Win and keep customers.")), titles("CRM")),
        ("erp", "building-factory-2", str(_("ERP")), str(_("Run the business day by day.")), titles("ERP")),
        (
            "both",
            "arrows-exchange",
            str(_("CRM and ERP")),
            str(_("Join the sale to the delivery and the payment.")),
            str(_("Both, with the bridge")),
        ),
        (
            "pick",
            "adjustments",
            str(_("Let me choose")),
            str(_("App by app.")),
            str(_("Nothing is enabled in advance")),
        ),
    ]


def _choosable(discovered: Discovered) -> list[dict[str, str]]:
    return [
        {
            "name": addon.name,
            "title": str(addon.manifest.display),
            "summary": str(addon.manifest.summary),
        }
        for addon in discovered.addons.values()
        if addon.name not in GROUND
    ]


def _localisation(discovered: Discovered, country: str) -> str:
    """What choosing the country brings."""
    for addon in discovered.addons.values():
        if country in addon.manifest.countries:
            return str(
                _("Brings {app}: {summary}", app=addon.manifest.display, summary=addon.manifest.summary)
            )
    return ""


ROUTES = (first, forward)
