"""The registry as companies see it that use only some of the enabled addons.

Filtered, not composed: models are mapped once per workspace, with the columns of every enabled addon, so
that companies share tables, records and prepared statements. What an addon contributes beside (hooks, views,
menus, roles, reports, jobs, settings, the interface for programs) is read from here, once per set of addons,
and is therefore only there where the addon is used.
"""

from __future__ import annotations

from threading import RLock
from typing import Any

from core.hooks import is_for_workspace, manager_for
from core.registry import hookspecs
from core.registry.compose import Registry, declared_names


class CompanyRegistry(Registry):
    """Part of a whole registry. A wire is in it when the set has its addon and all that the wire needs."""

    def __init__(self, whole: Registry, apps: frozenset[str]) -> None:
        self.whole = whole
        self.discovered = whole.discovered
        self.addons = tuple(
            name for name in whole.addons if name in apps or whole.discovered[name].manifest.is_ground
        )
        self.enabled = frozenset(self.addons)
        self.wires = tuple(
            wire for wire in whole.wires if wire.addon in self.enabled and self.enabled.issuperset(wire.needs)
        )
        self.units = self.addons + tuple(wire.unit for wire in self.wires)
        self.plugins = {name: module for name, module in whole.plugins.items() if name in self.units}
        specs = [whole.discovered[name].hookspecs for name in whole.addons]
        self.manager = manager_for([hookspecs, *(spec for spec in specs if spec)], self.plugins)
        self.hooks = self.manager.hook
        for name, caller in vars(whole.hooks).items():
            if is_for_workspace(caller):
                setattr(self.hooks, name, caller)
        self.models = {
            name: model
            for name, model in whole.models.items()
            if whole.table_units[model.__table__.name] in self.units  # type: ignore[attr-defined]  # composed
        }
        self.column_units = whole.column_units
        self.constraint_units = whole.constraint_units
        self.table_units = whole.table_units
        self.triggers = whole.triggers
        self.metadata = whole.metadata
        self.fingerprint = whole.fingerprint
        self._composed = whole._composed
        self._fragments = {
            name: tuple(one for one in whole.fragments(name) if one.migration_unit in self.units)
            for name in self.models
        }
        self._memo: dict[Any, Any] = {}
        self._lock = RLock()
        self.absent = {name: found for name in self.models if (found := self._absent_from(name))}

    def _absent_from(self, name: str) -> frozenset[str]:
        """The attributes of a model that only addons declare which are not used."""
        used: set[str] = set()
        others: set[str] = set()
        for fragment in self.whole.fragments(name):
            (used if fragment.migration_unit in self.units else others).update(declared_names(fragment))
        return frozenset(attribute for attribute in others - used if not attribute.startswith("_"))
