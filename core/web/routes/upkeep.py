"""Example data and upgrades: rare work on the whole workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.builtin.models import Workspace
from core.i18n import _
from core.registry import demo, lifecycle
from core.web.pages import action, page, site_of
from core.web.queries.apps import title_of
from core.web.results import Outside, Page, Redirect

if TYPE_CHECKING:
    from core.env import Env
    from core.web.request import Request
    from core.web.results import Result


@page("/settings/examples", access="admin")
def examples(env: Env) -> Page:
    """Say whether the workspace holds example data, and what removing it takes along."""
    with env.system("are there examples") as system:
        held = system.session.query(system[Workspace]).one().demo is not None
    return Page("core/settings/examples.html", {"held": held, "name": env.workspace.name})


@action("/settings/examples", access="admin")
def write_examples(env: Env, request: Request) -> Outside:
    """Write the examples of every enabled app."""
    platform, workspace, user = site_of(request).platform, env.workspace, env.user

    def work() -> Result:
        demo.load(platform, workspace, by=user)
        return Redirect("/", toast=_("The examples are there. Look around."))

    return Outside(work)


@action("/settings/examples/remove", access="admin")
def remove_examples(env: Env, request: Request) -> Outside:
    """Empty the workspace of its examples, and of everything entered beside them."""
    if request.form.get("typed") != env.workspace.name:
        raise demo.DemoRefused(
            _("Nothing was removed: the name typed is another one."),
            hint=_("Type {name} to remove the examples.", name=env.workspace.name),
        )
    platform, workspace, user = site_of(request).platform, env.workspace, env.user

    def work() -> Result:
        request.workspace = demo.remove(platform, workspace, by=user)
        return Redirect("/settings", toast=_("The examples are gone. The workspace is yours."))

    return Outside(work)


@page("/settings/apps/upgrade", access="admin")
def upgrades(env: Env, request: Request) -> Outside:
    """The dry run: which steps an upgrade would take."""
    platform, workspace = site_of(request).platform, env.workspace
    titles = {name: title_of(env, name) for name in env.registry.discovered.addons}

    def work() -> Result:
        steps = lifecycle.pending_upgrades(platform, workspace)
        rows = [
            (titles.get(unit.split("__")[0], unit), unit, revisions)
            for unit, revisions in sorted(steps.items())
        ]
        return Page("core/apps/upgrade.html", {"rows": rows})

    return Outside(work)


@action("/settings/apps/upgrade", access="admin")
def upgrade(env: Env, request: Request) -> Outside:
    """Bring the tables of every app to the newest version."""
    platform, workspace = site_of(request).platform, env.workspace

    def work() -> Result:
        lifecycle.upgrade(platform, workspace)
        return Redirect("/settings/apps", toast=_("Every app is up to date."))

    return Outside(work)


ROUTES = (examples, write_examples, remove_examples, upgrades, upgrade)
