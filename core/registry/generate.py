"""Write the next revision of a unit from what its models declare."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy import CheckConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from core.orm.choices import ChoiceType
from core.orm.encrypted import EncryptedText
from core.orm.search import SearchTokens
from core.registry import migrations, schema
from core.registry.compose import Registry
from core.registry.discovery import CORE

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from core.orm.ddl import Trigger
    from core.platform import Platform

_FILE = '''"""{message}"""

import sqlalchemy as sa
from alembic import op
{imports}
revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None


def upgrade():
{upgrade}


def downgrade():
{downgrade}
'''


def revise(platform: Platform, unit_name: str, message: str) -> Path | None:
    """Write ``migrations/versions/NNNN_<message>.py`` of an addon or a wire; None when nothing changed."""
    discovered = platform.discovered
    addon = discovered[unit_name.split("__")[0]]
    wire = next((wire for wire in addon.wires if wire.unit == unit_name), None)
    folder = (wire or addon).path / "migrations" / "versions"
    unit = migrations.Unit(unit_name, folder)
    needs = (addon.name, *wire.needs) if wire else (addon.name,)
    own_wires = frozenset(other.unit for other in addon.wires if other != wire)
    there = needs if wire else addon.manifest.depends
    before = None if unit_name == CORE else Registry(discovered, there, without={unit_name, *own_wires})
    after = Registry(discovered, needs, without=own_wires)
    scratch = f"scratch_{uuid4().hex[:12]}"
    with platform.server.owner() as connection:
        connection.execute(text(f"CREATE SCHEMA {scratch}"))
        try:
            connection.execute(text(f"SET search_path TO {scratch}"))
            if before:
                schema.create_all(connection, before)
            if folder.is_dir() and any(folder.glob("*.py")):
                migrations.expand(connection, unit)
            script = _difference(connection, after, unit)
            declared = schema.declared(platform.server, after)
            _checks(script, declared, schema.catalog(connection, scratch), _written(after))
        finally:
            connection.execute(text(f"DROP SCHEMA {scratch} CASCADE"))
    if script.upgrade_ops is None or script.upgrade_ops.is_empty():
        return None
    return _write(folder, unit, message, script)


def _difference(connection: Connection, after: Registry, unit: migrations.Unit) -> ops.MigrationScript:
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "compare_server_default": True,
            "target_metadata": after.metadata,
            "include_object": lambda item, name, kind, reflected, other: (
                not (kind == "table" and str(name).startswith("alembic_version_"))
            ),
        },
    )
    script = produce_migrations(context, after.metadata)
    _others_first(script)
    found = schema.catalog(connection, str(connection.scalar(text("SELECT current_schema()"))))
    for owner, table, trigger in after.triggers:
        if owner == unit.name and script.upgrade_ops and script.downgrade_ops:
            _trigger(script, found, table, trigger, dropped=after.table_units[table] == unit.name)
    return script


def _trigger(
    script: ops.MigrationScript,
    found: dict[tuple[str, str], str],
    table: str,
    trigger: Trigger,
    *,
    dropped: bool,
) -> None:
    """Create a trigger that is missing; make one anew that says something else, as for one column more."""
    assert script.upgrade_ops is not None  # noqa: S101 - checked by whoever calls
    assert script.downgrade_ops is not None  # noqa: S101 - produced together
    create, drop = trigger.create(table), trigger.drop(table)
    former = found.get(("function", trigger.function(table)))
    if former is None:
        script.upgrade_ops.ops.extend(map(ops.ExecuteSQLOp, create))
        place = len(script.downgrade_ops.ops) if dropped else 0
        script.downgrade_ops.ops[place:place] = map(ops.ExecuteSQLOp, drop[1:] if dropped else drop)
    elif former.strip() != trigger.body.strip():
        head = create[0].partition(" AS ")[0]
        again = [f"{head} AS $body${former}$body$", found["trigger", f"{table}.{trigger.name}"]]
        script.upgrade_ops.ops.extend(map(ops.ExecuteSQLOp, (*drop, *create)))
        script.downgrade_ops.ops[0:0] = map(ops.ExecuteSQLOp, (*drop, *again))


def _written(after: Registry) -> dict[str, str]:
    """CHECKs by "table.name" as the models write them.

    PostgreSQL's own text of a list of choices means something else when it is read a second time.
    """
    found = {}
    for table in after.metadata.tables.values():
        for item in table.constraints:
            if isinstance(item, CheckConstraint):
                name = str(item.name)
                full = name if name.startswith("ck_") else f"ck_{table.name}_{name}"
                found[f"{table.name}.{full}"] = f"CHECK ({item.sqltext})"
    return found


def _checks(
    script: ops.MigrationScript,
    wanted: dict[tuple[str, str], str],
    found: dict[tuple[str, str], str],
    written: dict[str, str],
) -> None:
    """Add and change the CHECKs of tables that exist already: Alembic compares everything but those."""
    if script.upgrade_ops is None or script.downgrade_ops is None:
        return
    there = {name.split(".")[0] for kind, name in found if kind == "column"}
    keys = [k for k in {**wanted, **found} if k[0] == "constraint" and k[1].split(".")[0] in there]
    for key in sorted(keys):
        new, old = wanted.get(key, ""), found.get(key, "")
        if new == old or not (new or old).startswith("CHECK"):
            continue
        table, name = key[1].split(".")
        if ("column", f"{table}.id") not in wanted:
            continue  # the table itself goes
        drop = ops.ExecuteSQLOp(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        script.upgrade_ops.ops += [drop] if old else []
        script.upgrade_ops.ops += (
            [ops.ExecuteSQLOp(f"ALTER TABLE {table} ADD CONSTRAINT {name} {written[key[1]]}")] if new else []
        )
        undo = [drop] if new else []
        undo += [ops.ExecuteSQLOp(f"ALTER TABLE {table} ADD CONSTRAINT {name} {old}")] if old else []
        script.downgrade_ops.ops[:0] = undo


def _others_first(script: ops.MigrationScript) -> None:
    """Add columns to other addons' tables before anything else.

    Theirs are the locks that may not be had; refused first, there is nothing to take down again.
    """
    if script.upgrade_ops is None:
        return
    created = {step.table_name for step in script.upgrade_ops.ops if isinstance(step, ops.CreateTableOp)}
    columns: list[ops.MigrateOperation] = []
    for step in script.upgrade_ops.ops:
        if isinstance(step, ops.ModifyTableOps) and step.table_name not in created:
            columns += [part for part in step.ops if isinstance(part, ops.AddColumnOp)]
            step.ops = [part for part in step.ops if not isinstance(part, ops.AddColumnOp)]
    script.upgrade_ops.ops[:0] = columns


def _render(kind: str, item: Any, context: Any) -> str | bool:
    if kind == "type" and isinstance(item, ChoiceType):
        return f"sa.String(length={item.impl_instance.length})"  # type: ignore[attr-defined]  # a String has a length
    if kind == "type" and isinstance(item, EncryptedText):
        return "sa.Text()"
    if kind == "type" and isinstance(item, (SearchTokens, TSVECTOR)):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return "postgresql.TSVECTOR()"
    if kind == "type" and isinstance(item, ARRAY):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return f"postgresql.ARRAY(sa.{item.item_type!r})"
    if kind == "type" and isinstance(item, JSONB):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return "postgresql.JSONB()"
    return False


def _write(folder: Path, unit: migrations.Unit, message: str, script: ops.MigrationScript) -> Path:
    imports: set[str] = set()
    options: dict[str, Any] = {"render_item": _render, "imports": imports}
    assert script.upgrade_ops is not None  # noqa: S101 - checked by revise
    assert script.downgrade_ops is not None  # noqa: S101 - produced together
    upgrade = render_python_code(script.upgrade_ops, **_code_options(options))
    downgrade = render_python_code(script.downgrade_ops, **_code_options(options))
    folder.mkdir(parents=True, exist_ok=True)
    previous = migrations.head(unit) if any(folder.glob("*.py")) else None
    number = f"{int(previous or 0) + 1:04}"
    slug = re.sub(r"\W+", "_", message.lower()).strip("_")[:40] or "change"
    if "postgresql." in upgrade + downgrade:
        imports.add("from sqlalchemy.dialects import postgresql")
    path = folder / f"{number}_{slug}.py"
    path.write_text(
        _FILE.format(
            message=message,
            imports="".join(f"{line}\n" for line in sorted(imports)),
            revision=number,
            down=f'"{previous}"' if previous else None,
            upgrade=_body(upgrade),
            downgrade=_body(downgrade),
        ),
        encoding="utf-8",
    )
    return path


def _code_options(options: dict[str, Any]) -> dict[str, Any]:
    return {"render_item": options["render_item"], "imports": sorted(options["imports"])}


def _body(code: str) -> str:
    """The statements, indented once; Alembic indents all but the first line."""
    lines = [line for line in code.splitlines() if line.strip() and not line.strip().startswith("# ###")]
    return "\n".join(line if line.startswith("    ") else f"    {line}" for line in lines) or "    pass"
