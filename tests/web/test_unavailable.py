"""When the database or the disk is away: a sentence, 503 with Retry-After, and a probe that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import create_engine

from core.db.server import Server
from core.platform import Platform
from core.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.db.directory import WorkspaceEntry

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
PAGES = ["/login", "/", "/profile", "/settings/apps", "/api/v1/core.company", "/api/docs/openapi.json"]


@pytest.fixture(params=["from the start", "later"])
def client(request: pytest.FixtureRequest, samples: Platform, here: WorkspaceEntry) -> Iterator[Any]:
    """Of a process whose database is away from the start, or went away after it knew its workspaces."""
    platform = Platform(Server(NOWHERE, NOWHERE), samples.discovered)
    if request.param == "later":
        platform = Platform(Server(samples.server.url, samples.server.session_dsn), samples.discovered)
        assert platform.workspace_at(here.name) is not None
        platform.server.dispose()
        platform.server.engine = create_engine(NOWHERE.replace("postgresql", "postgresql+psycopg"))
    app = create_app(platform, threads=2)
    yield TestClient(app, base_url=f"http://{here.name}.localhost", raise_server_exceptions=False)  # type: ignore[type-var]  # an ASGI application
    app.site.gate.executor.shutdown()


@pytest.mark.parametrize("path", PAGES)
def test_every_door_says_when_to_try_again(client: Any, path: str) -> None:
    answer = client.get(path, headers={"Authorization": "Bearer psr_x"}, follow_redirects=False)

    assert answer.status_code == 503
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert "The database does not answer. Nothing was changed." in answer.text


def test_the_process_is_alive_and_not_ready(client: Any) -> None:
    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert (alive.status_code, ready.status_code) == (200, 503)
    assert ready.text == "The database does not answer."
    assert int(ready.headers["retry-after"]) > 0


def test_a_process_whose_disk_is_full_is_not_ready(
    app: Any, here: WorkspaceEntry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    client: Any = TestClient(app, base_url=f"http://{here.name}.localhost")
    before = client.get("/readyz")

    monkeypatch.setenv("PASSERELLE_LEAST_FREE_MB", str(10**9))  # more than any disk has
    full = client.get("/readyz")
    monkeypatch.delenv("PASSERELLE_LEAST_FREE_MB")
    blocked = tmp_path / "a file"
    blocked.write_text("no folder")
    monkeypatch.setenv("PASSERELLE_DATA", str(blocked))
    unwritable = client.get("/readyz")

    assert (before.status_code, before.text) == (200, "ready")
    assert (full.status_code, full.text) == (503, f"Less than 1000000000 MB are free in {tmp_path}.")
    assert (unwritable.status_code, unwritable.text) == (503, f"Nothing can be written in {blocked}.")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a file"]
