"""The reference of all hooks, made from their specifications, which have fixed lines."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.hooks import ANSWERS, PROJECT
from core.registry import hookspecs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from core.registry.discovery import Discovered

LINES = ("When", "Return", "Refuse")
_SINCE = re.compile(r"^Since (?P<version>[\d.]+)\. Used by: (?P<users>.+)\.$")
_HEAD = """# Hooks

What an addon may implement, and what it may rely on. Made from the specifications by
`passerelle hooks --write docs/reference/hooks.md`; a test holds it to them.

A hook is a function in `hooks.py` of an addon (or of a wire), marked `@hookimpl`, with the name and any of
the arguments below:

```python
@hookimpl
def workspace_ready(env: Env) -> None:
    fleet.prepare(env)
```

Hooks run in the order of dependencies; an implementation relies on no other order. They run inside the
transaction of their caller: what they write is kept or undone with it.
"""


@dataclass(frozen=True, slots=True)
class Spec:
    """One hook as its specification describes it."""

    owner: str
    name: str
    signature: str
    summary: str
    lines: dict[str, str]
    since: str
    used_by: str

    @property
    def missing(self) -> list[str]:
        """The fixed lines that the docstring lacks."""
        lacking = [name for name in LINES if name not in self.lines]
        return lacking if self.since else [*lacking, "Since ... Used by"]


def specs(owner: str, module: ModuleType) -> Iterator[Spec]:
    """Return the hooks that a module offers, in the order of the file."""
    for name, function in vars(module).items():
        if not hasattr(function, f"{PROJECT}_spec"):
            continue
        paragraphs = inspect.cleandoc(function.__doc__ or "").split("\n\n")
        lines: dict[str, str] = {}
        since = users = ""
        current = ""
        for line in "\n".join(paragraphs[1:]).splitlines():
            key, colon, rest = line.partition(": ")
            if found := _SINCE.match(line.strip()):
                since, users, current = found["version"], found["users"], ""
            elif colon and key[:1].isupper() and len(key.split()) <= 4 and not line.startswith(" "):
                current = key
                lines[key] = rest.strip()
            elif current and line.strip():
                lines[current] += f" {line.strip()}"
        if getattr(function, ANSWERS, False):
            lines["When it raises"] = "it is left out, and whoever asked goes on without it."
        text = f"{name}{inspect.signature(function)}".replace("'", "")
        yield Spec(owner, name, text, " ".join(paragraphs[0].split()), lines, since, users)


def reference(discovered: Discovered) -> str:
    """Return the whole reference as Markdown."""
    parts = [_HEAD]
    for owner, module in modules(discovered):
        title = "Hooks of the platform" if owner == "core" else f"Hooks of {owner}"
        parts.append(f"\n## {title}\n")
        parts.extend(_entry(spec) for spec in specs(owner, module))
    return "\n".join(parts).rstrip() + "\n"


def modules(discovered: Discovered) -> Iterator[tuple[str, ModuleType]]:
    """Return core's specifications, then those of each addon that offers some, by name."""
    yield "core", hookspecs
    for name, addon in sorted(discovered.addons.items()):
        if name != "core" and addon.hookspecs is not None:
            yield name, addon.hookspecs


def _entry(spec: Spec) -> str:
    rows = "\n".join(f"- **{name}**: {text}" for name, text in spec.lines.items())
    since = f"- Since {spec.since}. Used by: {spec.used_by}." if spec.since else ""
    return f"### {spec.name}\n\n```python\n{spec.signature}\n```\n\n{spec.summary}\n\n{rows}\n{since}\n"
