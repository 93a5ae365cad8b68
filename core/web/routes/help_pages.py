"""Help and version, and the page of states: a specimen of every component."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from core.web.pages import page
from core.web.results import Page

if TYPE_CHECKING:
    from core.env import Env


@page("/about")
def about(env: Env) -> Page:
    """Show what runs here: version and enabled apps."""
    discovered = env.registry.discovered
    apps = [discovered[name].manifest for name in env.registry.addons if name != "core"]
    return Page("core/about.html", {"version": _version(), "apps": apps})


@page("/about/states")
def states() -> Page:
    """Show every component once, in each of its states."""
    return Page("core/states.html")


def _version() -> str:
    try:
        return version("passerelle")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0.1.0"


ROUTES = (about, states)
