"""Connections are a budget: who finds none waits, is told to come back, and nothing has to be restarted."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import create_engine, text

from core import platform as platforms
from core.db import application, budget, directory, embedded, pool, suitability
from core.db.budget import TooFewConnections
from core.db.refusals import DatabaseAway, DatabaseBusy, TookTooLong
from core.db.server import Server, address
from core.db.transaction import Limits, on_engine, transaction
from core.jobs import schema as queue
from core.platform import Platform
from core.security import tokens
from core.testing.web import Visitor, a_person, visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.testing.plugin import LiveWorkspace

UNSAFE = ("fsync", "full_page_writes", "synchronous_commit")
"""What the tests' own server does without."""
LOCKS = {"max_locks_per_transaction": "64"}


def test_a_statement_that_takes_too_long_is_stopped_and_said(workspace: LiveWorkspace) -> None:
    server, entry = workspace.platform.server, workspace.entry

    with pytest.raises(TookTooLong), transaction(server, entry, Limits(1, 10)) as connection:
        connection.execute(text("SELECT pg_sleep(5)"))

    with transaction(server, entry) as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "30s"
    with workspace.env() as env:
        assert env.scope.connection.scalar(text("SHOW statement_timeout")) == "10min"


def test_a_transaction_that_lies_idle_is_ended_and_said(workspace: LiveWorkspace) -> None:
    server, entry = workspace.platform.server, workspace.entry

    def pause() -> None:
        with transaction(server, entry, Limits(10, 1)) as connection:
            time.sleep(1.3)
            connection.execute(text("SELECT 1"))

    with pytest.raises(TookTooLong):
        pause()

    with transaction(server, entry) as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_what_stays_of_a_transactions_limits_is_nothing(workspace: LiveWorkspace) -> None:
    server = workspace.platform.server
    engine = pool.make_engine(address(server.session_dsn), size=1)

    with on_engine(engine, workspace.entry, Limits(1, 1)) as connection:
        connection.execute(text("SELECT 1"))
    with engine.connect() as connection:
        left = connection.execute(
            text(
                "SELECT current_setting('statement_timeout'), current_setting('role'),"
                " current_setting('idle_in_transaction_session_timeout'), current_setting('search_path')"
            )
        ).one()
    engine.dispose()

    assert tuple(left) == ("0", "none", "0", '""')


def test_who_finds_no_connection_waits_and_is_then_told_to_come_back(workspace: LiveWorkspace) -> None:
    url = address(workspace.platform.server.session_dsn)
    engine = pool.make_engine(url, size=2, wait_seconds=2)
    patient = Barrier(3)

    def work() -> int:
        with on_engine(engine, workspace.entry) as connection:
            return int(connection.scalar(text("SELECT 1 FROM pg_sleep(0.05)")) or 0)

    def hold() -> None:
        with on_engine(engine, workspace.entry) as connection:
            connection.execute(text("SELECT 1"))
            patient.wait()
            patient.wait()

    with ThreadPoolExecutor(20) as threads:
        done = [job.result() for job in [threads.submit(work) for _ in range(20)]]
        holding = [threads.submit(hold) for _ in range(2)]
        patient.wait()
        with pytest.raises(DatabaseBusy):
            work()
        patient.wait()
        assert [job.result() for job in holding] == [None, None]
        again = work()
    engine.dispose()

    assert (done, again) == ([1] * 20, 1)


def test_a_database_that_is_away_is_said_at_once(workspace: LiveWorkspace) -> None:
    engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    began = time.monotonic()

    with pytest.raises(DatabaseAway), on_engine(engine, workspace.entry):
        pass

    assert time.monotonic() - began < 2


@contextmanager
def a_small_login(platform: Platform, connections: int) -> Iterator[Server]:
    """Another database of the same server, whose application may have so many connections."""
    name = f"own_{uuid4().hex[:12]}"
    owner = address(platform.server.url)
    with platform.server.owner() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    own = owner.set(database=name)
    server = Server(
        own.render_as_string(hide_password=False),
        application.address_for(own, "secret").render_as_string(hide_password=False),
    )
    try:
        server.prepare("secret")
        queue.apply(server)
        with server.owner() as connection:
            connection.execute(text(f"ALTER ROLE {server.application_role} CONNECTION LIMIT {connections}"))
        yield server
    finally:
        server.dispose()
        with platform.server.owner() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            connection.execute(text(f"DROP ROLE {application.role_for(name)}"))


def test_a_process_takes_its_share_of_what_the_server_allows(platform: Platform) -> None:
    with a_small_login(platform, 30) as server:
        alone = server.share(processes=1, threads=16, jobs=2)
        one_of_three = server.share(processes=3, threads=16, jobs=0)
        with pytest.raises(TooFewConnections, match="30 connections for Passerelle; 5 processes need 35"):
            server.share(processes=5, threads=16, jobs=0)

    assert (alone.threads, alone.jobs, alone.pool) == (16, 2, 20)
    assert (one_of_three.threads, one_of_three.pool) == (4, 6)
    for shared in (alone, one_of_three):
        assert shared.processes * (shared.pool + budget.STRAIGHT) <= shared.allowed == 30


