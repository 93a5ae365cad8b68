"""An addon as it was found: its manifest, its modules and its wires."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import AddonError
from core.registry.manifest import Manifest, Wire

if TYPE_CHECKING:
    from types import ModuleType


def _module(name: str) -> ModuleType | None:
    """The module, or None when there is no such file; an error inside the file is the addon's and is
    raised."""
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return None
    return importlib.import_module(name) if found else None


@dataclass(frozen=True)
class LoadedWire:
    """A wire of an addon: a plugin of its own, a migration unit of its own when it declares models."""

    addon: str
    name: str
    needs: tuple[str, ...]
    package: str

    @property
    def unit(self) -> str:
        """Name of the migration unit, and of the plugin."""
        return f"{self.addon}__{self.name}"

    @cached_property
    def hooks(self) -> ModuleType | None:
        """Module of the wire's hook implementations."""
        return _module(f"{self.package}.hooks")

    @cached_property
    def path(self) -> Path:
        """Folder of the wire."""
        return folder_of(self.package)


@dataclass(frozen=True)
class Addon:
    """An addon that was found; its code is imported on first use."""

    manifest: Manifest
    package: str

    @property
    def name(self) -> str:
        """Its name everywhere."""
        return self.manifest.name

    @cached_property
    def path(self) -> Path:
        """Folder of the addon."""
        return folder_of(self.package)

    @cached_property
    def hooks(self) -> ModuleType | None:
        """Module of its hook implementations."""
        return _module(f"{self.package}.hooks")

    @cached_property
    def hookspecs(self) -> ModuleType | None:
        """Module of the hooks it offers."""
        return _module(f"{self.package}.hookspecs")

    @cached_property
    def wires(self) -> tuple[LoadedWire, ...]:
        """Its wires, by name."""
        folder = self.path / "wires"
        if not folder.is_dir():
            return ()
        found = []
        for child in sorted(folder.iterdir()):
            if not (child / "__init__.py").is_file():
                continue
            package = f"{self.package}.wires.{child.name}"
            wire = getattr(importlib.import_module(package), "wire", None)
            if not isinstance(wire, Wire):
                message = f"Addon '{self.name}': {package} must define wire = Wire(needs=(...))."
                raise AddonError(message)
            found.append(LoadedWire(self.name, child.name, wire.needs, package))
        return tuple(found)

    def load(self) -> None:
        """Import everything the addon ships, so that a broken one is found at start and not in a request."""
        try:
            _ = self.hookspecs, self.hooks
            for wire in self.wires:
                _ = wire.hooks
        except AddonError:
            raise
        except (Exception, SystemExit) as error:
            raise AddonError(broken(self.name, error), addon=self.name) from error


def broken(addon: str, error: BaseException, where: str = "") -> str:
    """The sentence for an addon whose own code raised, on one line."""
    reason = " ".join(str(error).split()) or "no reason given"
    return f"Addon '{addon}' cannot be loaded: {type(error).__name__}{where}: {reason.rstrip('.')}."


def folder_of(package: str) -> Path:
    """Where the code of a package lies."""
    found = importlib.import_module(package)
    if found.__file__:
        return Path(found.__file__).parent
    return Path(next(iter(found.__path__)))
