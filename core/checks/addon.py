"""What ``passerelle check-addon`` reads in an addon, built in or a partner's."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from core.checks import Finding, declared, files, hook_reference, revisions, sources, templates, translations

if TYPE_CHECKING:
    from pathlib import Path

    from core.registry.addon import Addon
    from core.registry.discovery import Discovered

LAYERS = {
    "hooks": 4,
    "wires": 4,
    "views": 3,
    "web": 3,
    "services": 2,
    "queries": 2,
    "hookspecs": 1,
    "models": 0,
}
"""Inside an addon a folder imports only from folders at most as high."""
_STRAY = {"utils", "helpers", "manager", "base", "common", "misc"}
_ALLOWED_CORE = {"core.api", "core.testing"}


def check(addon: Addon, discovered: Discovered | None = None) -> list[Finding]:
    """Return what to repair, by place."""
    folder, root = addon.path, addon.path.parent
    findings = [*_manifest(addon, folder, root), *_hookspecs(addon, folder, root)]
    findings += translations.check(folder, addon.name, root)
    findings += templates.check(folder, root)
    findings += _templates(addon, folder, root)
    findings += files.lengths(folder, root)
    findings += files.native_types(folder, root)
    findings += revisions.check(folder, root)
    for path in sources(folder, ".py"):
        if "versions" not in path.parts:
            findings += _imports(addon, path, root)
            findings += _manners(path, root)
            findings += declared.float_money(path, root)
            if not {"models", "models.py"}.intersection(
                path.parts
            ):  # where indexes and defaults are declared
                findings += declared.raw_sql(path, root)
    if discovered:
        findings += declared.check(addon, discovered, root)
    return sorted(set(findings))


def _manifest(addon: Addon, folder: Path, root: Path) -> list[Finding]:
    place = (folder / "manifest.py").relative_to(root).as_posix()
    findings = []
    if not str(addon.manifest.summary).endswith("."):
        findings.append(Finding(place, 1, "The summary is a sentence: end it with a full stop."))
    if not (folder / "README.md").is_file():
        readme = (folder / "README.md").relative_to(root).as_posix()
        findings.append(Finding(readme, 1, "A README.md says in a few lines what the addon is for."))
    models = (folder / "models").is_dir() or (folder / "models.py").is_file()
    if models and not any((folder / "migrations" / "versions").glob("*.py")):
        versions = (folder / "migrations" / "versions").relative_to(root).as_posix()
        hint = f"There are models but no migration: run passerelle migration {addon.name}."
        findings.append(Finding(versions, 1, hint))
    return findings


def _templates(addon: Addon, folder: Path, root: Path) -> list[Finding]:
    """A template outside its addon's own folder would take the place of another one's, or never be found."""
    inside = folder / "templates"
    return [
        Finding(path.relative_to(root).as_posix(), 1, f"Templates stand in templates/{addon.name}/.")
        for path in sources(inside, ".html", ".typ", ".txt")
        if path.relative_to(inside).parts[0] != addon.name
    ]


def _hookspecs(addon: Addon, folder: Path, root: Path) -> list[Finding]:
    if addon.hookspecs is None:
        return []
    place = (folder / "hookspecs.py").relative_to(root).as_posix()
    return [
        Finding(place, 1, f"The hook {spec.name} does not say: {', '.join(spec.missing)}.")
        for spec in hook_reference.specs(addon.name, addon.hookspecs)
        if spec.missing
    ]


def _imports(addon: Addon, path: Path, root: Path) -> list[Finding]:
    place = path.relative_to(root).as_posix()
    inside = path.relative_to(addon.path).parts
    own = LAYERS.get(inside[0].removesuffix(".py"))
    allowed = {addon.name, *addon.manifest.depends}
    if inside[0] == "wires" and len(inside) > 1:
        wire = next((w for w in addon.wires if w.name == inside[1]), None)
        allowed |= set(wire.needs) if wire else set()
    findings = []
    for line, module in _imported(path):
        parts = module.split(".")
        if parts[0] == "core" and ".".join(parts[:2]) not in _ALLOWED_CORE:
            findings.append(Finding(place, line, f"{module} is core's own: import from core.api."))
        name = parts[1] if parts[0] == "addons" and len(parts) > 1 else ""
        if name and name not in allowed:
            findings.append(
                Finding(place, line, f"{name} is not in the manifest's depends (or the wire's needs).")
            )
        layer = _layer(parts, addon)
        if own is not None and layer is not None and layer > own:
            findings.append(Finding(place, line, f"{inside[0]} may not import {module}: it stands above."))
    return findings


def _layer(parts: list[str], addon: Addon) -> int | None:
    package = addon.package.split(".")
    if parts[: len(package)] != package or len(parts) == len(package):
        return None
    return LAYERS.get(parts[len(package)])


def _imported(path: Path) -> list[tuple[int, str]]:
    """Return what a file imports at run time, by line."""
    found = []
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    guarded = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in (node for node in ast.walk(tree) if id(node) not in guarded):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append((node.lineno, node.module))
            found += [(node.lineno, f"{node.module}.{a.name}") for a in node.names if node.module == "core"]
    return [(line, module) for line, module in found if module != "core"]


def _manners(path: Path, root: Path) -> list[Finding]:
    place = path.relative_to(root).as_posix()
    findings = []
    if path.stem in _STRAY:
        findings.append(Finding(place, 1, f"{path.name} names no idea: call the file after what it holds."))
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in {"commit", "rollback"} and "session" in ast.unparse(node.func.value):
                findings.append(Finding(place, node.lineno, "Core commits: a service only flushes."))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            findings.append(Finding(place, node.lineno, "print() is for scripts: use logging."))
    return findings
