"""A row of a file on its way to a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class Row:
    """Its number in the file, its values by path, and what became of it."""

    number: int
    headings: Mapping[str, str]
    """Path -> the heading it was read from."""
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    record: Any = None
    """The record that was found or made."""
    new: dict[str, Any] = field(default_factory=dict)
    """For one of many created at once: its columns."""
    created: int | None = None
    """The id it was given then."""
