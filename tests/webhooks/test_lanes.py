"""Receivers that never end their answers delay nobody: not other jobs, not other workspaces, no record."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from core.builtin.models import Company
from core.jobs import job, run, worker
from core.jobs.defer import defer_in
from core.webhooks import delivery, emit
from core.webhooks.models import WebhookDelivery

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from core.env import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.workspaces import Workspaces
    from tests.webhooks.receiver import Receiver


class Dripping:
    """A receiver that sends its answer byte by byte, and counts how many it does so at once."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.lock = threading.Lock()
        self.now = self.most = 0
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/"

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _peer = self.listener.accept()
                threading.Thread(target=self._drip, args=(connection,), daemon=True).start()

    def _drip(self, connection: socket.socket) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        with suppress(OSError), connection:
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000:
                connection.sendall(bytes([byte]))
                time.sleep(0.01)
        with self.lock:
            self.now -= 1


@pytest.fixture
def dripping(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dripping]:
    monkeypatch.setenv("PASSERELLE_WEBHOOKS_TO_PRIVATE_NETWORKS", "1")
    made = Dripping()
    yield made
    made.listener.close()


@job(title="Rename the company")
def rename(env: Env, name: str) -> None:
    env.company.name = name


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    known = (rename, delivery.deliver_webhook, delivery.deliver_again)
    monkeypatch.setattr(run, "jobs_of", lambda registry: {one.name: one for one in known})


def listening(workspace: LiveWorkspace, url: str, count: int) -> None:
    with workspace.env() as env:
        for number in range(count):
            delivery.add(env, name=f"Receiver {number}", url=url, events=["*"])


def tell(workspace: LiveWorkspace) -> int:
    with workspace.env() as env:
        return emit(env, "core.company.renamed", env.session.scalars(select(env[Company])).one())


def while_working(workspace: LiveWorkspace, story: Callable[[], Awaitable[None]]) -> None:
    async def play() -> None:
        working = asyncio.create_task(worker.work(workspace.platform, handle_signals=False))
        try:
            await story()
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    asyncio.run(play())


async def until(holds: Callable[[], bool], seconds: float) -> float:
    """Wait for something; give how long it took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        await asyncio.sleep(0.02)
    return time.monotonic() - begun


def test_twenty_dripping_receivers_delay_no_other_job_and_no_other_workspace(
    workspace: LiveWorkspace,
    workspaces: Workspaces,
    dripping: Dripping,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from core.testing.plugin import LiveWorkspace as Live

    monkeypatch.setattr(delivery, "SECONDS", 2.0)
    other = Live(workspace.platform, workspaces.fresh(()))
    listening(workspace, dripping.url, 20)
    listening(other, receiver.url, 1)
    assert tell(workspace) == 20
    took: dict[str, float] = {}

    def named(expected: str) -> bool:
        with workspace.env() as env:
            return bool(env.session.scalars(select(env[Company].name)).one() == expected)

    async def story() -> None:
        await until(lambda: dripping.now == delivery.LANES, 10)
        with workspace.env() as env:
            defer_in(env, rename, {"name": "Not delayed"})
        assert tell(other) == 1
        took["job"] = await until(lambda: named("Not delayed"), 1.5)
        took["webhook"] = await until(lambda: len(receiver.told) == 1, 1.9)
        with workspace.env() as env:
            free = select(env[WebhookDelivery].id).with_for_update(nowait=True)
            assert len(env.session.scalars(free).all()) == 20
            await until(lambda: workspace.platform.server.engine.pool.checkedout() == 1, 1)  # this one
        await until(lambda: dripping.now == 0 or dripping.most > delivery.LANES, 4)

    while_working(workspace, story)

    assert dripping.most == delivery.LANES
    assert took["job"] < 1


def test_a_receiver_that_takes_too_long_is_left_and_told_again_later(
    workspace: LiveWorkspace, dripping: Dripping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "SECONDS", 0.3)
    listening(workspace, dripping.url, 1)
    tell(workspace)

    def noted() -> str | None:
        with workspace.env() as env:
            return env.session.scalars(select(env[WebhookDelivery].error)).one()

    async def story() -> None:
        await until(lambda: bool(noted()), 10)

    while_working(workspace, story)

    assert noted() == "The other system took longer than 0.3 seconds."
    with workspace.platform.server.owner() as connection:
        waiting = connection.execute(
            text(
                "SELECT args ->> 'job', lock FROM platform.procrastinate_jobs"
                " WHERE status = 'todo' AND scheduled_at > now() AND args ->> 'workspace' = :name"
            ),
            {"name": workspace.entry.name},
        ).all()
    assert [tuple(row) for row in waiting] == [("core.deliver_again", None)]
