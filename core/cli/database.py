"""``passerelle database``: the two logins at a database of your own."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from core.cli.context import out
from core.db import application
from core.db.server import Server, address
from core.jobs import schema as queue
from core.platform import APPLICATION_URL, OWNER_URL, data_folder

app = typer.Typer(help="The logins at a database of your own.", no_args_is_help=True)


@app.callback()
def database() -> None:
    """Keep ``prepare`` a command of its own, also while it is the only one."""


@app.command()
def prepare(
    new_secret: Annotated[bool, typer.Option(help="Give the application's login another secret.")] = False,
) -> None:
    """Make the application's login, or put it right. It may not change the structure of anything.

    Uses the owner's address. Run it once, again after restoring a dump, and whenever a start tells you to.
    """
    url = os.environ.get(OWNER_URL, "")
    if not url:
        out.print("The database that comes with Passerelle makes both logins by itself.")
        return
    owner = address(url)
    configured = os.environ.get(APPLICATION_URL, "")
    kept = address(configured) if configured else application.read_address(data_folder(), owner)
    secret = kept.password if kept is not None and not new_secret else application.new_secret()
    login = (kept or application.address_for(owner)).set(password=secret)
    server = Server(url, login.render_as_string(hide_password=False))
    server.prepare(secret)
    queue.apply(server)
    server.dispose()
    if not configured:
        path = application.write_address(data_folder(), login)
        out.print(f"The application's address, with its secret, is in {path}.")
    elif new_secret:
        out.print(f"Set {APPLICATION_URL} to {login.render_as_string(hide_password=False)}")
    out.print(f"The application works as '{server.application_role}'; it may not change any structure.")
