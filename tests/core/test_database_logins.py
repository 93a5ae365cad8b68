"""The application's login: what it cannot do, and that no session of it is left changed."""

from __future__ import annotations

import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from core import platform as platforms
from core.builtin.models import Company
from core.cli.main import app as passerelle
from core.db import application, directory, pool
from core.db.server import Server, address
from core.db.transaction import on_engine, transaction
from core.jobs import schema as queue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from core.platform import Platform
    from core.testing.plugin import LiveWorkspace

STRUCTURE = (
    "CREATE TABLE {schema}.mine (id int)",
    "CREATE TEMP TABLE mine (id int)",
    "CREATE VIEW {schema}.mine AS SELECT 1",
    "CREATE INDEX ON {schema}.core_company (name)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION {schema}.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE ROLE mine",
    "CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION {schema}.mine()",
    "ALTER TABLE {schema}.core_audit DISABLE TRIGGER USER",
    "ALTER TABLE {schema}.core_audit DISABLE TRIGGER ALL",
    "ALTER TABLE {schema}.core_company ADD COLUMN mine int",
    "ALTER TABLE platform.procrastinate_jobs DISABLE TRIGGER ALL",
    "ALTER SCHEMA {schema} RENAME TO mine",
    "ALTER ROLE {owner} PASSWORD 'mine'",
    "ALTER ROLE {role} LOGIN",
    "ALTER DATABASE {database} SET work_mem = '1GB'",
    "DROP TABLE {schema}.core_audit",
    "DROP SCHEMA {schema} CASCADE",
    "DROP ROLE {other}",
    "TRUNCATE {schema}.core_audit",
    "GRANT {owner} TO {role}",
    "GRANT {other} TO {role}",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "COPY {schema}.core_company FROM PROGRAM 'cat'",
    "COPY (SELECT 1) TO '/tmp/mine'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT lo_import('/etc/hostname')",
    "SELECT pg_reload_conf()",
    "SET LOCAL session_replication_role = replica",
    "SET LOCAL ROLE {owner}",
    "SET LOCAL SESSION AUTHORIZATION {owner}",
    "UPDATE platform.workspace SET role_name = '{other}'",
    "DELETE FROM platform.workspace",
    "SELECT dsn FROM platform.workspace",
    "SELECT rolpassword FROM pg_authid",
)
ALONE = ("CREATE DATABASE mine", "ALTER SYSTEM SET work_mem = '1GB'")
"""What the server does outside of transactions only."""
REFUSED = {"42501", "2200G"}
"""What the server answers: not allowed."""

CHANGES = (
    "SET search_path = platform",
    "SET ROLE {role}",
    "SET SESSION AUTHORIZATION {me}",
    "SET work_mem = '64MB'; SELECT 1",
    "SET TIME ZONE 'Asia/Tokyo'",
    "RESET ALL",
    "SELECT set_config('role', '{role}', false)",
    "SELECT set_config('search_path', '', true), set_config('role', '{role}', 'f')",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_lock_shared(1)",
    "LISTEN anything",
    "PREPARE mine AS SELECT 1",
    "DECLARE mine CURSOR WITH HOLD FOR SELECT 1",
    "DO $$BEGIN EXECUTE 'SET work_mem = 64'; END$$",
    "-- a remark\n/* another */ set role {role}",
)
PASSING = (
    "SELECT set_config('role', 'none', true), set_config('search_path', '', true)",
    "SET LOCAL work_mem = '64MB'",
    "SET TRANSACTION READ ONLY",
    "SET CONSTRAINTS ALL DEFERRED",
    "SELECT pg_advisory_xact_lock(1)",
    "SELECT 'set role', 1 AS offset",
)


def refusals(connection: Connection, names: dict[str, str]) -> dict[str, str | None]:
    """Statement -> the server's code for the error it gave; None where it did what was asked."""
    found: dict[str, str | None] = {}
    for statement in STRUCTURE:
        attempt = connection.begin_nested()
        try:
            connection.exec_driver_sql(statement.format(**names))
        except DBAPIError as error:
            found[statement] = error.orig.sqlstate  # type: ignore[union-attr]  # the driver's error
        else:
            found[statement] = None
        attempt.rollback()
    return found


