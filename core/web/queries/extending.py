"""Who extends this, for the page: every model with its screens, and every hook, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.registry import extenders
from core.registry.discovery import CORE

if TYPE_CHECKING:
    from core.registry.compose import Registry
    from core.registry.extenders import Extender


@dataclass(frozen=True, slots=True)
class Extended:
    """Something that addons build together."""

    name: str
    owner: str
    layers: tuple[Extender, ...]

    def concerns(self, addon: str) -> bool:
        """Whether the addon owns it or takes part; without an addon, whether anyone but the owner does."""
        units = {layer.addon.split("__")[0] for layer in self.layers}
        return addon in units | {self.owner} if addon else bool(units - {self.owner})


def models(registry: Registry, addon: str = "") -> list[Extended]:
    """Models by name."""
    found = [
        Extended(
            name,
            registry.table_units[table_of(registry, name)].split("__")[0],
            tuple(extenders.of(registry, name)),
        )
        for name in sorted(registry.models)
    ]
    return [one for one in found if one.concerns(addon)]


def table_of(registry: Registry, model: str) -> str:
    """The table of a composed model."""
    return str(registry.models[model].__table__.name)  # type: ignore[attr-defined]  # every composed model has one


def hooks(registry: Registry, addon: str = "") -> list[Extended]:
    """Hooks by name."""
    found = []
    for name, caller in sorted(vars(registry.hooks).items()):
        if getattr(caller, "spec", None) is None:
            continue
        module = caller.spec.namespace.__name__
        owner = next(
            (one for one in registry.addons if module.startswith(registry.discovered[one].package + ".")),
            CORE,
        )
        found.append(Extended(name, owner, tuple(extenders.of(registry, name))))
    return [one for one in found if one.concerns(addon)]
