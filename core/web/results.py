"""What a handler gives back. It is rendered in the thread and transaction of the handler, never later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Toast:
    """One sentence at the bottom left, and one thing to do about it: usually Undo, which posts."""

    text: str
    label: str = ""
    url: str = ""
    method: str = "post"
    icon: str = "check"

    def as_dict(self) -> dict[str, str]:
        """For the script that shows it."""
        values = {"text": str(self.text), "icon": self.icon}
        if self.label:
            values |= {"label": str(self.label), "url": self.url, "method": self.method}
        return values


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page. ``partial`` names the template that htmx gets instead when it swaps a part."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    partial: str = ""
    status: int = 200
    cookies: Sequence[Cookie] = ()


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a page for htmx. ``beside`` are further fragments that say where they go (hx-swap-oob)."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    beside: Sequence[Fragment] = ()
    events: Mapping[str, Any] = field(default_factory=dict)
    """Sent as HX-Trigger, for example ``{"saved": ""}``."""
    toast: Toast | str | None = None
    target: str = ""
    swap: str = ""
    select: str = ""
    """What of it is taken, where the asking element selects a part of the page it expects."""
    push_url: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go on to another page of this site, after a form or a button."""

    url: str
    toast: Toast | str | None = None
    cookies: Sequence[Cookie] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """Done, and nothing on the page changes but for events and a toast."""

    events: Mapping[str, Any] = field(default_factory=dict)
    toast: Toast | str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A download; ``inline`` only for what cannot run (PDF, images made here)."""

    content: bytes | Iterable[bytes]
    name: str
    media_type: str = "application/octet-stream"
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie to set; an empty value removes it."""

    name: str
    value: str
    max_age: int | None = None
    path: str = "/"


@dataclass(frozen=True, slots=True)
class Outside:
    """Something that needs transactions of its own, such as turning an app on.

    ``work`` runs in the same thread after the handler's transaction was committed; what it gives back is
    rendered in another. The handler itself checks whether the user may.
    """

    work: Callable[[], Result]


Result: TypeAlias = "Page | Fragment | Redirect | Nothing | File | Outside | str"
