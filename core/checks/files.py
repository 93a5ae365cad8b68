"""Files stay short, and columns stay free of types made in the database."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from core.checks import Finding, sources

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 400
_NATIVE = {"Enum", "ENUM", "DOMAIN", "CITEXT", "Domain"}


def lengths(folder: Path, root: Path) -> list[Finding]:
    """Return the sources above 400 lines."""
    findings = []
    for path in sources(folder, ".py", ".html", ".js", ".css", ".typ"):
        if "versions" in path.parts:
            continue  # a migration is a list of tables, written by a program
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > LONGEST:
            place = path.relative_to(root).as_posix()
            findings.append(Finding(place, LONGEST, f"{lines} lines: split it, none passes {LONGEST}."))
    return findings


def native_types(folder: Path, root: Path) -> list[Finding]:
    """Return where a model or migration asks SQLAlchemy for a type that PostgreSQL stores per schema."""
    findings = []
    for path in sources(folder, ".py"):
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        place = path.relative_to(root).as_posix()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
                named = {alias.name for alias in node.names} & _NATIVE
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                named = (
                    {node.attr} & _NATIVE if node.value.id in {"sa", "postgresql", "sqlalchemy"} else set()
                )
            else:
                continue
            findings += [
                Finding(
                    place, node.lineno, f"{name} makes a type per schema: store text with a CHECK, choice()."
                )
                for name in sorted(named)
            ]
    return findings
