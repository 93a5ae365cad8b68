"""Write the next revision of a unit from the difference between what is declared and what its revisions
make, catalog against catalog; and try it before it is kept.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from uuid import uuid4

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import Operations, ops
from sqlalchemy import CheckConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from core.errors import AddonError
from core.orm.choices import ChoiceType
from core.orm.encrypted import EncryptedText
from core.orm.search import SearchTokens
from core.registry import catalog_steps, filling, migrations, renames, schema
from core.registry.compose import Registry
from core.registry.discovery import CORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection

    from core.platform import Platform
    from core.registry.catalog_steps import Catalog, Key
    from core.registry.renames import Rename

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

_ROUNDS = 4
"""A column that is made anew takes indexes and constraints with it: they come back in the next round."""


class _Sides(NamedTuple):
    """A unit, the platform's registry before it, and with it."""

    unit: migrations.Unit
    before: Registry | None
    after: Registry


def revise(
    platform: Platform,
    unit_name: str,
    message: str,
    *,
    renamed: Iterable[str] = (),
    fills: Mapping[str, str] | None = None,
) -> Path | None:
    """Write ``migrations/versions/NNNN_<message>.py`` of an addon or a wire; None when nothing changed.

    ``renamed``: "acme.box=acme.crate" or "acme.crate.size=volume"; what is not named so is dropped and made
    anew. ``fills``: "table.column" to the SQL expression that existing rows get in a required column.
    The file is run up and down in a scratch schema; AddonError, and no file, when it does not lead there.
    """
    sides = _sides(platform, unit_name)
    wanted = schema.declared(platform.server, sides.after)
    folder = sides.unit.versions
    with _scratch(platform, sides, known=folder.is_dir() and any(folder.glob("*.py"))) as connection:
        found = _catalog(connection)
        if found == wanted:
            return None
        steps = _steps(connection, sides, found, wanted, renames.parse(renamed), fills or {})
    path = _write(sides.unit, message, *steps)
    try:
        _try(platform, sides, found, wanted)
    except BaseException:
        path.unlink()
        raise
    return path


def _sides(platform: Platform, unit_name: str) -> _Sides:
    discovered = platform.discovered
    addon = discovered[unit_name.split("__")[0]]
    wire = next((wire for wire in addon.wires if wire.unit == unit_name), None)
    unit = migrations.Unit(unit_name, (wire or addon).path / "migrations" / "versions")
    needs = (addon.name, *wire.needs) if wire else (addon.name,)
    own_wires = frozenset(other.unit for other in addon.wires if other != wire)
    there = needs if wire else addon.manifest.depends
    before = None if unit_name == CORE else Registry(discovered, there, without={unit_name, *own_wires})
    return _Sides(unit, before, Registry(discovered, needs, without=own_wires))


@contextmanager
def _scratch(platform: Platform, sides: _Sides, *, known: bool) -> Iterator[Connection]:
    """A schema with everything that is there before the unit, and with the unit's revisions if ``known``."""
    scratch = f"scratch_{uuid4().hex[:12]}"
    with platform.server.owner() as connection:
        connection.execute(text(f"CREATE SCHEMA {scratch}"))
        try:
            connection.execute(text(f"SET search_path TO {scratch}"))
            if sides.before:
                schema.create_all(connection, sides.before)
            if known:
                migrations.expand(connection, sides.unit)
            yield connection
        finally:
            connection.execute(text(f"DROP SCHEMA {scratch} CASCADE"))


def _catalog(connection: Connection) -> dict[Key, str]:
    return schema.catalog(connection, str(connection.scalar(text("SELECT current_schema()"))))


def _try(platform: Platform, sides: _Sides, found: Catalog, wanted: Catalog) -> None:
    """Run what was written, forth, and back where there was something before."""
    with _scratch(platform, sides, known=True) as connection:
        _same(wanted, _catalog(connection), "upgrade()")
        previous = migrations.scripts(sides.unit).get_revision("head").down_revision
        migrations.step_back(connection, sides.unit, str(previous or "base"))
        _same(found, _catalog(connection), "downgrade()")


def _same(wanted: Catalog, found: Catalog, function: str) -> None:
    if differences := list(schema.compare(wanted, found)):
        raise AddonError(
            f"No revision was written: its {function} would leave differences. {differences[0]}",
            hint="Change fewer things at once, or write this revision by hand.",
        )


