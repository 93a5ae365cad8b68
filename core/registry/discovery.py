"""Find addons: built in, installed as packages, or in a folder given at start."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import AddonError
from core.registry.addon import Addon
from core.registry.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ENTRY_POINTS = "passerelle.addons"
CORE = "core"

_CORE_MANIFEST = Manifest(
    name=CORE,
    version="0.1.0",
    summary="Users, companies and the platform itself.",
    category="Base",
    icon="settings",
)


@dataclass
class Discovered:
    """Every addon that can be enabled, and one sentence for each that cannot."""

    addons: dict[str, Addon] = field(default_factory=dict)
    refused: dict[str, AddonError] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Addon:
        try:
            return self.addons[name]
        except KeyError:
            error = self.refused.get(name)
            raise error or AddonError(f"There is no addon '{name}' here.") from None

    def refuse(self, name: str, error: AddonError) -> None:
        """Take an addon, and all that depend on it, out of the platform."""
        self.addons.pop(name, None)
        self.refused[name] = error
        for other in [a for a in self.addons.values() if name in a.manifest.depends]:
            reason = f"Addon '{other.name}' cannot be loaded: it needs '{name}', which is not there."
            self.refuse(other.name, AddonError(reason))

    def closure(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names with all they depend on, dependencies first; stable, so that hooks run in one order
        everywhere."""
        ordered: dict[str, None] = {}

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in ordered:
                return
            if name in path:
                circle = " -> ".join((*path[path.index(name) :], name))
                raise AddonError(f"Addons depend on each other in a circle: {circle}.")
            for needed in sorted(self[name].manifest.depends):
                visit(needed, (*path, name))
            ordered[name] = None

        visit(CORE, ())
        for name in sorted(names):
            visit(name, ())
        return tuple(ordered)

    def dependents(self, name: str, among: Iterable[str]) -> tuple[str, ...]:
        """Addons of ``among`` that cannot stay without ``name``."""
        return tuple(
            other
            for other in sorted(among)
            if other != name and name in self.closure([other]) and name != CORE
        )


def discover(*, folders: Iterable[Path] = (), only: Iterable[str] | None = None) -> Discovered:
    """Read every manifest, import every addon; never raise for a malformed one."""
    found = Discovered()
    found.addons[CORE] = Addon(_CORE_MANIFEST, "core.builtin")
    wanted = None if only is None else set(only)
    for package, name in _candidates(folders):
        if wanted is not None and name not in wanted:
            continue
        try:
            found.addons[name] = _read(package, name)
        except AddonError as error:
            found.refused[name] = error
    for addon in list(found.addons.values()):
        missing = [n for n in addon.manifest.depends if n not in found.addons]
        if missing:
            text = f"Addon '{addon.name}' cannot be loaded: it needs '{missing[0]}', which is not there."
            found.refuse(addon.name, AddonError(text))
    for name in list(found.addons):
        try:
            found.closure([name])
            found.addons[name].load()
        except AddonError as error:
            found.refuse(name, error)
        except KeyError:
            continue  # already refused with an addon it needs
    return found


def _candidates(folders: Iterable[Path]) -> Iterator[tuple[str, str]]:
    built_in = Path(__file__).parents[2] / "addons"
    for child in sorted(built_in.iterdir()):
        if (child / "manifest.py").is_file():
            yield f"addons.{child.name}", child.name
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda e: e.name):
        yield entry.value, entry.name
    for folder in folders:
        root = str(folder.resolve())
        if root not in sys.path:
            sys.path.append(root)
        for child in sorted(folder.iterdir()):
            if (child / "manifest.py").is_file():
                yield child.name, child.name


def _read(package: str, name: str) -> Addon:
    try:
        manifest = getattr(importlib.import_module(f"{package}.manifest"), "manifest", None)
    except AddonError:
        raise
    except Exception as error:
        message = f"Addon '{name}' cannot be loaded: {type(error).__name__} in manifest.py: {error}."
        raise AddonError(message) from error
    if not isinstance(manifest, Manifest):
        message = f"Addon '{name}' cannot be loaded: manifest.py must define manifest = Manifest(...)."
        raise AddonError(message)
    if manifest.name != name:
        message = f"Addon '{name}' cannot be loaded: its manifest says '{manifest.name}'."
        raise AddonError(message, hint="The folder and the name must agree.")
    return Addon(manifest, package)
