"""Small things a page of a list is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tab:
    """A ready-made or saved view above the list."""

    label: str
    url: str
    current: bool
    count: int | None = None
    saved_id: int | None = None


@dataclass(frozen=True)
class Facet:
    """One thing that narrows or groups the list, with the address without it."""

    field: str
    value: str
    remove: str

    @property
    def said(self) -> str:
        """Both in words: "Status Draft, Sent"."""
        return f"{self.field} {self.value}"


@dataclass(frozen=True)
class Head:
    """The head of a column. ``sort``: "ascending", "descending", "none", or "" when it cannot be sorted."""

    label: str
    numeric: bool
    sort: str
    url: str


@dataclass(frozen=True)
class Option:
    """An entry of a menu: chosen or not, and the address that changes that."""

    label: str
    url: str
    chosen: bool = False
    path: str = ""
