"""Everything the project is made of has a licence that an Apache-2.0 product can ship."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from boolean import boolean

from core.checks import Finding, components

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FREE = {
    "0BSD",
    "Apache-2.0",
    "Artistic-1.0-Perl",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CNRI-Python",
    "ISC",
    "LicenseRef-scancode-public-domain",
    "MIT",
    "MIT-0",
    "OFL-1.1",
    "PSF-2.0",
    "PostgreSQL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
}
NAMED = {"LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MPL-2.0"}
"""Used unchanged, as a package of its own, where the decision on libraries names it with the reason."""
DECISION = "docs/decisions/0020-libraries.md"
FOLDERS = ("core/web/static/vendor", "core/web/static/fonts", "core/reports/fonts", "core/testing/vendor")
_COPIED = {".js", ".css", ".woff2", ".woff", ".ttf", ".otf", ".xz"}
_FONTS = {".woff2", ".woff", ".ttf", ".otf"}


def check(root: Path) -> list[Finding]:
    """Return what has no licence, one that is not allowed, or is not written down."""
    reasons = (root / DECISION).read_text(encoding="utf-8")
    copied = list(components.vendored(root))
    findings = [
        Finding(one.place, one.line, sentence)
        for one in (*components.pinned(root), *copied)
        if (sentence := _refusal(one, reasons))
    ]
    return [*findings, *_unlisted(root, {name for one in copied for name in one.files})]


def _refusal(one: components.Component, reasons: str) -> str:
    if not one.licence:
        return f"{one.name} does not say its licence: read it there, and add it to core/checks/components.py."
    parsed = components.SPDX.parse(one.licence)
    if _is_allowed(parsed, FREE):
        return ""
    if not _is_allowed(parsed, FREE | NAMED):
        return f"{one.name} is under {one.licence}, which this project cannot ship: take another."
    if one.name not in reasons:
        return f"{one.name} is under {one.licence}: say in {DECISION} why it is needed."
    return ""


def _is_allowed(expression: Any, allowed: set[str]) -> bool:
    """Of two licences to choose from one must be allowed; of two that hold together, both."""
    if isinstance(expression, boolean.OR):
        return any(_is_allowed(one, allowed) for one in expression.args)
    if isinstance(expression, boolean.AND):
        return all(_is_allowed(one, allowed) for one in expression.args)
    return str(expression) in allowed


def _unlisted(root: Path, listed: set[str]) -> Iterator[Finding]:
    """Copies that nobody wrote down, and written ones that are gone."""
    present = {
        path.relative_to(root).as_posix()
        for part in ("core", "addons")
        for path in (root / part).rglob("*")
        if path.suffix in _FONTS
        or (path.suffix in _COPIED and path.is_relative_to(root) and _is_in(path, root))
    }
    for name in sorted(present - listed):
        yield Finding(
            name, 1, f"This file of others is not in {components.VENDORED}: add it, with its licence."
        )
    for name in sorted(listed):
        if not (root / name).is_file():
            yield Finding(components.VENDORED, 1, f"{name} is listed, but there is no such file.")


def _is_in(path: Path, root: Path) -> bool:
    return "vendor" in path.parts or any(path.is_relative_to(root / folder) for folder in FOLDERS)
