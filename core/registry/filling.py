"""What rows that exist get in a column that is required from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic.operations import ops
from sqlalchemy import Column, literal, text
from sqlalchemy.dialects import postgresql

from core.errors import AddonError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import MetaData


def fill(script: ops.MigrationScript, metadata: MetaData, fills: Mapping[str, str]) -> None:
    """Give each column that becomes required a value for the rows there are.

    The value is the default that the model declares, or ``fills["table.column"]``, an SQL expression over
    the row. AddonError when there is neither: a revision that fails on the first row is none.
    """
    if script.upgrade_ops is None:
        return
    created = {step.table_name for step in script.upgrade_ops.ops if isinstance(step, ops.CreateTableOp)}
    script.upgrade_ops.ops = [
        part for step in script.upgrade_ops.ops for part in _steps(step, created, metadata, fills)
    ]


def _steps(
    step: ops.MigrateOperation, created: set[str], metadata: MetaData, fills: Mapping[str, str]
) -> list[ops.MigrateOperation]:
    if isinstance(step, ops.ModifyTableOps):
        step.ops = [part for one in step.ops for part in _steps(one, created, metadata, fills)]
        return [step]
    if isinstance(step, ops.AddColumnOp) and step.table_name not in created:
        return _added(step, metadata, fills)
    if isinstance(step, ops.AlterColumnOp) and step.modify_nullable is False:
        column = metadata.tables[step.table_name].c[step.column_name]
        return [*_update(column, _value(column, fills)), step]
    return [step]


def _added(step: ops.AddColumnOp, metadata: MetaData, fills: Mapping[str, str]) -> list[ops.MigrateOperation]:
    column = step.column
    if column.nullable or column.server_default is not None or column.computed is not None:
        return [step]
    declared = metadata.tables[step.table_name].c[column.name]
    name = f"{step.table_name}.{column.name}"
    if name not in fills and (value := _default(declared)):
        # a constant is noted in the catalog: no row is written, and no trigger asked
        with_default = Column(column.name, column.type, server_default=text(value), nullable=False)
        return [ops.AddColumnOp(step.table_name, with_default)]
    column.nullable = True
    return [step, *_update(declared, _value(declared, fills))]


def _value(column: Column[Any], fills: Mapping[str, str]) -> str:
    name = f"{column.table.name}.{column.name}"
    value = fills.get(name) or _default(column)
    if value is None:
        raise AddonError(
            f"{name} is required, and the rows that exist have no value for it.",
            hint=f'Declare a default, or say what it is: --fill "{name}=<an SQL expression over the row>".',
        )
    return value


def _default(column: Column[Any]) -> str | None:
    """The default that the model declares, as SQL; None when it is computed by Python, or there is none."""
    default: Any = column.default
    if default is None or not (default.is_scalar or default.is_clause_element):
        return None
    value = literal(default.arg, column.type) if default.is_scalar else default.arg
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # untyped
    return str(value.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def _update(column: Column[Any], value: str) -> list[ops.MigrateOperation]:
    """Fill the rows that have no value; triggers guard what people do, not what a revision does."""
    table = column.table.name
    return [
        ops.ExecuteSQLOp(f"ALTER TABLE {table} DISABLE TRIGGER USER"),
        ops.ExecuteSQLOp(f"UPDATE {table} SET {column.name} = {value} WHERE {column.name} IS NULL"),  # noqa: S608 - the developer's own
        ops.ExecuteSQLOp(f"ALTER TABLE {table} ENABLE TRIGGER USER"),
    ]
