"""What the platform is made of: the packages that are pinned and the files taken over from others."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

from license_expression import ExpressionError, get_spdx_licensing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PINS = ("requirements.txt", "requirements-dev.txt")
VENDORED = "core/vendored.toml"
_PIN = re.compile(r"^([a-z0-9][a-z0-9-]*)==([^\s;\\]+)", re.MULTILINE)
SPDX = get_spdx_licensing()
"""All known identifiers; half a second to make."""
_WORDS = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd license": "BSD-3-Clause",
    "gnu lesser general public license v2 (lgplv2)": "LGPL-2.1-only",
    "gnu lesser general public license v2 or later (lgplv2+)": "LGPL-2.1-or-later",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "public domain": "LicenseRef-scancode-public-domain",
    "python software foundation license": "PSF-2.0",
}
"""What packages wrote before there were identifiers."""
_DECLARED = {
    "colorama": "BSD-3-Clause",  # only installed on Windows
    "saxonche": "MPL-2.0",  # its metadata says nothing; the licence is that of SaxonC-HE
    "text-unidecode": "Artistic-1.0-Perl OR GPL-2.0-or-later",  # two classifiers to choose from
    "win32-setctime": "MIT",  # only installed on Windows
}
"""Packages whose metadata does not say, or is not here to be read."""


@dataclass(frozen=True, slots=True)
class Component:
    """A package or a file of others: ``licence`` is an SPDX expression, empty when it is not known."""

    name: str
    version: str
    origin: str
    """The registry it comes from: pypi, npm or github."""
    licence: str
    place: str
    """The file of the project that names it, with its line."""
    line: int = 1
    files: tuple[str, ...] = ()
    """Those of the project that are copies of it."""


def pinned(root: Path) -> Iterator[Component]:
    """The packages of the requirements, of the tests too, each once."""
    names: set[str] = set()
    for place in PINS:
        text = (root / place).read_text(encoding="utf-8")
        for found in _PIN.finditer(text):
            if found[1] in names:
                continue
            names.add(found[1])
            line = text.count("\n", 0, found.start()) + 1
            yield Component(found[1], found[2], "pypi", licence_of(found[1]), place, line)


def vendored(root: Path) -> Iterator[Component]:
    """What was copied into the project."""
    content = tomllib.loads((root / VENDORED).read_text(encoding="utf-8"))
    for one in content["component"]:
        yield Component(
            one["name"],
            one["version"],
            one["registry"],
            one["licence"],
            VENDORED,
            files=tuple(one["files"]),
        )


def licence_of(name: str) -> str:
    """The SPDX expression of an installed package, empty when nothing says it."""
    if name in _DECLARED:
        return _DECLARED[name]
    try:
        about: Any = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    classifiers = [
        text.rpartition("::")[2].strip()
        for text in about.get_all("Classifier") or []
        if text.startswith("License ::")
    ]
    stated = about.get("License-Expression") or about.get("License") or ""
    for words in (stated, *(classifiers if len(classifiers) == 1 else ())):
        if expression := _expression(words):
            return expression
    return ""


def _expression(words: str) -> str:
    title = words.strip().partition("\n")[0].strip()  # some give the whole text
    words = _WORDS.get(title.lower(), title)
    try:
        parsed = SPDX.parse(words, validate=True)
    except ExpressionError:
        return ""
    return "" if parsed is None else str(parsed)
