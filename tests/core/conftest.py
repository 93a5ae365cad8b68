"""Small addons of a partner, written for one test."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from core.platform import Platform
from core.registry.discovery import discover
from core.soundness import refuse_malformed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from core.testing.workspaces import Workspaces

MANIFEST = (
    'from core.api import Manifest\nmanifest = Manifest(name="{name}", version="1.0.0", summary="Broken.")\n'
)


@pytest.fixture
def started(workspaces: Workspaces, tmp_path: Path) -> Iterator[Callable[..., Platform]]:
    """Start a platform with addons given as {name: {file: text}}, and ``only`` these found ``beside``."""
    made: list[str] = []

    def start(*, beside: Sequence[Path] = (), only: Sequence[str] = (), **addons: dict[str, str]) -> Platform:
        for name, files in addons.items():
            made.append(name)
            (tmp_path / name).mkdir(exist_ok=True)
            for file, text in {"__init__.py": "", "manifest.py": MANIFEST.format(name=name), **files}.items():
                (tmp_path / name / file).write_text(text)
        platform = Platform(
            workspaces.platform.server, discover(folders=[*beside, tmp_path], only=[*only, *addons])
        )
        refuse_malformed(platform)
        return platform

    yield start
    sys.path[:] = [entry for entry in sys.path if entry != str(tmp_path)]
    for module in [m for m in sys.modules if m.split(".")[0] in made]:
        del sys.modules[module]