def test_neither_the_login_nor_a_workspace_changes_structure_reads_files_or_becomes_the_owner(
    workspace: LiveWorkspace, platform: Platform
) -> None:
    server, entry = platform.server, workspace.entry
    other = directory.create(server, f"t_{uuid4().hex[:12]}", "Other")
    owner = address(server.url)
    names = {
        "schema": entry.schema,
        "role": entry.role,
        "other": other.role,
        "owner": owner.username or "",
        "database": owner.database or "",
    }

    try:
        with server.engine.connect() as connection:
            as_login = refusals(connection, names)
            connection.rollback()
        with transaction(server, entry) as connection:
            as_workspace = refusals(connection, names)
        with server.engine.connect() as pooled:
            connection = pooled.execution_options(isolation_level="AUTOCOMMIT")
            for statement in ALONE:
                with pytest.raises(DBAPIError, match="permission denied"):
                    connection.exec_driver_sql(statement)
    finally:
        directory.drop(server, other.name)

    assert {what: code for what, code in as_login.items() if code not in REFUSED} == {}
    assert {what: code for what, code in as_workspace.items() if code not in REFUSED} == {}


def test_the_login_has_rows_of_the_queue_and_a_look_at_the_directory_and_nothing_else(
    workspace: LiveWorkspace, platform: Platform
) -> None:
    rights = text(
        "SELECT c.relnamespace::regnamespace || '.' || c.relname AS name,"
        " string_agg(privilege, ' ' ORDER BY privilege) AS may FROM pg_class c,"
        " unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES'])"
        " AS privilege"
        " WHERE c.relkind IN ('r', 'v', 'm', 'p') AND c.relnamespace NOT IN"
        " ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
        " AND has_table_privilege(:role, c.oid, privilege) GROUP BY 1"
    )
    columns = text(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'platform.workspace'::regclass AND attnum > 0"
        " AND has_column_privilege(:role, attrelid, attnum, 'SELECT')"
    )

    with platform.server.owner() as connection:
        role = {"role": platform.server.application_role}
        found = {row.name: row.may for row in connection.execute(rights, role)}
        readable = set(connection.scalars(columns, role))
        secret = application.SECRET_COLUMNS
        there = {column["name"] for column in inspect(connection).get_columns("workspace", schema="platform")}

    rows = "DELETE INSERT SELECT UPDATE"
    assert found == {
        "platform.api_allowance": rows,
        "platform.job_error": rows,
        "platform.procrastinate_events": rows,
        "platform.procrastinate_jobs": rows,
        "platform.procrastinate_periodic_defers": rows,
        "platform.procrastinate_workers": rows,
    }
    assert (readable, secret) == (there - secret, {"dsn"})


def test_tests_pages_and_jobs_are_connected_as_the_application(
    workspace: LiveWorkspace, platform: Platform
) -> None:
    with workspace.env() as env:
        working = env.scope.connection.scalar(text("SELECT session_user"))
    with platform.server.owner() as connection:
        owning = connection.scalar(text("SELECT session_user"))

    assert address(platform.server.session_dsn).username == working == platform.server.application_role
    assert owning == address(platform.server.url).username != working


@contextmanager
def one_connection(platform: Platform) -> Iterator[Engine]:
    """A pool of one, as the application."""
    url = address(platform.server.session_dsn)
    engine = pool.make_engine(url, size=1, wait_seconds=1)
    try:
        yield engine
    finally:
        engine.dispose()


