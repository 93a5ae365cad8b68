"""``passerelle addon``: what Settings > Apps does, from the command line."""

from __future__ import annotations

import logging
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy import select

from core.builtin.models import Company
from core.cli.context import err, out, progress, the_platform
from core.db import directory
from core.errors import CoreError, NotFound
from core.platform import data_folder
from core.registry import extenders, lifecycle, ownership, rehearsal, usage
from core.web.logs import JsonLines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.env import Env

app = typer.Typer(help="Addons: turn them on and off, remove and bring back.", no_args_is_help=True)
LOG = "addons.log"
"""In the data folder: why a migration or an addon's own code failed, with the whole traceback."""


@app.callback()
def details_to_log() -> None:
    """Keep tracebacks out of the terminal: the sentence is there, the details are in the log."""
    path = data_folder() / LOG
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(JsonLines())
    log = logging.getLogger("passerelle.addons")
    for former in log.handlers:
        former.close()
    log.handlers, log.propagate = [handler], False


Workspace = Annotated[str, typer.Argument(help="The workspace.")]
AddonName = Annotated[str, typer.Argument(help="The addon.")]
CompanyName = Annotated[str, typer.Argument(help="The company, by its whole name.")]


@app.command("list")
def list_all(workspace: Workspace) -> None:
    """Show every addon found, and where it stands in a workspace."""
    platform = the_platform()
    here = lifecycle.states(platform, platform.workspace(workspace))
    table = Table("Addon", "Version", "State", "Needs", "What it does", box=None)
    for name, addon in sorted(platform.discovered.addons.items()):
        if name == "core":
            continue
        state = {None: "", True: "enabled", False: "disabled"}[here.get(name)]
        manifest = addon.manifest
        table.add_row(name, manifest.version, state, " ".join(manifest.depends), str(manifest.summary))
    for name in sorted(here.keys() - platform.discovered.addons.keys()):
        state = "enabled" if here[name] else "disabled"
        table.add_row(
            name,
            "",
            f"{state}, [red]code is missing[/]",
            "",
            ownership.why_missing(platform.discovered, name),
        )
    out.print(table)


