"""What ``./dev check`` and ``passerelle check-addon`` read in the sources, each finding one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to repair: where, what, and how."""

    path: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence}"


def sources(folder: Path, *suffixes: str) -> list[Path]:
    """Return the files of a folder with these endings, in order, without caches and vendored code."""
    skipped = {"__pycache__", "vendor", "node_modules"}
    found = (path for suffix in suffixes for path in folder.rglob(f"*{suffix}"))
    return sorted(path for path in found if not skipped.intersection(path.parts))
