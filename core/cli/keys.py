"""``passerelle key``: the keys that secrets are encrypted with."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli.context import out, progress, the_platform
from core.registry import key_rotation
from core.security import master_keys

app = typer.Typer(help="The keys that passwords and other secrets are encrypted with.", no_args_is_help=True)


@app.command("list")
def list_keys() -> None:
    """Show where the key file lies, and the fingerprint of each key in it."""
    keys = master_keys.load()
    out.print(f"Key file: {master_keys.path()}")
    for fingerprint in keys.keys:
        out.print(f"{fingerprint}{' current' if fingerprint == keys.current else ''}")


@app.command()
def rotate() -> None:
    """Encrypt every secret with new keys. Stopped midway, the same command goes on where it was."""
    with progress() as bar:
        task = bar.add_task("Workspaces", total=None)
        found = key_rotation.rotate(the_platform(), progress=lambda name: bar.update(task, description=name))
    for finding in found:
        out.print(f"[red]{finding}[/]")
    if found:
        raise typer.Exit(1)
    out.print(f"Every secret is under the key {master_keys.load().current}. Keep a copy of the key file.")


@app.command()
def forget(
    fingerprint: Annotated[str, typer.Argument(help="Of a key that no workspace needs any more.")],
) -> None:
    """Take an older key out of the key file: backups made under it can then no longer be restored."""
    key_rotation.forget(the_platform(), fingerprint)
    out.print(f"The key {fingerprint} is gone.")