def backend(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def test_a_connection_whose_session_was_changed_is_not_given_to_the_next(
    workspace: LiveWorkspace, platform: Platform
) -> None:
    names = {"role": workspace.entry.role, "me": platform.server.application_role}
    left = []
    with one_connection(platform) as engine:
        for change in CHANGES:
            before = backend(engine)
            with engine.begin() as connection:
                connection.exec_driver_sql(change.format(**names))
            if backend(engine) == before:
                left.append(change)

    assert left == []


def test_the_drivers_own_cursor_and_a_select_are_seen_as_well(
    workspace: LiveWorkspace, platform: Platform
) -> None:
    role = workspace.entry.role
    with one_connection(platform) as engine:
        first = backend(engine)
        with engine.begin() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute(f"SET ROLE {role}".encode())
        second = backend(engine)
        with engine.begin() as connection:
            connection.execute(select(func.set_config("role", role, False)))
        third = backend(engine)

    assert len({first, second, third}) == 3


def test_what_ends_with_its_transaction_keeps_the_connection(
    workspace: LiveWorkspace, platform: Platform
) -> None:
    with one_connection(platform) as engine:
        before = backend(engine)
        for statement in PASSING:
            with engine.begin() as connection:
                connection.exec_driver_sql(statement)
        with on_engine(engine, workspace.entry) as connection:  # as every request and job
            env = platform.env_in(connection, workspace.entry)
            env.add(Company, name="Atelier Nord", currency="EUR", country="FR")
            env.session.flush()
            env.session.close()

        assert backend(engine) == before


def test_a_connection_that_the_server_ended_is_renewed_before_anyone_gets_it(platform: Platform) -> None:
    with one_connection(platform) as engine:
        before = backend(engine)
        with platform.server.owner() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": before})

        assert backend(engine) != before


@pytest.fixture
def own_database(platform: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of somebody who is no superuser and may create roles."""
    name = f"own_{uuid4().hex[:12]}"
    with platform.server.owner() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN CREATEROLE"))
        connection.execute(text(f"CREATE DATABASE {name} OWNER {name}"))
    url = address(platform.server.url).set(username=name, database=name).render_as_string(hide_password=False)
    monkeypatch.setenv(platforms.OWNER_URL, url)
    monkeypatch.delenv(platforms.APPLICATION_URL)
    monkeypatch.setenv("PASSERELLE_DATA", str(tmp_path))
    yield url
    with platform.server.owner() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        connection.execute(text(f"DROP ROLE IF EXISTS {application.role_for(name)}"))
        connection.execute(text(f"DROP ROLE {name}"))


def test_prepare_makes_a_login_and_keeps_its_secret_where_only_its_user_reads_it(
    own_database: str, tmp_path: Path
) -> None:
    with pytest.raises(application.LoginUnsuitable, match="Run 'passerelle database prepare' once"):
        platforms.reach()

    said = CliRunner().invoke(passerelle, ["database", "prepare"])

    kept = tmp_path / application.ADDRESS_FILE
    first = kept.read_text()
    assert said.exit_code == 0, said.output
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    server = platforms.reach()
    entry = directory.create(server, f"own_{uuid4().hex[:12]}", "Own")
    with transaction(server, entry) as connection:
        assert connection.scalar(text("SELECT current_user")) == entry.role
    assert [one.name for one in directory.entries(server)] == [entry.name]
    directory.drop(server, entry.name)
    server.dispose()

    again = CliRunner().invoke(passerelle, ["database", "prepare"])
    assert (again.exit_code, kept.read_text()) == (0, first)
    other = CliRunner().invoke(passerelle, ["database", "prepare", "--new-secret"])
    assert (other.exit_code, kept.read_text() == first) == (0, False)


def test_a_login_that_may_do_too_much_is_refused(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(platforms.APPLICATION_URL, own_database)  # the owner itself

    with pytest.raises(application.LoginUnsuitable, match="may do more than it should"):
        platforms.reach()


def test_workspaces_that_were_there_before_are_the_new_logins_too(own_database: str) -> None:
    owner = address(own_database)
    first = Server(own_database, application.address_for(owner).render_as_string())
    first.prepare()
    queue.apply(first)
    entry = directory.create(first, f"own_{uuid4().hex[:12]}", "Before")
    with first.owner() as connection:
        connection.execute(text(f"REVOKE {entry.role} FROM {first.application_role}"))
    first.dispose()

    assert CliRunner().invoke(passerelle, ["database", "prepare"]).exit_code == 0

    server = platforms.reach()
    with transaction(server, entry) as connection:
        assert connection.scalar(text("SELECT current_user")) == entry.role
    directory.drop(server, entry.name)
    server.dispose()
