"""Compare what the enabled addons declare with what a workspace's schema holds, catalog against catalog.

The declared side is created in a scratch schema and read back, so that nothing depends on how expressions are
spelled: columns, constraints, indexes with predicates, triggers, functions and generated expressions all
count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import MetaData, create_mock_engine, text
from sqlalchemy.dialects import postgresql

from core.registry.migrations import units_of
from core.registry.ownership import is_owned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from core.db.directory import WorkspaceEntry
    from core.db.server import Server
    from core.registry.compose import Registry
    from core.registry.ownership import Owned

_CATALOG = text("""
    WITH here AS (SELECT CAST(CAST(:schema AS text) AS regnamespace) AS id)
    SELECT 'column' AS kind, c.relname || '.' || a.attname AS name,
           concat(format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' NOT NULL' END,
                  ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated) AS definition
    FROM here JOIN pg_class c ON c.relnamespace = here.id AND c.relkind = 'r'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    UNION ALL
    SELECT 'constraint', c.relname || '.' || k.conname, pg_get_constraintdef(k.oid)
    FROM here JOIN pg_constraint k ON k.connamespace = here.id AND k.contype <> 'n'
    JOIN pg_class c ON c.oid = k.conrelid
    UNION ALL
    SELECT 'index', i.tablename || '.' || i.indexname, i.indexdef
    FROM pg_indexes i WHERE i.schemaname = CAST(:schema AS text)
    UNION ALL
    SELECT 'trigger', c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid)
    FROM here JOIN pg_class c ON c.relnamespace = here.id
    JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
    UNION ALL
    SELECT 'function', p.proname, p.prosrc FROM here JOIN pg_proc p ON p.pronamespace = here.id
    UNION ALL
    SELECT 'type', t.typname, CAST(t.typtype AS text)
    FROM here JOIN pg_type t ON t.typnamespace = here.id AND t.typtype IN ('e', 'd')
""")


def catalog(connection: Connection, schema: str) -> dict[tuple[str, str], str]:
    """(kind, name) -> definition, for everything in a schema except Alembic's own tables."""
    rows = connection.execute(_CATALOG, {"schema": schema})
    return {
        (row.kind, row.name): row.definition.replace(f"{schema}.", "")
        for row in rows
        if not row.name.startswith("alembic_version_")
    }


def create_all(connection: Connection, registry: Registry, metadata: MetaData | None = None) -> None:
    """Create everything a registry declares in the connection's current schema, without migrations."""
    script = registry.memo("ddl", _script) if metadata is None else _statements(registry, metadata)
    cursor = connection.connection.cursor()
    cursor.execute(script)  # all at once: a statement each takes four times as long
    cursor.close()


def _script(registry: Registry) -> str:
    return _statements(registry, registry.metadata)


def _statements(registry: Registry, metadata: MetaData) -> str:
    written: list[str] = []
    dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]  # untyped
    engine = create_mock_engine(
        "postgresql+psycopg://",
        lambda ddl, *_args, **_options: written.append(str(ddl.compile(dialect=dialect))),
    )
    metadata.create_all(engine, checkfirst=False)
    for _unit, table, trigger in registry.triggers:
        written += trigger.create(table)
    return ";\n".join(written)


def declared(server: Server, registry: Registry) -> dict[tuple[str, str], str]:
    """The catalog that the registry's declarations give, made in a scratch schema and dropped again."""
    scratch = f"scratch_{uuid4().hex[:12]}"
    with server.owner() as connection:
        connection.execute(text(f"CREATE SCHEMA {scratch}"))
        try:
            connection.execute(text(f"SET search_path TO {scratch}"))
            create_all(connection, registry)
            return catalog(connection, scratch)
        finally:
            connection.execute(text(f"DROP SCHEMA {scratch} CASCADE"))


def differences(
    server: Server, workspace: WorkspaceEntry, registry: Registry, gone: Iterable[Owned] = ()
) -> list[str]:
    """One sentence per difference between declarations and database; disabled addons' columns are not ours
    to judge.

    Additional columns and tables are reported only when a unit of this registry owns them; what ``gone``
    addons own stays without their code.
    """
    wanted = declared(server, registry)
    with server.owner() as connection:
        found = catalog(connection, workspace.schema)
    foreign = _foreign(wanted, found, registry)
    theirs = list(gone)
    foreign |= {key for key in found.keys() - wanted.keys() if is_owned(*key, found[key], theirs)}
    return list(_compare(wanted, found, foreign))


def _foreign(
    wanted: dict[tuple[str, str], str], found: dict[tuple[str, str], str], registry: Registry
) -> set[tuple[str, str]]:
    """What disabled addons left: their own tables, and on shared tables what they added."""
    ours = {unit.name for unit in units_of(registry)}
    known = set(registry.table_units)
    prefixes = tuple(f"{addon}_" for addon in registry.discovered.addons if addon not in ours)
    extra = set()
    for kind, name in found.keys() - wanted.keys():
        table = name.split(".")[0]
        if table not in known and table.startswith(prefixes or ("\0",)):
            extra.add((kind, name))
    return extra


def _compare(
    wanted: dict[tuple[str, str], str], found: dict[tuple[str, str], str], foreign: set[tuple[str, str]]
) -> Iterable[str]:
    for kind, name in sorted(wanted.keys() - found.keys()):
        yield f"The {kind} {name} is declared but not in the database."
    for kind, name in sorted(found.keys() - wanted.keys() - foreign):
        yield f"The {kind} {name} is in the database but not declared."
    for key in sorted(wanted.keys() & found.keys()):
        if wanted[key] != found[key]:
            yield f"The {key[0]} {key[1]} is declared as {wanted[key]} but is {found[key]} in the database."
