"""Small things the page of a record is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.views.inputs import Input
    from core.views.lineviews import LinesView


@dataclass
class SectionView:
    """A titled block of fields, in columns."""

    title: str
    columns: list[list[Input]]


@dataclass
class PartView:
    """A piece drawn by an addon's template."""

    template: str
    context: dict[str, Any]


@dataclass
class TabView:
    """A tab and what is in it."""

    name: str
    title: str
    count: int | None
    content: list[LinesView | SectionView | PartView]


@dataclass(frozen=True)
class Step:
    """One state of the ribbon: "done", "here" or "ahead"."""

    label: str
    where: str
    tone: str = ""


@dataclass(frozen=True)
class SmartView:
    """A button to what belongs to the record."""

    label: str
    icon: str
    url: str
    count: int | None


@dataclass(frozen=True)
class Conflict:
    """One field or cell that two people changed, or a line that one of them removed: what each wrote."""

    path: str
    """The name of its input."""
    label: str
    mine: str
    mine_typed: tuple[str, ...]
    """As a form sends it: several values of a field of tags."""
    theirs: str
    base: str
    who: str = ""
    """Who wrote the other value, and when."""
    known: tuple[tuple[str, str], ...] = ()
    """What further cells of the line hold now, by the names of their inputs."""
    further: tuple[tuple[str, str], ...] = ()
    """Inputs that go along with the answer: the cells of a line that is put back."""
