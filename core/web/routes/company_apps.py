"""*Settings > Apps > Companies*: which apps each company uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.builtin.models import Company
from core.i18n import _
from core.registry import usage
from core.registry.plans import AddonRefused
from core.web.pages import action, page
from core.web.queries import company_apps
from core.web.queries.apps import title_of
from core.web.results import Page, Redirect, Toast

if TYPE_CHECKING:
    from core.env import Env

HOME = "/settings/apps/companies"


@page(HOME, access="admin")
def overview(env: Env) -> Page:
    """Show each company with a switch for each app that it may use."""
    return _page(env)


def _page(env: Env, company_id: int = 0, refusal: AddonRefused | None = None) -> Page:
    with env.system("apps of all companies") as system:
        panels = company_apps.panels(system)
    context = {"panels": panels, "refused": company_id, "refusal": refusal}
    return Page("core/apps/companies.html", context, status=refusal.status_code if refusal else 200)


@action(HOME + "/{company_id:int}/{name:str}/use", access="admin")
def begin(env: Env, company_id: int, name: str) -> Page | Redirect:
    """Let a company use an app and what it needs; then propose what its country adds to it."""
    try:
        with env.system("begin to use an app") as system:
            plan = usage.begin(system, company_id, [name])
            company = system.get(Company, company_id).name
    except AddonRefused as refusal:
        return _page(env, company_id, refusal)
    apps = ", ".join(title_of(env, one) for one in plan.all)
    told = _("{company} uses {apps}.", company=company, apps=apps)
    if plan.proposed:
        one = plan.proposed[0]
        label = _("Use {app} too", app=title_of(env, one))
        return Redirect(_place(company_id), toast=Toast(told, label, f"{HOME}/{company_id}/{one}/use"))
    return Redirect(_place(company_id), toast=Toast(told, _("Undo"), f"{HOME}/{company_id}/{name}/stop"))


@action(HOME + "/{company_id:int}/{name:str}/stop", access="admin")
def stop(env: Env, company_id: int, name: str) -> Page | Redirect:
    """Take an app away from a company; its data stays."""
    try:
        with env.system("stop using an app") as system:
            usage.stop(system, company_id, name)
            company = system.get(Company, company_id).name
    except AddonRefused as refusal:
        return _page(env, company_id, refusal)
    told = _("{company} no longer uses {app}. Its data stays.", company=company, app=title_of(env, name))
    return Redirect(_place(company_id), toast=Toast(told, _("Undo"), f"{HOME}/{company_id}/{name}/use"))


def _place(company_id: int) -> str:
    return f"{HOME}#company-{company_id}"


ROUTES = (overview, begin, stop)
