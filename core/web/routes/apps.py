"""*Settings > Apps*: turn apps on and off, remove them with an archive, bring them back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.builtin.models import AddonEvent
from core.errors import CoreError, NotFound
from core.i18n import _, ngettext, using
from core.registry import lifecycle
from core.registry.plans import GROUND, AddonRefused, refuse_disable
from core.web.pages import action, page, site_of
from core.web.queries import apps, company_apps, extending
from core.web.results import File, Fragment, Outside, Page, Redirect, Toast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.env import Env
    from core.web.request import Request
    from core.web.results import Result

HOME = "/settings/apps"


@page(HOME, access="admin")
def overview(env: Env, request: Request) -> Page:
    """Show the cards, and the chosen app beside them."""
    context = _cards(env, request)
    name = request.query.get("app")
    if name:
        context |= _preview(env, request, name)
    return Page("core/apps/apps.html", context, partial="core/apps/_cards.html")


@page(HOME + "/{name:str}/preview", access="admin")
def preview(env: Env, request: Request, name: str) -> Fragment:
    """Show what an app is and what enabling it would bring."""
    return Fragment("core/apps/_aside.html", _preview(env, request, name))


def _cards(env: Env, request: Request) -> dict[str, Any]:
    found = apps.cards(env)
    words, state = request.query.get("q"), request.query.get("state")
    shown = apps.matching(found, words, state)
    return {
        "groups": apps.by_category(shown, env.registry.discovered.categories),
        "words": words,
        "state": state,
        "picked": request.query.get("app"),
        "total": len(found),
        "enabled": sum(card.state == apps.ON for card in found),
        "updates": sum(card.update for card in found),
        "refused": sorted(env.registry.discovered.refused.items()) if not words and not state else [],
        "left_out": apps.left_out(env),
        "aside": "",
    }


def _card(env: Env, name: str) -> apps.Card:
    for card in apps.cards(env):
        if card.name == name:
            return card
    raise NotFound(_("There is no app “{name}” here.", name=name), hint=_("Choose one of the cards."))


def _preview(env: Env, request: Request, name: str) -> dict[str, Any]:
    card = _card(env, name)
    context: dict[str, Any] = {"card": card, "aside": card.state, "problem": None, "picked": name}
    if card.state == apps.GONE:
        return context | {"history": apps.history(env, name, limit=3)}
    if card.state == apps.ON:
        context |= _enabled(env, name)
        return context
    platform = site_of(request).platform
    try:
        plan = lifecycle.preview_enable(platform, env.workspace, [name])
    except CoreError as problem:
        return context | {"problem": problem}
    target = platform.registries.of(env.registry.whole.enabled.union(plan.all))
    bridges = [_card(env, bridge) for bridge in plan.bridges]
    return context | {
        "plan": plan,
        "also": [(_card(env, one), apps.title_of(env, plan.needed_by[one])) for one in plan.also],
        "names": _listed(env, plan.all),
        "also_names": _listed(env, plan.also),
        "brings": apps.brings(target, plan),
        "bridges": bridges,
        "proposed": [_card(env, one) for one in plan.proposed],
    }


def _enabled(env: Env, name: str) -> dict[str, Any]:
    """Beside an enabled app: whether it may be disabled, and who needs it."""
    refusal: CoreError | None = None
    try:
        refuse_disable(env.registry.discovered, env.registry.whole.enabled, name)
    except AddonRefused as error:
        refusal = error
    needs = [apps.title_of(env, one) for one in env.registry.discovered[name].manifest.depends]
    users = company_apps.users_of(env, name)
    return {"refusal": refusal, "needs": needs, "users": users, "history": apps.history(env, name, limit=3)}


def _listed(env: Env, names: Iterable[str]) -> str:
    """Titles as a person lists them."""
    titles = [apps.title_of(env, name) for name in names]
    if len(titles) < 2:
        return "".join(titles)
    return str(_("{some} and {last}", some=", ".join(titles[:-1]), last=titles[-1]))


@action(HOME + "/{name:str}/enable", access="admin")
def enable(env: Env, request: Request, name: str) -> Outside:
    """Enable an app, what it needs, and what was proposed with it and left ticked."""
    _card(env, name)
    platform, workspace, user = site_of(request).platform, env.workspace, env.user
    names = [name, *(one for one in request.form.all("with") if one in env.registry.discovered.addons)]
    locale = env.locale

    def work() -> Result:
        plan = lifecycle.enable(platform, workspace, names, by=user)
        with using(locale):
            titles = [str(platform.discovered[one].manifest.display) for one in plan.all]
            told = ngettext("{apps} enabled.", "{apps} enabled.", len(titles), apps=", ".join(titles))
        undo = Toast(told, _("Undo"), f"{HOME}/{name}/disable") if name not in GROUND else Toast(told)
        return Redirect(f"{HOME}?app={name}", toast=undo)

    return Outside(work)


@action(HOME + "/{name:str}/disable", access="admin")
def disable(env: Env, request: Request, name: str) -> Outside:
    """Disable an app; its data stays."""
    card = _card(env, name)
    platform, workspace, user = site_of(request).platform, env.workspace, env.user

    def work() -> Result:
        lifecycle.disable(platform, workspace, name, by=user)
        told = _("{app} disabled. Its data stays.", app=card.title)
        toast = Toast(told) if card.state == apps.GONE else Toast(told, _("Undo"), f"{HOME}/{name}/enable")
        return Redirect(f"{HOME}?app={name}", toast=toast)

    return Outside(work)


@page(HOME + "/{name:str}/remove", access="admin")
def removal(env: Env, request: Request, name: str) -> Outside:
    """Show exactly what removing would erase."""
    card = _card(env, name)
    platform, workspace = site_of(request).platform, env.workspace

    def work() -> Result:
        plan = lifecycle.preview_removal(platform, workspace, name)
        return Page("core/apps/remove.html", {"card": card, "plan": plan})

    return Outside(work)


@action(HOME + "/{name:str}/remove", access="admin")
def remove(env: Env, request: Request, name: str) -> Outside:
    """Export everything of an app to an archive, then erase it."""
    card = _card(env, name)
    if request.form.get("typed") != name:
        raise AddonRefused(
            _("{app} was not removed: the name typed is another one.", app=card.title),
            hint=_("Type {name} to remove it.", name=name),
        )
    platform, workspace, user = site_of(request).platform, env.workspace, env.user

    def work() -> Result:
        lifecycle.remove(platform, workspace, name, by=user)
        toast = Toast(_("{app} removed. Its archive is in the history.", app=card.title))
        return Redirect(f"{HOME}/history", toast=toast)

    return Outside(work)


@page(HOME + "/history", access="admin")
def history(env: Env, request: Request) -> Page:
    """Show who turned what on or off, with the archives of removals."""
    name = request.query.get("app")
    title = apps.title_of(env, name) if name else ""
    return Page("core/apps/history.html", {"history": apps.history(env, name), "title": title})


@page(HOME + "/archives/{event_id:int}", access="admin")
def download(env: Env, event_id: int) -> File:
    """Download the archive of a removal."""
    path = _archive(env, event_id)
    return File(path.read_bytes(), path.name, "application/zip")


@action(HOME + "/archives/{event_id:int}/bring-back", access="admin")
def bring_back(env: Env, request: Request, event_id: int) -> Outside:
    """Make a removed app's tables again and copy its rows back."""
    path = _archive(env, event_id)
    name = env.get(AddonEvent, event_id).addon_name
    title = apps.title_of(env, name)
    platform, workspace, user = site_of(request).platform, env.workspace, env.user

    def work() -> Result:
        lost = lifecycle.bring_back(platform, workspace, path, by=user)
        told = _("{app} is back with its data.", app=title)
        if lost:
            told = ngettext(
                "{app} is back. {count} value had no record to return to.",
                "{app} is back. {count} values had no record to return to.",
                lost,
                app=title,
            )
        return Redirect(f"{HOME}?app={name}", toast=Toast(told))

    return Outside(work)


def _archive(env: Env, event_id: int) -> Path:
    event = env.session.scalars(select(env[AddonEvent]).where(env[AddonEvent].id == event_id)).one_or_none()
    path = Path(event.archive) if event and event.archive else None
    if path is None or not path.is_file():
        raise NotFound(
            _("This archive is no longer on the server."),
            hint=_("Restore the file from a backup of the data folder."),
        )
    return path


@page(HOME + "/extends", access="admin")
def extends(env: Env, request: Request) -> Page:
    """Show, for each model, view and hook, what each app adds and in which order."""
    name = request.query.get("app")
    groups = [
        (_("Data and screens"), extending.models(env.registry.whole, name)),
        (_("Hooks"), extending.hooks(env.registry.whole, name)),
    ]
    title = apps.title_of(env, name) if name else ""
    return Page("core/apps/extends.html", {"groups": groups, "title": title, "name": name})


ROUTES = (
    overview,
    preview,
    enable,
    disable,
    removal,
    remove,
    history,
    download,
    bring_back,
    extends,
)
