"""Templates under a strict Content-Security-Policy: no style, no handler, no script written into a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.checks import Finding, sources

if TYPE_CHECKING:
    from pathlib import Path

_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
_RULES = (
    (re.compile(r"\sstyle\s*=", re.IGNORECASE), "style= is forbidden: add a class to the style sheet."),
    (
        re.compile(r"\son[a-z]+\s*=\s*[\"'{]", re.IGNORECASE),
        "on…= is forbidden: register a component in a script file.",
    ),
    (
        re.compile(r"<script(?![^>]*\ssrc\s*=)[^>]*>", re.IGNORECASE),
        "A script in a page is forbidden: use a file with src.",
    ),
    (re.compile(r"<style[\s>]", re.IGNORECASE), "<style> is forbidden: one style sheet serves all pages."),
    (re.compile(r"\shx-on[:-]", re.IGNORECASE), "hx-on needs eval: register a component in a script file."),
    (re.compile(r"[\"']\s*js:", re.IGNORECASE), "js: needs eval: use hx-vals with JSON."),
    (
        re.compile(r"hx-trigger\s*=\s*[\"'][^\"']*\["),
        "A filter in hx-trigger needs eval: choose another event.",
    ),
    (re.compile(r"\|\s*safe\b"), "|safe hides where HTML comes from: return Markup from Python."),
    (re.compile(r"href\s*=\s*[\"']\s*javascript:", re.IGNORECASE), "javascript: is forbidden: use a button."),
)
_DATA_SCRIPT = re.compile(r"<script[^>]*type\s*=\s*[\"']application/(?:json|ld\+json)", re.IGNORECASE)


def check(folder: Path, root: Path) -> list[Finding]:
    """Return what the templates of a folder must not contain."""
    findings = []
    for path in sources(folder, ".html", ".svg"):
        if "templates" in path.parts:
            findings += check_text(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())
    return findings


def check_text(text: str, place: str) -> list[Finding]:
    """Return what one template must not contain."""
    bare = _COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), text)
    return [
        Finding(place, bare.count("\n", 0, match.start()) + 1, sentence)
        for pattern, sentence in _RULES
        for match in pattern.finditer(bare)
        if not _DATA_SCRIPT.match(match.group())
    ]