@app.command()
def enable(
    workspace: Workspace,
    names: Annotated[list[str], typer.Argument(help="Addons to enable.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    """Enable addons and whatever they need."""
    platform = the_platform()
    entry = platform.workspace(workspace)
    if dry_run:
        plan = lifecycle.preview_enable(platform, entry, names)
        out.print("Would enable: " + (" ".join(plan.all) or "nothing"))
        return
    plan = lifecycle.enable(platform, entry, names)
    out.print("Enabled: " + (" ".join(plan.all) or "nothing new"))


@app.command()
def disable(workspace: Workspace, name: AddonName) -> None:
    """Hide an addon; its data stays."""
    platform = the_platform()
    lifecycle.disable(platform, platform.workspace(workspace), name)
    out.print(f"Disabled: {name}. Its data stays.")


@app.command()
def remove(
    workspace: Workspace,
    name: AddonName,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Show what goes, export it to an archive, then drop it."""
    platform = the_platform()
    entry = platform.workspace(workspace)
    plan = lifecycle.preview_removal(platform, entry, name)
    for table, rows in plan.tables.items():
        out.print(f"table {table}: {rows} rows")
    for (table, column), rows in plan.columns.items():
        out.print(f"column {table}.{column}: {rows} values")
    if not yes and not typer.confirm("Export all of it to an archive and drop it?"):
        out.print("Nothing was removed.")
        raise typer.Exit(1)
    path = lifecycle.remove(platform, entry, name)
    out.print(f"Removed: {name}. Bring it back with: passerelle addon bring-back {workspace} {path}")


@app.command()
def companies(workspace: Workspace) -> None:
    """Show which addons each company uses."""
    platform = the_platform()
    with platform.env(platform.workspace(workspace), reason="apps of the companies", whole=True) as env:
        table = Table("Company", "Country", "Uses", box=None)
        for company in env.session.scalars(select(env[Company]).order_by(env[Company].id)):
            used = usage.apps_of(env, company.id) & env.registry.apps
            table.add_row(company.name, company.country, " ".join(sorted(used)))
    out.print(table)


@app.command()
def use(workspace: Workspace, company: CompanyName, name: AddonName) -> None:
    """Let one company use an enabled addon and what it needs."""
    platform = the_platform()
    with platform.env(platform.workspace(workspace), reason="use an app", whole=True) as env:
        plan = usage.begin(env, _company(env, company), [name])
    out.print(f"{company} uses: " + (" ".join(plan.all) or "nothing new"))
    if plan.proposed:
        out.print("Made for its country: " + " ".join(plan.proposed))


@app.command()
def stop(workspace: Workspace, company: CompanyName, name: AddonName) -> None:
    """Take an addon away from one company; its data stays."""
    platform = the_platform()
    with platform.env(platform.workspace(workspace), reason="stop using an app", whole=True) as env:
        usage.stop(env, _company(env, company), name)
    out.print(f"{company} no longer uses {name}. Its data stays.")


def _company(env: Env, name: str) -> int:
    found = env.session.scalars(select(env[Company].id).where(env[Company].name == name)).all()
    if len(found) != 1:
        raise NotFound(
            f"There is no single company '{name}'.", hint="passerelle addon companies shows their names."
        )
    return found[0]


@app.command("bring-back")
def bring_back(
    workspace: Workspace,
    archive: Annotated[Path, typer.Argument(help="The archive that removing wrote.", exists=True)],
) -> None:
    """Make an archived addon's tables again, with all its rows, and enable it."""
    platform = the_platform()
    lost = lifecycle.bring_back(platform, platform.workspace(workspace), archive)
    out.print("Everything is back." if not lost else f"Back, but {lost} values had no record to return to.")


UPGRADED, UP_TO_DATE, FAILED = "upgraded", "up to date", "failed"


@app.command()
def upgrade(
    workspace: Annotated[str | None, typer.Argument(help="One workspace; all of them when left out.")] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Run it, say how long it takes and what it locks, and undo it."),
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Workspaces at once, a process each.")] = 1,
) -> None:
    """Bring the tables of every installed addon to its newest version.

    A workspace that fails does not keep the others from it. Interrupted, or repeated after a repair, it goes
    on where it stopped.
    """
    platform = the_platform()
    names = [workspace] if workspace else [entry.name for entry in directory.entries(platform.server)]
    ended: dict[str, list[str]] = {UPGRADED: [], UP_TO_DATE: [], FAILED: []}
    with ExitStack() as stack:
        bar = stack.enter_context(progress())
        task = bar.add_task("Workspaces", total=len(names))
        one = partial(_upgraded, dry_run=dry_run)
        results: Iterable[tuple[str, list[str]]] = map(one, names)
        if jobs > 1:  # processes: what revisions call belongs to the whole process
            context = get_context("spawn")
            pool = stack.enter_context(
                ProcessPoolExecutor(min(jobs, len(names) or 1), context, details_to_log)
            )
            results = pool.map(one, names)
        for name, (state, lines) in zip(names, results, strict=True):
            ended[state].append(name)
            for line in lines:
                (err if state == FAILED else out).print(f"{name}: {escape(line)}")
            bar.advance(task)
    if len(names) > 1 or ended[FAILED]:
        words = {UPGRADED: "to upgrade"} if dry_run else {}
        told = [f"{len(found)} {words.get(state, state)}" for state, found in ended.items() if found]
        out.print(f"{len(names)} workspaces: {', '.join(told)}." + (" Nothing was kept." if dry_run else ""))
    if ended[FAILED]:
        err.print(f"[red]Failed: {' '.join(ended[FAILED])}[/]")
        raise typer.Exit(1)


def _upgraded(name: str, *, dry_run: bool) -> tuple[str, list[str]]:
    """How the upgrade of one workspace ended, and what to print of it."""
    platform = the_platform()
    try:
        entry = platform.workspace(name)
        if dry_run:
            pending = lifecycle.pending_upgrades(platform, entry)
            lines = [str(step) for step in rehearsal.rehearse(platform, entry, pending)]
        else:
            steps = lifecycle.upgrade(platform, entry)
            lines = [f"{unit} {' '.join(revisions)}" for unit, revisions in steps.items()]
    except CoreError as error:
        return FAILED, [str(error)]
    except Exception as error:
        logging.getLogger("passerelle.addons").exception("%s", name)
        return FAILED, [" ".join(f"{type(error).__name__}: {error}".split())]
    return (UPGRADED, lines) if lines else (UP_TO_DATE, [UP_TO_DATE])


@app.command("who-extends")
def who_extends(
    workspace: Workspace,
    what: Annotated[str, typer.Argument(help="A model (crm_sales.order), a view of it, or a hook.")],
) -> None:
    """List, in order, what each addon adds to a model or implements of a hook."""
    platform = the_platform()
    with platform.env(platform.workspace(workspace)) as env:
        for line in extenders.of(env.registry.whole, what):
            out.print(f"{line.addon}: {line.what} [dim]({line.place})[/]")
