"""What of a workspace's schema belongs to an addon, noted while its code is here.

Code can be gone: its folder was deleted, its package uninstalled, or it no longer loads. What is its own is
then known from the note alone, and can be exported and taken away like that of any other addon.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from core.i18n import _
from core.registry.migrations import Unit
from core.registry.plans import AddonRefused, RemovalPlan, count_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from core.platform import Platform
    from core.registry.compose import Registry
    from core.registry.discovery import Discovered

Owned = dict[str, Any]
_NOTES = text("SELECT name, owned FROM core_addon ORDER BY name")


def owned_by(registry: Registry, name: str) -> Owned:
    """The units of an addon and of the wires that join it, and what these own; JSON-ready."""
    units = {name} | {wire.unit for wire in registry.wires if wire.addon == name or name in wire.needs}
    tables = [
        table.name for table in registry.metadata.sorted_tables if registry.table_units[table.name] in units
    ]
    columns = [key for key, unit in registry.column_units.items() if unit in units and key[0] not in tables]
    others = [
        key for key, unit in registry.constraint_units.items() if unit in units and key[0] not in tables
    ]
    triggers = [one for one in registry.triggers if one[0] in units]
    return {
        "needs": list(registry.discovered[name].manifest.depends),
        "units": sorted(units),
        "tables": tables,
        "columns": sorted(map(list, columns)),
        "constraints": sorted(map(list, others)),
        "functions": sorted(trigger.function(table) for _unit, table, trigger in triggers),
    }


def missing(platform: Platform, connection: Connection) -> dict[str, Owned]:
    """The addons with data here whose code is gone, and what is theirs; in the connection's workspace."""
    rows = connection.execute(_NOTES)
    return {row.name: row.owned or {} for row in rows if row.name not in platform.discovered.addons}


def why_missing(discovered: Discovered, name: str) -> str:
    """Why the code of an addon cannot run here, and the way out."""
    if error := discovered.refused.get(name):
        return str(error)
    return str(_("Its code is not on this server. Put its folder or package back, or disable it."))


def refuse_needed(gone: Mapping[str, Owned], among: Iterable[str], name: str) -> None:
    """Raise AddonRefused while others whose code is gone stand on it."""
    others = ", ".join(sorted(one for one in among if name in gone.get(one, {}).get("needs", ())))
    if others:
        raise AddonRefused(
            _("{addon} is needed by {others}.", addon=name, others=others),
            hint=_("Disable or remove {others} first.", others=others),
        )


def plan_removal(connection: Connection, name: str, owned: Owned) -> RemovalPlan:
    """What removing an addon without its code would erase."""
    if not owned:
        raise AddonRefused(
            _("Nothing says which data is of {addon}: its code is gone.", addon=name),
            hint=_("Put its folder or package back, then remove it."),
        )
    units = tuple(
        Unit(unit, Path())
        for unit in owned["units"]
        if connection.scalar(text("SELECT to_regclass(:table)"), {"table": f"alembic_version_{unit}"})
    )
    columns = [(table, column) for table, column in owned["columns"]]
    return count_rows(connection, name, units, owned["tables"], columns)


def drop(connection: Connection, owned: Owned) -> None:
    """Drop all of it in the caller's transaction."""
    statements = [f"DROP TABLE IF EXISTS {table} CASCADE" for table in reversed(owned["tables"])]
    statements += [f"DROP FUNCTION IF EXISTS {function}() CASCADE" for function in owned["functions"]]
    for table, name in owned["constraints"]:
        statements += [
            f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}",
            f"DROP INDEX IF EXISTS {name}",
        ]
    for table, column in owned["columns"]:
        statements.append(f'ALTER TABLE {table} DROP COLUMN IF EXISTS "{column}" CASCADE')
    statements += [f"DROP TABLE IF EXISTS alembic_version_{unit}" for unit in owned["units"]]
    for statement in statements:
        connection.execute(text(statement))


def is_owned(kind: str, name: str, definition: str, gone: Iterable[Owned]) -> bool:
    """Whether something in the schema is of an addon whose code is gone."""
    table, _dot, part = name.partition(".")
    for owned in gone:
        columns = [column for other, column in owned.get("columns", ()) if other == table]
        if table in owned.get("tables", ()) or (kind == "function" and name in owned.get("functions", ())):
            return True
        if part in columns or [table, part] in owned.get("constraints", ()):
            return True
        if kind == "trigger" and any(f"{function}(" in definition for function in owned.get("functions", ())):
            return True
        if kind in {"constraint", "index"} and any(column in definition for column in columns):
            return True
    return False