def test_connections_that_others_took_are_waited_for_and_used_when_they_come_back(platform: Platform) -> None:
    with a_small_login(platform, 4) as server:
        entry = directory.create(server, f"own_{uuid4().hex[:12]}", "Own")
        others = [psycopg.connect(server.session_dsn) for _ in range(4)]

        def work() -> int:
            with transaction(server, entry) as connection:
                return int(connection.scalar(text("SELECT 1")) or 0)

        with ThreadPoolExecutor(4) as threads:
            waiting = [threads.submit(work) for _ in range(4)]
            time.sleep(0.5)
            began = [job.done() for job in waiting]
            for other in others:
                other.close()
            done = [job.result() for job in waiting]
        directory.drop(server, entry.name)

    assert (began, done) == ([False] * 4, [1] * 4)


def test_hosts_that_are_known_stay_known_while_the_directory_cannot_be_read(
    workspace: LiveWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Platform(workspace.platform.server, workspace.platform.discovered)
    host = f"{workspace.entry.name}.localhost"
    away = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    stranger = Platform(workspace.platform.server, workspace.platform.discovered)
    assert there.workspace_at(host) == workspace.entry

    with monkeypatch.context() as patched:
        patched.setattr(workspace.platform.server, "engine", away)
        patched.setattr(platforms, "DIRECTORY_SECONDS", 0.0)

        assert there.workspace_at(host) == workspace.entry
        with pytest.raises(DatabaseAway):
            stranger.workspace_at(host)

    assert stranger.workspace_at(host) == workspace.entry


def test_the_embedded_server_has_room_for_a_thousand_workspaces(platform: Platform) -> None:
    everything = platform.registries.of(platform.discovered.addons)
    settings = embedded.settings()

    locks = int(settings["max_locks_per_transaction"]) * int(settings["max_connections"])

    assert locks >= 1000 * len(everything.metadata.tables) * 1.2
    with platform.server.owner() as connection:
        assert connection.scalar(text("SHOW max_locks_per_transaction")) == str(embedded.LOCKS)


def test_a_server_that_is_too_small_or_unsafe_is_told(platform: Platform) -> None:
    with a_small_login(platform, 30) as server:
        entry = directory.create(server, f"own_{uuid4().hex[:12]}", "Own")
        with server.owner() as connection:
            for number in range(5):
                connection.execute(text(f"CREATE TABLE {entry.schema}.t{number} (id int)"))
            connection.execute(text(f"REVOKE {entry.role} FROM {server.application_role}"))
        fit = suitability.shortcomings(server, processes=1, threads=16)
        small = suitability.shortcomings(server, processes=2, threads=16)
        few = list(
            suitability.too_few_locks(
                100_000, {"max_connections": "100", "max_prepared_transactions": "0", **LOCKS}
            )
        )
        directory.drop(server, entry.name)

    unsafe = [f"{name} is off: a power cut loses what people were told is saved." for name in UNSAFE]
    cannot = (
        f"The application's login may not become the role of workspace {entry.name}."
        " Run 'passerelle database prepare'."
    )
    assert [sentence.removesuffix(" Turn it on.") for sentence in fit] == [*unsafe, cannot]
    assert set(small) - set(fit) == {
        (
            "There are 30 connections for the application; 2 processes with 16 requests at a time want 44."
            " Raise max_connections by 14, or they wait."
        )
    }
    assert few == [
        (
            "max_locks_per_transaction is too small: pg_dump of the whole server needs about 100000 locks,"
            " there is room for 6400. Set it to 1250 or more and restart the server."
        )
    ]


@pytest.mark.addons("base")
def test_pages_and_the_api_are_served_from_a_pool_of_one(workspace: LiveWorkspace) -> None:
    server = Server(workspace.platform.server.url, workspace.platform.server.session_dsn)
    server.engine = pool.make_engine(address(server.session_dsn), size=1, wait_seconds=1)
    person = a_person(workspace.platform, workspace.entry)
    with workspace.env(user=person.who()) as env:
        token = tokens.create(env, "One", ["write"])
    there = Platform(server, workspace.platform.discovered)  # it has read nothing yet
    programs = {"Authorization": f"Bearer {token}"}

    with visiting(there) as app:
        visitor = Visitor(app, workspace.entry, person)
        paths = ("/profile", "/settings/apps", "/settings/jobs", "/settings/outbox")
        pages = [visitor.get(path).status_code for path in paths]
        there._sets.clear()  # as after an app was enabled
        there._uses.clear()
        api = visitor.http.get("/api/v1/base.party", headers=programs).status_code
    server.dispose()

    assert (pages, api) == ([200] * 4, 200)
