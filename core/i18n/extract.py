"""Find every sentence a domain shows: ``_()`` and ``ngettext()`` in Python and templates, and field names."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import jinja2
from jinja2 import nodes

from core.i18n.text import humanise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARKERS = ("_", "ngettext")
_UNNAMED = {"id", "version"}


@dataclass(slots=True)
class Found:
    """A sentence to translate and the files that say it."""

    source: str
    plural: str | None = None
    places: list[tuple[str, int]] = field(default_factory=list)


class Untranslatable(ValueError):
    """A marker was called with something else than a literal sentence."""


def sentences(folder: Path, root: Path) -> dict[str, Found]:
    """Return what a folder of an addon (or of core) says, by source sentence."""
    found: dict[str, Found] = {}

    def note(source: str, plural: str | None, path: Path, line: int) -> None:
        entry = found.setdefault(source, Found(source))
        entry.plural = entry.plural or plural
        entry.places.append((path.relative_to(root).as_posix(), line))

    for path in sorted(folder.rglob("*.py")):
        for source, plural, line in _in_python(path):
            note(source, plural, path, line)
    for path in sorted(folder.rglob("*.html")) + sorted(folder.rglob("*.txt")):
        if "templates" in path.parts:
            for source, plural, line in _in_template(path):
                note(source, plural, path, line)
    return found


def _in_python(path: Path) -> Iterator[tuple[str, str | None, int]]:
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    models = "models" in path.parts or path.stem == "models"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKERS:
            yield _call(node, path)
        elif models and isinstance(node, ast.ClassDef):
            yield from _field_names(node)


def _call(node: ast.Call, path: Path) -> tuple[str, str | None, int]:
    assert isinstance(node.func, ast.Name)  # noqa: S101 - the caller chose it; narrows the type
    wanted = 2 if node.func.id == "ngettext" else 1
    literals = [
        a.value for a in node.args[:wanted] if isinstance(a, ast.Constant) and isinstance(a.value, str)
    ]
    if len(literals) < wanted:
        message = f"{path}:{node.lineno}: {node.func.id}() takes a literal sentence; put values in {{names}}."
        raise Untranslatable(message)
    return literals[0], literals[1] if wanted == 2 else None, node.lineno


def _field_names(node: ast.ClassDef) -> Iterator[tuple[str, str | None, int]]:
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name = statement.target.id
        if "Mapped[" not in ast.unparse(statement.annotation) or name in _UNNAMED or name.startswith("_"):
            continue
        if statement.value is None or not _has_label(statement.value):
            yield humanise(name), None, statement.lineno


def _has_label(value: ast.expr) -> bool:
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "about":
            named = [k.value for k in node.keywords if k.arg == "label"]
            labels = [*node.args[:1], *named]
            return any(not isinstance(label, ast.Constant) for label in labels)
    return False


def _in_template(path: Path) -> Iterator[tuple[str, str | None, int]]:
    environment = jinja2.Environment(autoescape=True, extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])
    tree = environment.parse(path.read_text(encoding="utf-8"), filename=str(path))
    for node in tree.find_all(nodes.Call):
        if not isinstance(node.node, nodes.Name) or node.node.name not in MARKERS:
            continue
        wanted = 2 if node.node.name == "ngettext" else 1
        literals = [
            a.value for a in node.args[:wanted] if isinstance(a, nodes.Const) and isinstance(a.value, str)
        ]
        if len(literals) < wanted:
            message = f"{path}:{node.lineno}: {node.node.name}() takes a literal sentence."
            raise Untranslatable(message)
        yield literals[0], literals[1] if wanted == 2 else None, node.lineno
