"""Threads are shared by the workspaces of a process; connections and open bodies take none."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from core.web import bodies
from core.web.gate import Gate, ThreadsBusy

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from core.db.directory import WorkspaceEntry
    from core.web.app import Application
    from tests.web.browsers import Browser


class Work:
    """Counts who is at work at the same time, and lets it go on when told."""

    def __init__(self) -> None:
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.order: list[str] = []
        self.go = threading.Event()
        self._lock = threading.Lock()

    def of(self, workspace: str, seconds: float = 0) -> Any:
        def work() -> str:
            with self._lock:
                self.order.append(workspace)
                for name in (workspace, "all"):
                    self.now[name] += 1
                    self.most[name] = max(self.most[name], self.now[name])
            if seconds:
                time.sleep(seconds)
            else:
                self.go.wait(20)
            with self._lock:
                self.now.subtract((workspace, "all"))
            return workspace

        return work


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 30))


@contextmanager
def a_gate(threads: int, **options: float) -> Iterator[Gate]:
    gate = Gate(threads, **options)
    yield gate
    gate.executor.shutdown()


def test_a_workspace_has_at_most_half_of_the_threads() -> None:
    work = Work()

    async def crowd(gate: Gate) -> str:
        busy = [asyncio.create_task(gate.run("a", work.of("a"))) for _ in range(20)]
        await asyncio.sleep(0.05)
        answered = await gate.run("b", work.of("b", 0.01))
        assert work.now["a"] == 2
        work.go.set()
        await asyncio.gather(*busy)
        return answered

    with a_gate(4) as gate:
        assert run(crowd(gate)) == "b"

    assert (work.most["a"], len(work.order)) == (2, 21)


def test_workspaces_that_wait_are_served_in_turn() -> None:
    work = Work()

    async def crowd(gate: Gate) -> None:
        first = asyncio.create_task(gate.run("first", work.of("first")))
        await asyncio.sleep(0.02)
        waiting = []
        for name in ("a", "a", "a", "b", "c", "b"):
            waiting.append(asyncio.create_task(gate.run(name, work.of(name, 0.001))))
            await asyncio.sleep(0)
        work.go.set()
        await asyncio.gather(first, *waiting)

    with a_gate(1) as gate:
        run(crowd(gate))

    assert work.order == ["first", "a", "b", "c", "a", "b", "a"]


def test_who_waits_too_long_is_told_to_come_back_and_takes_no_thread() -> None:
    work = Work()

    async def crowd(gate: Gate) -> str:
        busy = [asyncio.create_task(gate.run("a", work.of("a"))) for _ in range(2)]
        await asyncio.sleep(0.02)
        with pytest.raises(ThreadsBusy) as refused:
            await gate.run("a", work.of("late"))
        assert refused.value.retry_after > 0
        work.go.set()
        await asyncio.gather(*busy)
        return await gate.run("a", work.of("again"))

    with a_gate(4, wait_seconds=0.1) as gate:
        assert run(crowd(gate)) == "again"

    assert work.order == ["a", "a", "again"]


def test_a_client_that_goes_gives_its_turn_up_but_its_work_keeps_the_thread() -> None:
    work = Work()

    async def crowd(gate: Gate) -> None:
        at_work = asyncio.create_task(gate.run("a", work.of("a")))
        await asyncio.sleep(0.02)
        waiting = asyncio.create_task(gate.run("a", work.of("gone")))
        await asyncio.sleep(0.02)
        at_work.cancel()
        waiting.cancel()
        with pytest.raises(ThreadsBusy):
            await gate.run("a", work.of("early"))
        work.go.set()
        await gate.run("a", work.of("after"))

    with a_gate(1, wait_seconds=0.1) as gate:
        run(crowd(gate))

    assert work.order == ["a", "after"]


def test_nothing_is_lost_when_many_come_from_several_loops() -> None:
    work, dice = Work(), random.Random(7)  # noqa: S311 - no secret

    async def crowd(gate: Gate, names: list[str]) -> list[str | BaseException]:
        tasks = [asyncio.create_task(gate.run(one, work.of(one, 0.001))) for one in names]
        for task in dice.sample(tasks, 20):
            asyncio.get_running_loop().call_later(dice.uniform(0, 0.05), task.cancel)
        return await asyncio.gather(*tasks, return_exceptions=True)

    with a_gate(6) as gate, ThreadPoolExecutor(3) as loops:
        sent = [[dice.choice("abcd") for _ in range(150)] for _ in range(3)]
        answers = [
            one for future in [loops.submit(run, crowd(gate, s)) for s in sent] for one in future.result()
        ]
        while work.now["all"]:
            time.sleep(0.01)
        free = [run(gate.run(name, work.of(name, 0.001))) for name in "abcd"]

    assert {str(one) for one in answers} <= {*"abcd", ""}
    assert sum(isinstance(one, asyncio.CancelledError) for one in answers) <= 60
    assert work.most["all"] <= 6
    assert max(work.most[name] for name in "abcd") <= 3
    assert free == [*"abcd"]


@pytest.mark.parametrize("path", ["/login", "/api/v1/core.company", "/events", "/nothing/here"])
def test_every_door_says_when_to_come_back(
    app: Application, admin: Browser, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    gate, work = app.site.gate, Work()
    monkeypatch.setattr(gate, "wait_seconds", 0.1)
    name = admin.workspace.name

    async def take_all() -> None:
        await asyncio.gather(*(gate.run(name, work.of(name)) for _ in range(gate.most)))

    with ThreadPoolExecutor(1) as beside:
        taken = beside.submit(run, take_all())
        while work.now[name] < gate.most:
            time.sleep(0.01)
        refused = admin.get(path)
        probe = admin.client.get("/readyz")
        work.go.set()
        taken.result()
    after = admin.get("/login")

    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    assert "Too many people work at once. Nothing was changed." in refused.text
    assert (probe.status_code, after.status_code) == (200, 303)


def receive_of(*parts: tuple[float, bytes, bool]) -> bodies.Receive:
    """A body that comes in parts, each after so many seconds; then nothing for long."""
    left = list(parts)

    async def receive() -> dict[str, Any]:
        if not left:
            await asyncio.sleep(20)
        seconds, body, more = left.pop(0)
        await asyncio.sleep(seconds)
        return {"type": "http.request", "body": body, "more_body": more}

    return receive


async def read_whole(receive: bodies.Receive) -> int:
    read = 0
    while True:
        message = await receive()
        read += len(message["body"])
        if not message["more_body"]:
            return read


def test_a_body_that_stops_or_comes_too_slowly_is_given_up() -> None:
    for parts in ([(0, b"a=1", True)], [(0.05, b"a", True)] * 10, [(1, b"", False)]):
        with pytest.raises(bodies.TooSlow):
            run(read_whole(bodies.limited(receive_of(*parts), 1000, first_seconds=0.2)))


def test_a_body_with_the_least_rate_may_take_longer_than_the_first_seconds() -> None:
    part = bytes(bodies.LEAST_RATE // 10)

    whole = run(
        read_whole(
            bodies.limited(receive_of(*[(0.05, part, True)] * 8, (0, b"", False)), 10**6, first_seconds=0.2)
        )
    )

    assert whole == 8 * len(part)


def test_a_body_that_grows_past_its_limit_is_refused(admin: Browser) -> None:
    answer = admin.client.post("/profile", content=(b"x" * 65536 for _ in range(40)))

    assert (answer.status_code, answer.text) == (413, "This is too large: at most 2 MB.")


def test_a_body_that_comes_too_slowly_is_answered(
    app: Application, here: WorkspaceEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "FIRST_SECONDS", 0.1)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [
        (b"host", f"{here.name}.localhost".encode()),
        (b"content-type", b"multipart/form-data; boundary=x"),
    ]
    scope = {"type": "http", "method": "POST", "path": "/login", "query_string": b"", "headers": headers}
    run(app({**scope, "server": ("x", 1), "client": ("y", 1)}, receive_of((0, b"--x\r\n", True)), send))

    assert [one["status"] for one in sent[:1]] == [408]
    assert sent[1]["body"] == b"This came too slowly. Send it again."
