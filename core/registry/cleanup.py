"""What an interrupted attempt to turn an addon on may have left in a workspace, and taking it away."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import text

from core.errors import RuleBroken
from core.i18n import _
from core.registry import migrations, schema
from core.registry.plans import AddonRefused

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from core.registry.compose import Registry
    from core.registry.migrations import Unit

_SCHEMA = text("SELECT current_schema()")


def refuse_lost_history(connection: Connection, registry: Registry, unit: Unit) -> None:
    """A failed attempt leaves empty tables and columns behind; what holds data is somebody's and stays."""
    there = {name for _kind, name in schema.catalog(connection, str(connection.scalar(_SCHEMA)))}
    for (table, column), owner in registry.column_units.items():
        if owner != unit.name or f"{table}.{column}" not in there:
            continue
        declared = registry.metadata.tables[table].columns[column]
        if declared.server_default is None and connection.scalar(
            text(f'SELECT EXISTS (SELECT FROM {table} WHERE "{column}" IS NOT NULL)')  # noqa: S608 - declared names
        ):
            name = unit.name.partition("__")[0]
            raise AddonRefused(
                _(
                    "{addon} has data here, but nothing says at which version.",
                    addon=registry.discovered[name].manifest.display,
                ),
                hint=_("Restore the table {table} from a backup.", table=unit.version_table),
            )


def refuse_unmade(connection: Connection, registry: Registry) -> None:
    """Raise AddonRefused when an addon declares a column or trigger that no migration of it has made."""
    there = {name for _kind, name in schema.catalog(connection, str(connection.scalar(_SCHEMA)))}
    declared = [(unit, f"{table}.{column}") for (table, column), unit in registry.column_units.items()]
    declared += [(unit, f"{table}.{trigger.name}") for unit, table, trigger in registry.triggers]
    for unit, name in declared:
        if name not in there:
            addon = registry.discovered[unit.partition("__")[0]].manifest.display
            raise AddonRefused(
                _("{addon} cannot be enabled: no migration of it makes {what}.", addon=addon, what=name),
                hint=_("Whoever wrote it runs: passerelle migration {unit}", unit=unit),
            )


def take_down(connection: Connection, registry: Registry, unit: Unit) -> None:
    """Drop whatever of a unit exists, in whatever state an interrupted expansion left it.

    What someone's long task holds is left; the next attempt to enable the addon begins by dropping it.
    """
    there = {name for _kind, name in schema.catalog(connection, str(connection.scalar(_SCHEMA)))}
    for owner, table, trigger in registry.triggers:
        if owner == unit.name and f"{table}.{trigger.name}" in there:
            _drop(connection, f"DROP TRIGGER {trigger.name} ON {table}")
    for (table, column), owner in registry.column_units.items():
        foreign = registry.table_units[table] != unit.name
        if owner == unit.name and foreign and f"{table}.{column}" in there:
            _drop(connection, f'ALTER TABLE {table} DROP COLUMN "{column}" CASCADE')
    for table in reversed(registry.metadata.sorted_tables):
        if registry.table_units[table.name] == unit.name and f"{table.name}.id" in there:
            _drop(connection, f"DROP TABLE {table.name} CASCADE")
    for owner, name, trigger in registry.triggers:
        if owner == unit.name:
            _drop(connection, f"DROP FUNCTION IF EXISTS {trigger.function(name)}() CASCADE")
    _drop(connection, f"DROP TABLE IF EXISTS {unit.version_table}")


def _drop(connection: Connection, statement: str) -> None:
    with suppress(RuleBroken):
        migrations.patiently(lambda: connection.execute(text(statement)))
