"""What every command needs: the platform, a workspace, a place to write, and errors in words."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from core import platform as platforms
from core.address import first_address, is_local
from core.db import directory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.db.directory import WorkspaceEntry
    from core.errors import CoreError
    from core.platform import Platform

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

ADDONS_PATH = "PASSERELLE_ADDONS_PATH"
"""Folders of partners' addons, separated like PATH; ``--addons-path`` adds to it."""


def add_addons_paths(folders: list[Path]) -> None:
    """Remember folders given on the command line, so that worker processes find them too."""
    known = [part for part in os.environ.get(ADDONS_PATH, "").split(os.pathsep) if part]
    known += [str(folder.resolve()) for folder in folders]
    if known:
        os.environ[ADDONS_PATH] = os.pathsep.join(dict.fromkeys(known))


def addons_paths() -> list[Path]:
    """Return the folders to look for addons in, besides the built-in one."""
    return [Path(part) for part in os.environ.get(ADDONS_PATH, "").split(os.pathsep) if part]


PORT = 8000
"""Where ``passerelle serve`` listens unless told otherwise."""


def serve_locally(platform: Platform, entries: Iterable[WorkspaceEntry], port: int) -> None:
    """Note the port in the address of workspaces that only this machine reaches; others stay as they are."""
    for entry in entries:
        if entry.address and not is_local(entry.address):
            continue
        address = first_address(entry, port)
        if is_local(address) and address != entry.address:
            directory.set_address(platform.server, entry.name, address)
    platform.forget_directory()


@cache
def the_platform() -> Platform:
    """Return this process's platform; the first call starts or reaches the database."""
    started = platforms.start(addons_paths=addons_paths())
    for name, error in started.discovered.refused.items():
        tell(error, "yellow", f"{name}: ")
    return started


_told: set[str] = set()


def tell(error: CoreError, colour: str, before: str = "") -> None:
    """Print what happened and the way out, once in a command."""
    if str(error) not in _told:
        _told.add(str(error))
        err.print(f"[{colour}]{before}{escape(str(error.message))}[/]")
        if error.hint:
            err.print(escape(str(error.hint)))


def the_workspace(name: str | None) -> WorkspaceEntry:
    """Return the workspace named, or the only one."""
    platform = the_platform()
    return platform.workspace(name) if name else platforms.single_workspace(platform)


def progress() -> Progress:
    """Return a progress bar for long work; on a pipe it prints nothing."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    )
