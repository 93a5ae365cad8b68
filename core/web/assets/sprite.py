"""One SVG with the icons in use: the whole set would weigh 2 MB, those of a page some kilobytes."""

from __future__ import annotations

import json
import lzma
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_IN_TEMPLATES = re.compile(
    r"\b(?:icon|iconbtn|blank|menu_item|smart|step)\(\s*['\"]([a-z0-9-]+)['\"]|data-icon=\"([a-z0-9-]+)\""
)
_LISTED = re.compile(r"\{#-?\s*icons:([a-z0-9 -]+?)-?#\}")
_IN_PYTHON = re.compile(r"\bicon\s*[=:]\s*['\"]([a-z0-9-]+)['\"]|#\s*icons:([a-z0-9 -]+)$", re.MULTILINE)


@lru_cache(maxsize=2)
def drawings(pack: Path) -> dict[str, str]:
    """Every icon of Tabler's outline set, without its outer element."""
    found: dict[str, str] = json.loads(lzma.decompress(pack.read_bytes()))
    return found


def used(sources: Iterable[Path]) -> set[str]:
    """The names of icons that templates and declarations mention.

    A name that is computed is listed beside: ``{# icons: check clock #}`` in a template, ``# icons: check
    clock`` in Python.
    """
    names: set[str] = set()
    for folder in sources:
        for file in folder.rglob("*.html"):
            text = file.read_text(encoding="utf-8")
            names.update(name for pair in _IN_TEMPLATES.findall(text) for name in pair)
            names.update(name for listed in _LISTED.findall(text) for name in listed.split())
        for file in folder.rglob("*.py"):
            for single, listed in _IN_PYTHON.findall(file.read_text(encoding="utf-8")):
                names.update([single] if single else listed.split())
    return names - {""}


def sprite(sources: Iterable[Path], pack: Path) -> str:
    """The icons in use, as symbols named ``i-<icon>``."""
    known = drawings(pack)
    symbols = [
        f'<symbol id="i-{name}" viewBox="0 0 24 24">{known[name]}</symbol>'
        for name in sorted(used(sources))
        if name in known
    ]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def unknown(sources: Iterable[Path], pack: Path) -> set[str]:
    """Names that are no icon of the set; a test keeps this empty."""
    return used(sources) - set(drawings(pack))
