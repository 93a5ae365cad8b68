"""What ``passerelle check-addon`` reads in an addon's revisions: what loses rows, and what cannot be run."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from core.checks import Finding

if TYPE_CHECKING:
    from pathlib import Path

_LOSING = {"drop_table": "a table", "drop_column": "a column"}
_SQL = re.compile(
    r"^\s*(?:(?P<rows>DELETE\s+FROM|TRUNCATE)|DROP\s+(?P<table>TABLE)|ALTER\s+TABLE\s+\S+\s+DROP\s+(?P<column>COLUMN))",
    re.IGNORECASE,
)
_SAID = "# loses:"
"""Follows the statement, or stands above it, when the loss is meant: ``# loses: nobody read it``."""


def check(folder: Path, root: Path) -> list[Finding]:
    """Return what to repair in each ``migrations/versions`` below an addon's folder."""
    findings: list[Finding] = []
    for versions in sorted(folder.rglob("migrations/versions")):
        files = sorted(versions.glob("*.py"))
        findings += _history(files, root)
        for path in files:
            findings += _upgrade(path, root)
    return findings


def _history(files: list[Path], root: Path) -> list[Finding]:
    """Each revision follows the one before: two that follow the same one stop every upgrade."""
    findings, previous = [], None
    for path in files:
        place = path.relative_to(root).as_posix()
        known = _assigned(path)
        revision, follows = known.get("revision"), known.get("down_revision")
        if follows != previous:
            findings.append(
                Finding(place, 1, f"down_revision is {follows!r} and not {previous!r}, the one before.")
            )
        if not path.name.startswith(f"{revision}_"):
            findings.append(
                Finding(place, 1, f"The file of revision {revision!r} does not begin with its number.")
            )
        previous = revision
    return findings


def _assigned(path: Path) -> dict[str, object]:
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _upgrade(path: Path, root: Path) -> list[Finding]:
    """What loses rows says so; a required column says what rows get."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source, filename=str(path))
    upgrade = next(
        (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"), None
    )
    if upgrade is None:
        return [Finding(path.relative_to(root).as_posix(), 1, "There is no upgrade().")]
    findings = []
    lines, place = source.splitlines(), path.relative_to(root).as_posix()
    for node in ast.walk(upgrade):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            said = any(_SAID in line for line in lines[node.lineno - 2 : node.end_lineno])
            if (lost := _lost(node)) and not said:
                text = f'This loses {lost} of every workspace: write "{_SAID} <why>" above it.'
                findings.append(Finding(place, node.lineno, text))
            if node.func.attr == "add_column" and _is_empty(node) and _first(node) not in _created(upgrade):
                text = "A required column without a value fails on the first row: give it a server_default."
                findings.append(Finding(place, node.lineno, text))
    return findings


def _lost(node: ast.Call) -> str:
    assert isinstance(node.func, ast.Attribute)  # noqa: S101 - checked by whoever calls
    if node.func.attr in _LOSING:
        return _LOSING[node.func.attr]
    if node.func.attr != "execute" or not isinstance(_first(node), str):
        return ""
    found = _SQL.match(str(_first(node)))
    if not found:
        return ""
    return "rows" if found["rows"] else "a table" if found["table"] else "a column"


def _first(node: ast.Call) -> object:
    return node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None


def _created(upgrade: ast.FunctionDef) -> set[object]:
    return {
        _first(node)
        for node in ast.walk(upgrade)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "create_table"
    }


def _is_empty(node: ast.Call) -> bool:
    """Whether the column is required and nothing says what rows get."""
    column = next((one for one in node.args if isinstance(one, ast.Call)), None)
    if column is None:
        return False
    given = {word.arg: ast.unparse(word.value) for word in column.keywords}
    parts = {ast.unparse(one.func) for one in column.args if isinstance(one, ast.Call)}
    made = parts & {"sa.Computed", "sa.Identity"}
    return given.get("nullable") == "False" and "server_default" not in given and not made
