"""``passerelle user``: people who may sign in."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli.context import out, the_platform
from core.security import users

app = typer.Typer(help="Users: create one, or give a new password.", no_args_is_help=True)

Workspace = Annotated[str, typer.Argument(help="The workspace.")]
Email = Annotated[str, typer.Argument(help="The address the user signs in with.")]
Password = Annotated[
    str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="PASSERELLE_PASSWORD")
]


@app.command()
def create(
    workspace: Workspace,
    email: Email,
    password: Password,
    name: Annotated[str, typer.Option(help="The name colleagues see.")] = "",
    role: Annotated[
        list[str] | None, typer.Option(help="A role, such as base.admin; may be repeated.")
    ] = None,
    locale: Annotated[str, typer.Option(help="en or fr.")] = "en",
) -> None:
    """Create a user who can sign in at once."""
    with the_platform().env(workspace) as env:
        users.create(
            env,
            name=name or email.partition("@")[0],
            email=email,
            password=password,
            roles=role or (),
            locale=locale,
        )
    out.print(f"{email} can sign in.")


@app.command()
def password(workspace: Workspace, email: Email, password: Password) -> None:
    """Give a user a new password and end all their sessions."""
    with the_platform().env(workspace) as env:
        users.set_password(env, email, password)
    out.print(f"{email} has a new password; other sessions ended.")