def _steps(
    connection: Connection,
    sides: _Sides,
    found: Catalog,
    wanted: Catalog,
    named: list[Rename],
    fills: Mapping[str, str],
) -> tuple[list[ops.MigrateOperation], list[ops.MigrateOperation]]:
    """What leads from the one catalog to the other, and back; each step is run as it is found."""
    renames.check(named, _columns(found), sides.after)
    forth = _run(connection, [statement for one in named for statement in one.statements()])
    words = {old: new for one in named for old, new in one.words().items()}
    moved = catalog_steps.renamed(_catalog(connection), wanted, words)
    forth += _run(connection, [one.statement() for one in moved])
    forth += _run(connection, catalog_steps.first(_catalog(connection), wanted))
    script = _difference(connection, sides.after)
    filling.fill(script, sides.after.metadata, fills)
    assert script.upgrade_ops is not None  # noqa: S101 - produced together
    assert script.downgrade_ops is not None  # noqa: S101 - produced together
    _invoke(connection, script.upgrade_ops.ops)
    forth += script.upgrade_ops.ops + _rest(connection, wanted, _written(sides.after))

    back = _run(connection, catalog_steps.triggers_first(wanted, found))
    _invoke(connection, script.downgrade_ops.ops)
    back += script.downgrade_ops.ops
    undone = [statement for one in reversed(named) for statement in one.undone().statements()]
    back += _run(connection, undone)
    moved = catalog_steps.renamed(_catalog(connection), found, {new: old for old, new in words.items()})
    back += _run(connection, [one.statement() for one in moved])
    back += _rest(connection, found, {})
    return forth, back


def _columns(catalog: Catalog) -> dict[str, set[str]]:
    tables: dict[str, set[str]] = {}
    for kind, name in catalog:
        if kind == "column":
            table, _dot, column = name.partition(".")
            tables.setdefault(table, set()).add(column)
    return tables


def _run(connection: Connection, statements: Iterable[str]) -> list[ops.MigrateOperation]:
    steps: list[ops.MigrateOperation] = []
    for statement in statements:
        connection.execute(text(statement))
        steps.append(ops.ExecuteSQLOp(statement))
    return steps


def _rest(connection: Connection, wanted: Catalog, written: Catalog) -> list[ops.MigrateOperation]:
    """Everything that tables and columns are not, until the catalogs are the same."""
    steps: list[ops.MigrateOperation] = []
    for _round in range(_ROUNDS):
        steps += _run(connection, catalog_steps.rest(_catalog(connection), wanted, written))
    return steps


def _invoke(connection: Connection, steps: Iterable[ops.MigrateOperation]) -> None:
    operations = Operations(MigrationContext.configure(connection))
    for step in steps:
        if isinstance(step, ops.ModifyTableOps):
            _invoke(connection, step.ops)
            continue
        if isinstance(step, ops.AddColumnOp):
            step.column = step.column._copy()
            step.column.index = step.column.unique = None  # steps of their own, as in the file
        operations.invoke(step)


def _difference(connection: Connection, after: Registry) -> ops.MigrationScript:
    """Tables, columns and types, as Alembic compares them."""
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
    return script


def _written(after: Registry) -> dict[Key, str]:
    """CHECKs and triggers as the models write them.

    PostgreSQL's own text of a list of choices means something else when it is read a second time.
    """
    found: dict[Key, str] = {}
    for table in after.metadata.tables.values():
        for item in table.constraints:
            if isinstance(item, CheckConstraint):
                name = str(item.name)
                full = name if name.startswith("ck_") else f"ck_{table.name}_{name}"
                found["constraint", f"{table.name}.{full}"] = f"CHECK ({item.sqltext})"
    for _unit, name, trigger in after.triggers:
        found["trigger", f"{name}.{trigger.name}"] = trigger.create(name)[1]
    return found


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


def _render(kind: str, item: Any, context: Any) -> str | Literal[False]:
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


def _write(
    unit: migrations.Unit,
    message: str,
    forth: list[ops.MigrateOperation],
    back: list[ops.MigrateOperation],
) -> Path:
    folder = unit.versions
    upgrade, downgrade, imports = _code(forth), _code(back), set()
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
            upgrade=upgrade,
            downgrade=downgrade,
        ),
        encoding="utf-8",
    )
    return path


def _code(steps: list[ops.MigrateOperation]) -> str:
    """The steps as Python, indented once; SQL keeps its own lines."""
    parts = [_statement(step) if isinstance(step, ops.ExecuteSQLOp) else _rendered(step) for step in steps]
    return "\n".join(part for part in parts if part) or "    pass"


def _statement(step: ops.ExecuteSQLOp) -> str:
    sql = str(step.sqltext)
    if " DROP COLUMN " in sql:
        return f'    # loses: nothing, the column is computed\n    op.execute("{sql}")'
    if "\n" not in sql and len(sql) < 90 and '"' not in sql and "\\" not in sql:
        return f'    op.execute("{sql}")'
    mark = "r" if "\\" in sql else ""
    return f'    op.execute(\n        {mark}"""{sql}"""\n    )'


def _rendered(step: ops.MigrateOperation) -> str:
    code = render_python_code(ops.UpgradeOps(ops=[step]), render_item=_render)
    lines = [line for line in code.splitlines() if line.strip() and not line.strip().startswith("# ###")]
    # Alembic indents all but the first line
    indented = (line if line.startswith("    ") else f"    {line}" for line in lines)
    return "\n".join(line for line in indented if line.strip() != "pass")
