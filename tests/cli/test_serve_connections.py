"""Two web processes, and twice as many clients as the database has connections for them."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
from sqlalchemy import text

from core import platform as platforms
from core.builtin.models import Company
from core.db import application, directory
from core.db.server import address
from core.platform import Platform
from core.registry import lifecycle
from core.security import tokens
from core.testing.web import a_person, serving_at
from tests.cli.crowd import Crowd
from tests.core.test_connections import a_small_login

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CONNECTIONS = 24


def test_twice_as_many_clients_as_connections_wait_and_none_fails(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSERELLE_API_PER_MINUTE", "1000000")
    with a_small_login(platform, CONNECTIONS) as server:
        own = Platform(server, platform.discovered)
        entry = lifecycle.create_workspace(own, f"own_{uuid4().hex[:12]}")
        with own.env(entry) as env:
            env.add(Company, name="Atelier Lumen", currency="EUR", country="FR")
        person = a_person(own, entry)
        with own.env(entry, user=person.who()) as env:
            token = tokens.create(env, "Crowd", ["write"])
        server.engine.dispose()
        login = application.address_for(address(server.url), "secret").render_as_string(hide_password=False)
        monkeypatch.setenv(platforms.APPLICATION_URL, login)

        with serving_at(server.url, str(tmp_path), 0, workers=2) as (port, _process):
            crowd = Crowd(port, f"{entry.name}.localhost", token)
            with crowd.working(2 * CONNECTIONS):
                crowd.wait_for(100)
                taken = take_all(server.session_dsn)
                crowd.wait_for(20)
                for connection in taken:
                    connection.close()
                crowd.wait_for(30)
            most = connections_of(platform, server.application_role)
        directory.drop(server, entry.name)

    assert set(crowd.answers) == {"200", "201"}, crowd.answers
    assert len(taken) > 0
    assert most <= CONNECTIONS


def take_all(dsn: str) -> list[psycopg.Connection]:
    """Every connection that is left to the login, and that the processes do not hold just then."""
    taken = []
    with suppress(psycopg.OperationalError):
        while len(taken) < CONNECTIONS:
            taken.append(psycopg.connect(dsn))
            time.sleep(0.01)
    return taken


def connections_of(platform: Platform, role: str) -> int:
    with platform.server.owner() as connection:
        counted = text("SELECT count(*) FROM pg_stat_activity WHERE usename = :role")
        return int(connection.scalar(counted, {"role": role}) or 0)
