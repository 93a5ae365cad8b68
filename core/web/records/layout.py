"""Whether a page is sent whole, or only its middle for htmx to put in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.web.request import Fields, Request


def layout(request: Request) -> str:
    """The template that pages of records extend."""
    return "core/records/middle.html" if request.htmx.partial else "core/base.html"


def lists_of(fields: Fields) -> dict[str, list[str]]:
    """A query or form with every value of every name."""
    found: dict[str, list[str]] = {}
    for name, value in fields.pairs:
        found.setdefault(name, []).append(value)
    return found
