"""Who extends this: for each model, hook and menu, which addon adds what, in the order in which it applies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.registry.discovery import CORE

if TYPE_CHECKING:
    from core.registry.compose import Registry


@dataclass(frozen=True, slots=True)
class Layer:
    """What one unit adds."""

    unit: str
    place: str
    """Module and class, or module and function."""
    adds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extended:
    """Something that addons build together."""

    kind: str
    """model, hook or view."""
    name: str
    owner: str
    layers: tuple[Layer, ...]

    @property
    def is_extended(self) -> bool:
        """Whether anyone but the owner takes part."""
        return any(layer.unit.split("__")[0] != self.owner for layer in self.layers)


def extended(registry: Registry, addon: str = "") -> list[Extended]:
    """Everything an addon offers or takes part in; without one, everything that anyone extends."""
    found = [*_models(registry), *_hooks(registry), *_views(registry)]
    if addon:
        return [
            one
            for one in found
            if one.owner == addon or any(layer.unit.split("__")[0] == addon for layer in one.layers)
        ]
    return [one for one in found if one.is_extended]


def _models(registry: Registry) -> list[Extended]:
    found = []
    for name in sorted(registry.models):
        composed = registry.models[name]
        table = composed.__table__.name  # type: ignore[attr-defined]  # every composed model has one
        by_unit: dict[str, list[str]] = {}
        for column in composed.__table__.columns:  # type: ignore[attr-defined]  # see above
            unit = registry.column_units.get((table, column.name), registry.table_units[table])
            by_unit.setdefault(unit, []).append(column.name)
        layers = []
        for fragment in registry.fragments(name):
            unit = _unit_of(registry, fragment.__module__)
            layers.append(
                Layer(unit, f"{fragment.__module__}.{fragment.__name__}", tuple(by_unit.pop(unit, ())))
            )
        found.append(Extended("model", name, registry.table_units[table].split("__")[0], tuple(layers)))
    return found


def _hooks(registry: Registry) -> list[Extended]:
    owners = _hook_owners(registry)
    found = []
    for name, owner in sorted(owners.items()):
        caller = getattr(registry.hooks, name)
        layers = tuple(
            Layer(
                implementation.plugin_name,
                f"{implementation.function.__module__}.{implementation.function.__name__}",
                (),
            )
            for implementation in reversed(caller.get_hookimpls())  # pluggy calls the last of the list first
        )
        if layers or owner != CORE:
            found.append(Extended("hook", name, owner, layers))
    return found


def _hook_owners(registry: Registry) -> dict[str, str]:
    from core.registry import hookspecs

    owners = {name: CORE for name in _specs(hookspecs)}
    for name in registry.addons:
        module = registry.discovered[name].hookspecs
        if module:
            owners.update(dict.fromkeys(_specs(module), name))
    return owners


def _specs(module: Any) -> list[str]:
    return [name for name, value in vars(module).items() if hasattr(value, "core_spec")]


def _views(registry: Registry) -> list[Extended]:
    """Views by their model: who declared it, and who adds columns, fields or slots."""
    layers: dict[str, list[Layer]] = {}
    for plugin, module in registry.plugins.items():
        declare = getattr(module, "declare_views", None)
        for view in declare() if declare else ():
            target = getattr(view, "model", None)
            name = getattr(target, "model_name", None) or getattr(view, "name", "")
            if name:
                layers.setdefault(str(name), []).append(Layer(plugin, type(view).__name__, ()))
    return [Extended("view", name, name.split(".")[0], tuple(parts)) for name, parts in sorted(layers.items())]


def _unit_of(registry: Registry, module: str) -> str:
    """The addon or wire that a module belongs to."""
    for wire in registry.wires:
        if module == wire.package or module.startswith(wire.package + "."):
            return wire.unit
    for name in registry.addons:
        package = registry.discovered[name].package
        if name != CORE and (module == package or module.startswith(package + ".")):
            return name
    return CORE
