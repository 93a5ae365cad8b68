"""Find addons: built in, installed as packages, or in a folder given at start."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import AddonError
from core.registry.addon import Addon, broken, folder_of
from core.registry.manifest import CATEGORIES, Manifest

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
    """By name; a second addon of a name that is taken, by its folder."""

    def __getitem__(self, name: str) -> Addon:
        try:
            return self.addons[name]
        except KeyError:
            error = self.refused.get(name)
            raise error or AddonError(
                f"There is no addon '{name}' here.", hint="passerelle addon list shows those that were found."
            ) from None

    @property
    def categories(self) -> dict[str, str]:
        """The categories that addons declare beside the built-in ones, with their explanation."""
        return dict(pair for addon in self.addons.values() for pair in addon.manifest.categories)

    def here(self, names: Iterable[str]) -> frozenset[str]:
        """Those whose code is here, with all that it needs."""
        return frozenset(name for name in names if name in self.addons)

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

    def needs(self, unit: str) -> frozenset[str]:
        """All that an addon, or a wire of it, stands on; itself too."""
        addon, _mark, name = unit.partition("__")
        wired = (needed for wire in self[addon].wires if wire.name == name for needed in wire.needs)
        return frozenset(self.closure([addon, *wired]))

    def twice(self, what: str, first: str, second: str) -> AddonError:
        """The refusal of the later of two units that declare the same; ``what`` names it, with its article.

        Later is what needs the other one, else what was found after it: what is built in comes first.
        """
        one, other = (unit.partition("__")[0] for unit in (first, second))
        needed, needing = other in self.needs(first), one in self.needs(second)
        if one == other:
            return AddonError(f"Addon '{one}' cannot be loaded: it declares {what} twice.", addon=one)
        found = list(self.addons)
        if needing or (not needed and found.index(one) < found.index(other)):
            one, other = other, one
        return AddonError(
            f"Addon '{one}' cannot be loaded: addon '{other}' already declares {what}.",
            hint="Give it another name, or disable and uninstall one of the two.",
            addon=one,
        )

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
    for package, name, folder in _candidates(folders):
        if wanted is not None and name not in wanted:
            continue
        known = found.addons.get(name)
        try:
            addon = _read(package, name, folder)
        except AddonError as error:
            found.refused[str(folder) if known and folder else name] = error
            continue
        if known is None:
            found.addons[name] = addon
        elif known.path.resolve() != addon.path.resolve():
            found.refused[str(addon.path)] = _taken(name, known.path, addon.path)
    categories = {*CATEGORIES, *found.categories}
    for addon in list(found.addons.values()):
        if addon.manifest.category not in categories:
            text = (
                f"Addon '{addon.name}' has the category '{addon.manifest.category}', which nobody declares."
            )
            hint = f"Choose one of {', '.join(sorted(categories))}, or declare it: Manifest(categories=...)."
            found.refuse(addon.name, AddonError(text, hint=hint))
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


def _taken(name: str, there: Path, folder: Path) -> AddonError:
    return AddonError(
        f"The addon in {folder} cannot be loaded: the name '{name}' is taken by {there}.",
        hint="Rename the folder and the name in its manifest.",
    )


def _candidates(folders: Iterable[Path]) -> Iterator[tuple[str, str, Path | None]]:
    """Package, name, and the folder that the package must be; None where the package says it."""
    built_in = Path(__file__).parents[2] / "addons"
    for child in sorted(built_in.iterdir()):
        if (child / "manifest.py").is_file():
            yield f"addons.{child.name}", child.name, child
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda e: e.name):
        yield entry.value, entry.name, None
    for folder in folders:
        root = str(folder.resolve())
        if root not in sys.path:
            sys.path.append(root)
        for child in sorted(folder.iterdir()):
            if (child / "manifest.py").is_file():
                yield child.name, child.name, child


def _read(package: str, name: str, folder: Path | None) -> Addon:
    """The addon of a package; AddonError when it is malformed, or its name leads to other code."""
    try:
        there = folder_of(package)
        if folder is not None and there.resolve() != folder.resolve():
            raise _taken(name, there, folder)
        manifest = getattr(importlib.import_module(f"{package}.manifest"), "manifest", None)
    except AddonError:
        raise
    except (Exception, SystemExit) as error:
        raise AddonError(broken(name, error, " in manifest.py")) from error
    if not isinstance(manifest, Manifest):
        message = f"Addon '{name}' cannot be loaded: manifest.py must define manifest = Manifest(...)."
        raise AddonError(message)
    if manifest.name != name:
        message = f"Addon '{name}' cannot be loaded: its manifest says '{manifest.name}'."
        raise AddonError(message, hint="The folder and the name must agree.")
    return Addon(manifest, package)
