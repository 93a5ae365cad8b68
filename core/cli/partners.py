"""For those who write addons: ``new-addon``, ``migration``, ``check-addon``, ``hooks``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.checks import hook_reference, translations
from core.checks.addon import check
from core.cli import newaddon
from core.cli.context import add_addons_paths, out, the_platform
from core.registry import generate


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command()(migration)
    app.command("check-addon")(check_addon)
    app.command()(hooks)
    app.command()(translate)
    app.command("new-addon")(new_addon)


def migration(
    unit: Annotated[str, typer.Argument(help="The addon, or addon__wire.")],
    message: Annotated[str, typer.Option("--message", "-m", help="What changes, in a few words.")] = "first",
    rename: Annotated[
        list[str] | None,
        typer.Option(help="acme.box=acme.crate for a model, acme.crate.size=volume for a column."),
    ] = None,
    fill: Annotated[
        list[str] | None,
        typer.Option(help="acme_box.kind='small': an SQL expression for the rows that exist."),
    ] = None,
) -> None:
    """Write the next migration of an addon from what its models declare, and try it up and down."""
    fills = {name: value for name, _equals, value in (one.partition("=") for one in fill or ())}
    path = generate.revise(the_platform(), unit, message, renamed=rename or (), fills=fills)
    out.print(f"Wrote {path}; read it before you keep it." if path else "Nothing changed.")


def check_addon(
    name: Annotated[str, typer.Argument(help="The addon.")],
) -> None:
    """Read an addon's sources and say what to repair, one sentence each."""
    addon = the_platform().discovered[name]
    findings = check(addon, the_platform().discovered)
    for finding in findings:
        out.print(str(finding))
    if findings:
        raise typer.Exit(1)
    out.print(f"{name} has nothing to repair.")


def hooks(
    write: Annotated[Path | None, typer.Option(help="Write the reference to this file.")] = None,
) -> None:
    """Show the reference of all hooks, of core and of every addon found."""
    text = hook_reference.reference(the_platform().discovered)
    if write:
        write.write_text(text, encoding="utf-8")
        out.print(f"Wrote {write}.")
    else:
        out.print(text, markup=False)


def new_addon(
    name: Annotated[str, typer.Argument(help="Its name, such as acme_fleet.")],
    model: Annotated[str, typer.Option(help="What it keeps, in the singular.")] = "vehicle",
    into: Annotated[
        Path, typer.Option(help="The folder to write it into.", exists=True, file_okay=False)
    ] = Path(),
    author: Annotated[str, typer.Option(help="Who writes it.")] = "You",
) -> None:
    """Write a small, good addon: model, service, hook, views, tests, migration, French."""
    project = newaddon.write(into.resolve(), name, model=model, author=author)
    add_addons_paths([project])
    generate.revise(the_platform(), name, "first")
    out.print(f"Wrote {project}. Next: cd {project}, then read README.md.")


def translate(
    name: Annotated[str, typer.Argument(help="The addon.")],
) -> None:
    """Write an addon's catalogs again: what is new stands there empty, what is gone is dropped."""
    addon = the_platform().discovered[name]
    for language in translations.TARGETS:
        lacking = translations.update(addon.path, name, addon.path.parent, language)
        out.print(f"{language}: {lacking} sentences to translate.")
