"""``passerelle serve``, ``worker``, ``shell``, ``verify``, ``sbom``."""

from __future__ import annotations

import asyncio
import code
import os
from contextlib import suppress
from typing import Annotated

import typer
from sqlalchemy import select

from core.cli.context import err, out, progress, the_platform, the_workspace
from core.cli.sbom import sbom
from core.cli.serve import serve
from core.db import directory
from core.db.suitability import shortcomings
from core.db.transaction import UNLIMITED
from core.jobs import worker as queue
from core.platform import PROCESSES, THREADS, share_connections
from core.registry.verify import verify as check_invariants

WorkspaceName = Annotated[
    str | None, typer.Argument(help="The workspace; may be left out when there is one.")
]


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command()(serve)
    app.command()(worker)
    app.command()(shell)
    app.command()(verify)
    app.command()(sbom)


def worker(
    concurrency: Annotated[int, typer.Option(help="Jobs at a time.", min=1, max=64)] = 4,
) -> None:
    """Run background jobs of all workspaces until stopped. Start as many as you like."""
    platform = the_platform()
    at_once = share_connections(platform, threads=0, jobs=concurrency).jobs
    err.print(f"Working on the jobs of all workspaces, {at_once} at a time. Ctrl C stops.")
    asyncio.run(queue.work(platform, concurrency=at_once))


class _Discard(Exception):
    """Leaves the shell's transaction without keeping it."""


def shell(workspace: WorkspaceName = None) -> None:
    """Open a Python shell inside a workspace; nothing is kept unless you call keep()."""
    entry = the_workspace(workspace)
    platform = the_platform()
    kept: list[bool] = []

    def keep() -> None:
        env.session.flush()
        kept.append(True)
        out.print("Kept when you leave the shell.")

    with suppress(_Discard), platform.env(entry, reason="shell", limits=UNLIMITED) as env:
        names = {model.__name__: model for model in env.registry.models.values()}
        code.interact(
            banner=f"Workspace {entry.name}: env, keep(), select, and the models by name.",
            local=names | {"env": env, "keep": keep, "select": select},
            exitmsg="",
        )
        if not kept:
            raise _Discard


def verify(
    workspace: WorkspaceName = None,
    server: Annotated[
        bool, typer.Option("--server", help="Check the database server instead: what is too small or unsafe.")
    ] = False,
) -> None:
    """Check every invariant of a workspace, or of all; exit status 1 when one is broken."""
    if server:
        _verify_server()
        return
    platform = the_platform()
    entries = [the_workspace(workspace)] if workspace else directory.entries(platform.server)
    broken = 0
    with progress() as bar:
        task = bar.add_task("Workspaces", total=len(entries))
        for entry in entries:
            found = check_invariants(platform, entry)
            for finding in found:
                out.print(f"[red]{entry.name}: {finding}[/]")
            broken += len(found)
            bar.advance(task)
    if broken:
        raise typer.Exit(1)
    out.print("Every invariant holds.")


def _verify_server() -> None:
    processes, threads = int(os.environ.get(PROCESSES, "") or 1), int(os.environ.get(THREADS, "") or 16)
    found = shortcomings(the_platform().server, processes=processes, threads=threads)
    for sentence in found:
        out.print(f"[red]{sentence}[/]")
    if found:
        raise typer.Exit(1)
    out.print("The database server has room for its workspaces, and keeps what it is told.")
