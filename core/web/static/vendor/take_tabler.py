"""Take from Tabler's style sheet the rules we use: python take_tabler.py <tabler.min.css> > tabler.css

Tabler is 635 KB; our own sheet restyles most of it. What stays is the reset, the variables, and the families
of classes in ``CLASSES``. Run it again after an upgrade of Tabler, or after adding a family. A rule is kept
when every class it names is of a kept family.
"""

from __future__ import annotations

import re
import sys
from functools import partial
from pathlib import Path

CLASSES = re.compile(
    r"btn|btn-(primary|icon|sm|link)|form-(control|select|check|check-input|check-label|label|switch|range)|is-invalid"
    r"|visually-hidden|visually-hidden-focusable|d-(none|block|inline|flex)|fw-normal|active|disabled|show|dropdown-toggle"
)
ELEMENTS_LEFT_OUT = re.compile(r"\b(pre|code|samp|var|figure|blockquote|address|abbr|small|sub|sup)\b")
ATTRIBUTES_LEFT_OUT = re.compile(
    r"data-bs-theme-|data-bs-(?!theme)|data-vc|dir=|data-countup|type=color|autosize"
)


def blocks(css: str) -> list[tuple[str, str]]:
    """Split into (selector, body); a body may hold nested blocks."""
    found, at = [], 0
    while at < len(css):
        opening = css.find("{", at)
        if opening < 0:
            break
        semicolon = css.find(";", at)
        if css[at] == "@" and at <= semicolon < opening:  # @charset, @import
            at = semicolon + 1
            continue
        depth, end = 1, opening + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        found.append((css[at:opening].strip(), css[opening + 1 : end - 1]))
        at = end
    return found


def keeps(selector: str) -> bool:
    """Whether every class of a selector is of a kept family."""
    if ELEMENTS_LEFT_OUT.search(re.sub(r"\.[\w-]+", "", selector)) or ATTRIBUTES_LEFT_OUT.search(selector):
        return False
    named = re.findall(r"\.((?:\\.|[\w-])+)", selector)
    return all(CLASSES.fullmatch(name) for name in named)


def take(css: str) -> str:
    """The kept rules, in order."""
    kept = []
    for selector, body in blocks(css):
        if selector.startswith(("@media", "@supports", "@layer")):
            inner = take(body)
            if inner and "print" not in selector:
                kept.append(f"{selector} {{\n{inner}}}\n")
        elif not selector.startswith("@"):
            names = [one for one in re.split(r",(?![^(]*\))", selector) if keeps(one)]
            if names:
                kept.append(f"{','.join(names)} {{{body}}}\n")
    return "".join(kept)


def without_unused_variables(css: str) -> str:
    """Drop the definitions of variables that no kept rule reads, until none is left."""
    while True:
        read = set(re.findall(r"var\((--[\w-]+)", css))
        shorter = re.sub(r"(--[\w-]+):((?:[^;{}\"']|\"[^\"]*\"|'[^']*')*);?", partial(_if_read, read), css)
        shorter = re.sub(r"[^{}\n]+\{\}\n", "", shorter)
        if shorter == css:
            return css
        css = shorter


def _if_read(read: set[str], definition: re.Match[str]) -> str:
    return definition.group(0) if definition.group(1) in read else ""


if __name__ == "__main__":
    source = re.sub(r"/\*.*?\*/", "", Path(sys.argv[1]).read_text(), flags=re.DOTALL)
    sys.stdout.write("/* Tabler 1.6.1, MIT: the rules we use; made by take_tabler.py, do not edit. */\n")
    sys.stdout.write(without_unused_variables(take(source)))
