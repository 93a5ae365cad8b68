"""What turning addons on or off would do, told before it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import text

from core.errors import RuleBroken
from core.i18n import _
from core.registry.discovery import CORE
from core.registry.migrations import Unit, current, units_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from core.registry.compose import Registry
    from core.registry.discovery import Discovered

GROUND = frozenset({CORE, "base"})


class AddonRefused(RuleBroken):
    """An addon cannot be turned on, off or removed as things stand."""


@dataclass(frozen=True, slots=True)
class EnablePlan:
    """What enabling would do: ``chosen`` was asked for, ``also`` comes because the chosen need it."""

    chosen: tuple[str, ...]
    also: tuple[str, ...]
    needed_by: dict[str, str]
    """An addon of ``also`` -> the addon that needs it."""
    tables: tuple[str, ...]
    """Tables that will be created."""
    columns: tuple[tuple[str, str], ...]
    """(table, column) that will be added to tables that exist."""
    bridges: tuple[str, ...]
    """Bridges whose sides will all be there, and that are not enabled yet."""
    proposed: tuple[str, ...] = ()
    """What follows the rules of a company's country and could stand on what will be there, such as its chart
    of accounts."""

    @property
    def all(self) -> tuple[str, ...]:
        """Everything that will be enabled, dependencies first."""
        return (*self.also, *self.chosen)


@dataclass(frozen=True, slots=True)
class RemovalPlan:
    """Exactly what removing an addon's data takes away."""

    name: str
    units: tuple[Unit, ...]
    tables: dict[str, int]
    """Table -> number of rows."""
    columns: dict[tuple[str, str], int] = field(default_factory=dict)
    """(table, column) on other addons' tables -> number of rows with a value."""

    @property
    def rows(self) -> int:
        """Rows that go away altogether."""
        return sum(self.tables.values())


def plan_enable(
    discovered: Discovered,
    enabled: frozenset[str],
    target: Registry,
    names: Iterable[str],
    countries: frozenset[str] = frozenset(),
) -> EnablePlan:
    """What ``names`` bring with them; ``target`` is the registry of the result, ``countries`` are those of
    the companies."""
    chosen = tuple(name for name in discovered.closure(names) if name in set(names) and name not in enabled)
    also = tuple(name for name in discovered.closure(names) if name not in enabled and name not in chosen)
    needed_by = {
        name: next((other for other in (*chosen, *also) if name in discovered[other].manifest.depends), "")
        for name in also
    }
    added = {*chosen, *also}
    units = {unit for unit in target.units if unit in added or unit.split("__")[0] in added}
    units |= {wire.unit for wire in target.wires if added.intersection(wire.needs)}
    tables = tuple(sorted(table for table, unit in target.table_units.items() if unit in units))
    columns = tuple(
        sorted(key for key, unit in target.column_units.items() if unit in units and key[0] not in tables)
    )
    return EnablePlan(
        chosen,
        also,
        needed_by,
        tables,
        columns,
        bridges_ready(discovered, enabled, target.enabled),
        proposed_in(discovered, target.enabled, countries, added),
    )


def proposed_in(
    discovered: Discovered, enabled: frozenset[str], countries: frozenset[str], added: set[str]
) -> tuple[str, ...]:
    """Addons of these countries that need something that is being added and nothing that will be missing."""
    return tuple(
        sorted(
            name
            for name, addon in discovered.addons.items()
            if name not in enabled
            and countries.intersection(addon.manifest.countries)
            and added.intersection(addon.manifest.depends)
            and enabled.issuperset(set(discovered.closure([name])) - {name})
        )
    )


def bridges_ready(discovered: Discovered, before: frozenset[str], after: frozenset[str]) -> tuple[str, ...]:
    """Bridges that ``after`` could use for the first time: one addon of each side, which ``before``
    lacked."""

    def joined(sides: tuple[tuple[str, ...], ...], enabled: frozenset[str]) -> bool:
        return bool(sides) and all(enabled.intersection(side) for side in sides)

    return tuple(
        addon.name
        for addon in discovered.addons.values()
        if addon.name not in after
        and joined(addon.manifest.sides, after)
        and not joined(addon.manifest.sides, before)
    )


def refuse_disable(discovered: Discovered, enabled: frozenset[str], name: str) -> None:
    """Raise AddonRefused when an addon must stay."""
    title = discovered[name].manifest.display
    if name in GROUND:
        raise AddonRefused(
            _("{addon} is the ground everything stands on and stays enabled.", addon=title),
            hint=_("Disable the apps you do not use instead."),
        )
    if name not in enabled:
        raise AddonRefused(_("{addon} is not enabled.", addon=title), hint=_("There is nothing to disable."))
    others = discovered.dependents(name, enabled)
    if others:
        listed = ", ".join(str(discovered[other].manifest.display) for other in others)
        raise AddonRefused(
            _("{addon} is needed by {others}.", addon=title, others=listed),
            hint=_("Disable {others} first.", others=listed),
        )


def plan_removal(
    connection: Connection, discovered: Discovered, installed: Registry, enabled: frozenset[str], name: str
) -> RemovalPlan:
    """Count what removing would erase; ``installed`` is composed of everything whose tables exist."""
    title = discovered[name].manifest.display
    if name in GROUND:
        raise AddonRefused(
            _("{addon} is the ground everything stands on and cannot be removed.", addon=title),
            hint=_("Drop the whole workspace if you no longer use it."),
        )
    refuse_enabled(title, name in enabled)
    others = discovered.dependents(name, installed.enabled)
    if others:
        listed = ", ".join(str(discovered[other].manifest.display) for other in others)
        raise AddonRefused(
            _("The data of {others} builds on {addon}.", addon=title, others=listed),
            hint=_("Remove {others} first.", others=listed),
        )
    names = {name}
    names |= {wire.unit for wire in installed.wires if wire.addon == name or name in wire.needs}
    units = tuple(unit for unit in units_of(installed) if unit.name in names and current(connection, unit))
    going = {unit.name for unit in units}
    tables = [
        one.name for one in installed.metadata.sorted_tables if installed.table_units[one.name] in going
    ]
    columns = [key for key, unit in installed.column_units.items() if unit in going and key[0] not in tables]
    return count_rows(connection, name, units, tables, columns)


def refuse_enabled(title: str, enabled: bool) -> None:
    """Raise AddonRefused for the removal of an addon that is enabled."""
    if enabled:
        raise AddonRefused(
            _("{addon} is still enabled.", addon=title),
            hint=_("Disable it first; its data stays until you remove it."),
        )


def count_rows(
    connection: Connection,
    name: str,
    units: tuple[Unit, ...],
    tables: Iterable[str],
    columns: Iterable[tuple[str, str]],
) -> RemovalPlan:
    """The plan of a removal with the number of rows; tables in the order in which they need each other."""
    return RemovalPlan(
        name,
        units,
        {table: int(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0) for table in tables},  # noqa: S608 - declared names
        {
            (table, column): int(connection.scalar(text(f'SELECT count("{column}") FROM {table}')) or 0)  # noqa: S608 - declared names
            for table, column in sorted(columns)
        },
    )
