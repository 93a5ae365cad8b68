"""Behind PgBouncer in transaction mode: two processes, sixteen clients, and an app is enabled meanwhile."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from core import platform as platforms
from core.db import directory
from core.db.pool import SessionStatement
from core.db.server import Server, ServerUnsuitable, address
from core.db.transaction import transaction
from core.platform import Platform
from core.registry import lifecycle
from core.registry.verify import verify
from core.security import tokens
from core.testing.web import a_person, serving_at
from tests.cli.crowd import Crowd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.testing.plugin import LiveWorkspace

SETTINGS = """
[databases]
* = host={socket}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {people}
pool_mode = transaction
default_pool_size = 6
max_client_conn = 200
{user}
"""
CLIENTS = 16


def find_pgbouncer() -> str | None:
    """The pooler of the system; Debian puts it where only root looks."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")


@pytest.fixture(scope="module")
def pooled(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application's address through a PgBouncer of our own."""
    program = find_pgbouncer()
    if program is None:
        pytest.skip("PgBouncer is not installed here: 'sudo apt install pgbouncer', then run this again.")
    folder = tmp_path_factory.mktemp("pooler")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    direct = address(platform.server.session_dsn)
    settings, people = folder / "pgbouncer.ini", folder / "people.txt"
    owner = address(platform.server.url).username
    people.write_text(f'"{direct.username}" ""\n"{owner}" ""\n')
    place = str(direct.query.get("host") or direct.host)
    # it refuses to work as root, and the server's own user reaches the server's socket
    user = f"user = {Path(place).owner()}" if os.geteuid() == 0 and Path(place).is_dir() else ""
    settings.write_text(SETTINGS.format(socket=place, port=port, people=people, user=user))
    through = direct.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
    process = subprocess.Popen([program, "-q", str(settings)])  # noqa: S603 - found above
    try:
        wait_for(through)
        yield through
    finally:
        process.terminate()
        process.wait(10)


def wait_for(url: str) -> None:
    """Until the database answers there."""
    plain = address(url).set(drivername="postgresql").render_as_string(hide_password=False)
    deadline = time.monotonic() + 10
    while True:
        try:
            psycopg.connect(plain).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


@contextmanager
def through_pooler(platform: Platform, pooled: str) -> Iterator[Platform]:
    """A platform of its own, whose application works through the pooler."""
    server = Server(platform.server.url, pooled, pool_size=4)
    server.bootstrap()
    try:
        yield Platform(server, platform.discovered)
    finally:
        server.dispose()


def left_behind(platform: Platform) -> list[Any]:
    """Advisory locks held, and paths and roles that connections at rest still have."""
    with platform.server.owner() as connection:
        return list(connection.scalars(text("SELECT pid FROM pg_locks WHERE locktype = 'advisory'")))


@pytest.mark.addons("base")
def test_two_processes_and_sixteen_clients_see_no_error_while_an_app_is_enabled(
    workspace: LiveWorkspace, pooled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = a_person(workspace.platform, workspace.entry)
    with workspace.env(user=person.who()) as env:
        token = tokens.create(env, "Crowd", ["write"])
    monkeypatch.setenv(platforms.APPLICATION_URL, pooled)
    monkeypatch.setenv("PASSERELLE_API_PER_MINUTE", "1000000")
    url = workspace.platform.server.url

    with serving_at(url, str(tmp_path), 0, workers=2) as (port, _process):
        crowd = Crowd(port, f"{workspace.entry.name}.localhost", token)
        with crowd.working(CLIENTS):
            crowd.wait_for(60)
            with through_pooler(workspace.platform, pooled) as there:
                lifecycle.enable(there, workspace.entry, ["catalog"])
            crowd.wait_for(60)

    assert set(crowd.answers) == {"200", "201"}
    assert left_behind(workspace.platform) == []
    assert verify(workspace.platform, workspace.entry) == []


def test_a_workspace_is_made_and_dropped_through_the_pooler(
    platform: Platform, pooled: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PASSERELLE_DATA", str(tmp_path))
    with through_pooler(platform, pooled) as there:
        entry = lifecycle.create_workspace(there, f"pool_{uuid4().hex[:12]}")
        try:
            found = verify(there, entry)
            outside = lost_objects(there)
        finally:
            directory.drop(there.server, entry.name)

    assert (found, outside) == ([], [])


def lost_objects(platform: Platform) -> list[str]:
    """Tables that stand in no schema of ours: made under the path of somebody else."""
    with platform.server.owner() as connection:
        return list(
            connection.scalars(
                text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
            )
        )


def test_a_statement_for_the_session_of_somebody_else_is_refused(
    workspace: LiveWorkspace, pooled: str
) -> None:
    with through_pooler(workspace.platform, pooled) as there:
        for statement in ("SET search_path = platform", "SELECT pg_advisory_lock(1)", "LISTEN anything"):
            with (
                pytest.raises(SessionStatement, match="session of others"),
                transaction(there.server, workspace.entry) as connection,
            ):
                connection.exec_driver_sql(statement)
        with transaction(there.server, workspace.entry) as connection:
            driver: Any = connection.connection.driver_connection
            assert driver.prepare_threshold is None


def test_the_owners_address_may_not_lead_through_the_pooler(platform: Platform, pooled: str) -> None:
    owner = address(platform.server.url)
    through = address(pooled).set(username=owner.username).render_as_string(hide_password=False)

    with pytest.raises(ServerUnsuitable, match="leads through a connection pooler"):
        Server(through, pooled).bootstrap()
