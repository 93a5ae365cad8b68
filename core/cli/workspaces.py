"""``passerelle workspace``: make, list, drop, save and restore workspaces."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.table import Table

from core import address as addresses
from core.cli.context import PORT, out, progress, the_platform, the_workspace
from core.db import directory
from core.platform import data_folder
from core.registry import backup, lifecycle, setup

app = typer.Typer(help="Workspaces: one customer of the platform each.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Its name: lower case letters, digits and underscores.")]


@app.command()
def create(
    name: Name,
    title: Annotated[str, typer.Option(help="How people call it.")] = "",
    host: Annotated[
        list[str] | None, typer.Option(help="A host name that leads to it; may be repeated.")
    ] = None,
    address: Annotated[
        str, typer.Option(help="Where people reach it, such as https://erp.example.com: links begin so.")
    ] = "",
    addon: Annotated[list[str] | None, typer.Option(help="An addon to enable; may be repeated.")] = None,
) -> None:
    """Make a workspace. Whoever has the code that is printed goes through its set-up wizard."""
    platform = the_platform()
    chosen = addresses.checked(address) if address else ""
    hosts = host or [name, *([directory.host_of(urlsplit(chosen).netloc)] if chosen else [])]
    entry = lifecycle.create_workspace(platform, name, title, hosts=hosts, address=chosen, addons=addon or ())
    if not chosen:
        chosen = addresses.first_address(entry, PORT)
        directory.set_address(platform.server, name, chosen)
    out.print(f"Workspace {entry.name} is ready at {chosen}, and every link to it begins so.")
    out.print(f"Set-up code: {setup.new_code(platform, entry)}")


@app.command("list")
def list_all() -> None:
    """Show every workspace, its host names, its state and its addons."""
    table = Table("Workspace", "Title", "Hosts", "State", "Addons", box=None)
    platform = the_platform()
    for entry in directory.entries(platform.server):
        enabled = sorted(lifecycle.enabled_set(platform, entry) - {"core"}) if entry.state == "ready" else []
        table.add_row(entry.name, entry.title, " ".join(entry.hosts), entry.state, " ".join(enabled))
    out.print(table)


@app.command()
def hosts(
    name: Name,
    host: Annotated[list[str], typer.Argument(help="The host names that lead to it from now on.")],
) -> None:
    """Replace the host names of a workspace. Its name before .localhost always leads to it."""
    platform = the_platform()
    directory.entry(platform.server, name)
    directory.set_hosts(platform.server, name, host)
    platform.forget_directory()
    out.print(f"{', '.join(host)} lead to {name}.")


@app.command("address")
def set_address(
    name: Name,
    address: Annotated[str, typer.Argument(help="Scheme, host and port: https://erp.example.com.")],
) -> None:
    """Say where people reach a workspace; what its administrator chose in Settings goes before."""
    platform = the_platform()
    chosen = addresses.checked(address)
    entry = directory.entry(platform.server, name)
    if not addresses.leads_to(entry, chosen):
        directory.set_hosts(platform.server, name, [*entry.hosts, directory.host_of(urlsplit(chosen).netloc)])
    directory.set_address(platform.server, name, chosen)
    platform.forget_directory()
    out.print(f"Every link to {name} begins with {chosen}.")


@app.command()
def drop(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a workspace with everything in it."""
    platform = the_platform()
    entry = platform.workspace(name)
    if not yes:
        typed = typer.prompt(f"Everything in '{entry.title}' will be gone. Type its name to go on")
        if typed != name:
            out.print("Nothing was dropped.")
            raise typer.Exit(1)
    directory.drop(platform.server, name)
    out.print(f"Workspace {name} is gone.")


@app.command("backup")
def save(
    name: Annotated[
        str | None, typer.Argument(help="The workspace; with --all the folder, by default one of today.")
    ] = None,
    file: Annotated[Path | None, typer.Argument(help="Where to; by default in the data folder.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Save every workspace; the same again goes on where it stopped.")
    ] = False,
) -> None:
    """Save one workspace to one file, or every workspace into a folder."""
    platform = the_platform()
    if every:
        folder = Path(name) if name else data_folder() / "backups" / f"all-{datetime.now(UTC):%Y%m%d}"
        with progress() as bar:
            task = bar.add_task("Saving", total=None)
            failed = backup.back_up_all(
                platform, folder, progress=lambda each: bar.update(task, description=each)
            )
        _tell(failed, f"Every workspace is saved in {folder}.")
        return
    entry = the_workspace(name)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    path = file or data_folder() / "backups" / f"{entry.name}-{stamp}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    with progress() as bar:
        task = bar.add_task("Saving", total=None)
        backup.back_up(platform, entry, path, progress=lambda table: bar.update(task, description=table))
    out.print(f"Saved to {path}.")


@app.command()
def restore(
    file: Annotated[
        Path,
        typer.Argument(help="A file that 'workspace backup' wrote, or the folder of --all.", exists=True),
    ],
    name: Annotated[
        str | None, typer.Argument(help="The workspace to make of it; it must not exist.")
    ] = None,
) -> None:
    """Make a workspace from a saved file and check that it is whole; from a folder, every missing one."""
    platform = the_platform()
    with progress() as bar:
        task = bar.add_task("Restoring", total=None)
        if file.is_dir():
            failed = backup.restore_all(
                platform, file, progress=lambda each: bar.update(task, description=each)
            )
            _tell(failed, f"Every workspace of {file} is there.")
            return
        if name is None:
            message = "Name the workspace to make of this file."
            raise typer.BadParameter(message, param_hint="name")
        entry = backup.restore(
            platform, file, name, progress=lambda table: bar.update(task, description=table)
        )
    directory.set_address(platform.server, name, addresses.first_address(entry, PORT))
    out.print(f"Workspace {entry.name} is restored.")


def _tell(failed: dict[str, str], done: str) -> None:
    for name, why in failed.items():
        out.print(f"[red]{name}: {why}[/]")
    if failed:
        raise typer.Exit(1)
    out.print(done)
