"""``passerelle demo``: a company to look around in, which can be removed again."""

from __future__ import annotations

from typing import Annotated

import typer

from core.address import base_url
from core.cli.context import PORT, out, progress, serve_locally, the_platform
from core.db import directory
from core.errors import NotFound
from core.registry import demo as examples
from core.registry import lifecycle, setup

NAME, EMAIL, PASSWORD = "demo", "admin@example.com", "open-the-bridge"
HOSTS = ("localhost", "127.0.0.1")


def demo(
    name: Annotated[str, typer.Option(help="The workspace.")] = NAME,
    language: Annotated[str, typer.Option(help="en or fr.")] = "en",
    port: Annotated[int, typer.Option(help="Where it will be served.", min=1, max=65535)] = PORT,
    if_missing: Annotated[bool, typer.Option("--if-missing", help="Do nothing when it is there.")] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove the examples; people, companies and apps stay.")
    ] = False,
) -> None:
    """Make a workspace with every app and example data."""
    platform = the_platform()
    if remove:
        examples.remove(platform, platform.workspace(name))
        out.print(f"The examples of {name} are gone; users, companies and apps stay.")
        return
    try:
        there = platform.workspace(name).state == "ready"
    except NotFound:
        there = False
    if not (there and if_missing):
        _make(name, language, port)
    entry = platform.workspace(name)
    serve_locally(platform, [entry], port)
    with platform.env(platform.workspace(name)) as env:
        out.print(f"Address:  {base_url(env)}")
    out.print(f"Login:    {EMAIL}")
    out.print(f"Password: {PASSWORD}")


def _make(name: str, language: str, port: int) -> None:
    platform = the_platform()
    taken = {host for entry in directory.entries(platform.server) for host in entry.hosts}
    hosts = [host for host in (name, *HOSTS) if host not in taken]
    entry = lifecycle.create_workspace(platform, name, "Atelier Lumen", hosts=hosts)
    serve_locally(platform, [entry], port)
    entry = platform.workspace(name)
    chosen = setup.SetUp(
        company="Atelier Lumen",
        country="FR",
        currency="EUR",
        language=language,
        tz="Europe/Paris",
        user="Camille Morel",
        email=EMAIL,
        password=PASSWORD,
        start="both",
    )
    with progress() as bar:
        task = bar.add_task("Enabling every app", total=None)
        setup.finish(platform, entry, chosen)
        bar.update(task, description="Writing examples")
        examples.load(
            platform, entry, progress=lambda addon: bar.update(task, description=f"Writing examples: {addon}")
        )
