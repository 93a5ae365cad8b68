"""Assemble the commands, and turn refusals into one red sentence and exit status 1."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from core.cli import addons, database, demo, keys, partners, running, users, workspaces
from core.cli.context import add_addons_paths, tell
from core.errors import CoreError

app = typer.Typer(
    name="passerelle",
    help="Passerelle, a modular business platform.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.add_typer(workspaces.app, name="workspace")
app.add_typer(addons.app, name="addon")
app.add_typer(users.app, name="user")
app.add_typer(database.app, name="database")
app.add_typer(keys.app, name="key")
running.register(app)
partners.register(app)
app.command()(demo.demo)


@app.callback()
def options(
    addons_path: Annotated[
        list[Path] | None,
        typer.Option(help="A folder of partners' addons; may be repeated.", exists=True, file_okay=False),
    ] = None,
) -> None:
    """Read the options that come before the command."""
    add_addons_paths(addons_path or [])


def main() -> None:
    """Run the command line."""
    try:
        app()
    except CoreError as error:
        tell(error, "red")
        sys.exit(1)
