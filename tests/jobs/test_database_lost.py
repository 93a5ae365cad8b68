"""The worker and its database: a crash is lived through; one that stays away is told by the exit status."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from core import platform as platforms
from core.db import embedded
from core.db.server import Server
from core.jobs import schema as queue
from core.jobs import worker
from core.platform import Platform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEFER = text(
    "INSERT INTO platform.procrastinate_jobs (queue_name, task_name, args)"
    " VALUES ('default', 'passerelle.night', jsonb_build_object('timestamp', 0)) RETURNING id"
)
STATE = text("SELECT status::text FROM platform.procrastinate_jobs WHERE id = :id")


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def defer(server: Server) -> int:
    with server.owner() as connection:
        connection.execute(text("SET search_path = platform"))  # triggers of the queue need it
        return int(connection.scalar(DEFER) or 0)


def is_done(server: Server, job: int) -> bool:
    with server.owner() as connection:
        return connection.scalar(STATE, {"id": job}) == "succeeded"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the server's own user gets in, other than below pytest's folders."""
    with TemporaryDirectory(prefix="passerelle-lost-", ignore_cleanup_errors=True) as made:
        yield Path(made) / "postgres"


def test_a_worker_goes_on_after_its_database_crashed(folder: Path) -> None:
    url = embedded.start(folder, durable=False)
    server = Server(url, embedded.application_address(url))
    server.bootstrap(make_login=True)
    queue.apply(server)
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in (platforms.OWNER_URL, platforms.APPLICATION_URL)
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "core.cli", "worker"],
        env=environment | {"PASSERELLE_DATA": str(folder.parent)},
    )
    try:
        before = defer(server)
        assert eventually(lambda: is_done(server, before))

        embedded.stop_at_once(folder)
        time.sleep(1)
        assert process.poll() is None
        embedded.start(folder, durable=False)
        after = defer(server)

        assert eventually(lambda: is_done(server, after))
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        server.dispose()


def test_a_worker_whose_database_stays_away_fails(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    monkeypatch.setattr(worker, "AWAY_SECONDS", 0)

    with pytest.raises(worker.QueueLost, match="has not answered"):
        asyncio.run(worker.work(Platform(Server(nowhere, nowhere), platform.discovered)))
