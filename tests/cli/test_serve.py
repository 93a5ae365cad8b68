"""Several web workers behind one port: replaced without a lost request, counted together."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil
import pytest

from core.testing.web import serving_at

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from core.platform import Platform


CLIENTS = 8
RELOADS = int(os.environ.get("PASSERELLE_TEST_RELOADS", "") or 2)
"""A campaign has 100 of them."""


@dataclass(frozen=True)
class TwoWorkers:
    port: int
    server: subprocess.Popen[bytes]
    code: Path


ANSWERED = (404, "There is no workspace at this address.")
CLOSED = (0, "RemoteDisconnected")


def answered(port: int, path: str, host: str) -> tuple[int, str]:
    asked = Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
    try:
        with urlopen(asked, timeout=20) as answer:  # noqa: S310 - our own server
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def workers_of(server: int) -> set[int]:
    """The processes that hold the port, beside the one that watches them."""
    found = set()
    for child in psutil.Process(server).children():
        with suppress(psutil.NoSuchProcess):  # it is ending
            if "spawn_main" in " ".join(child.cmdline()):
                found.add(child.pid)
    return found


def counted(port: int, kind: str, status: int) -> int:
    """What /metrics says of the GETs of a kind."""
    _status, text = answered(port, "/metrics", "127.0.0.1")
    found = re.findall(
        rf'passerelle_requests_total\{{kind="{kind}",method="GET",status="{status}"}} (\S+)', text
    )
    return int(float(found[0])) if found else 0


def ask_until(stop: Event, port: int) -> Counter[tuple[int, str]]:
    """Answers by status and text, each on a connection of its own; 0 and the error's name where none came."""
    seen: Counter[tuple[int, str]] = Counter()
    while not stop.wait(0.05):
        try:
            seen[answered(port, "/login", "nobody.example")] += 1
        except OSError as error:
            seen[0, type(error).__name__] += 1
    return seen


def wait_for_others(server: int, before: set[int]) -> set[int]:
    """The two workers that have taken the place of those before."""
    until = time.monotonic() + 90
    while (now := workers_of(server)) & before or len(now) != 2:
        assert time.monotonic() < until, (before, now)
        time.sleep(0.05)
    return now


@pytest.fixture(scope="module")
def two_workers(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoWorkers]:
    """A server with two workers, and a folder of code that they would find first."""
    code = tmp_path_factory.mktemp("code")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(code))
        data = str(tmp_path_factory.mktemp("data"))
        with serving_at(platform.server.url, data, 0, workers=2) as (port, server):
            yield TwoWorkers(port, server, code)


def test_sighup_replaces_the_workers_one_by_one_and_no_connection_is_refused(two_workers: TwoWorkers) -> None:
    """A connection that a worker took and heard nothing on yet is closed when it ends: its client asks again.

    That is the one thing that may happen, seldom: docs/operations.md has the number.
    """
    stop, (port, server) = Event(), (two_workers.port, two_workers.server)

    with held(port, 40), ThreadPoolExecutor(CLIENTS) as pool:
        asking = [pool.submit(ask_until, stop, port) for _ in range(CLIENTS)]
        generations = [workers_of(server.pid)]
        began = time.monotonic()
        try:
            for _ in range(RELOADS):
                server.send_signal(signal.SIGHUP)
                generations.append(wait_for_others(server.pid, generations[-1]))
        finally:
            stop.set()
        took = time.monotonic() - began
        seen = sum((future.result() for future in asking), Counter[tuple[int, str]]())
        until = time.monotonic() + 10
        while counted(port, "page", 404) < seen[ANSWERED] and time.monotonic() < until:
            time.sleep(0.1)
    print(f"{RELOADS} reloads in {took:.1f} s under {CLIENTS} clients: {dict(seen)}")  # noqa: T201 - measured

    assert seen.keys() - {CLOSED} == {ANSWERED}
    assert seen[CLOSED] <= 2 * RELOADS  # workers that ended, each with one such connection
    assert seen[ANSWERED] <= counted(port, "page", 404) <= seen.total()
    assert len(set().union(*generations)) == 2 * (RELOADS + 1)


def test_workers_that_cannot_start_replace_none(two_workers: TwoWorkers) -> None:
    before = workers_of(two_workers.server.pid)
    broken = two_workers.code / "sitecustomize.py"
    broken.write_text("import os\nfrom pathlib import Path\nPath(__file__ + '.tried').touch()\nos._exit(3)\n")

    two_workers.server.send_signal(signal.SIGHUP)
    until = time.monotonic() + 30
    while not (two_workers.code / "sitecustomize.py.tried").exists() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.5)
    broken.unlink()

    assert (two_workers.code / "sitecustomize.py.tried").exists()
    assert workers_of(two_workers.server.pid) == before
    assert answered(two_workers.port, "/readyz", "127.0.0.1")[0] == 200


@contextmanager
def held(port: int, connections: int) -> Iterator[None]:
    """So many connections that never say anything; no reload waits for them."""
    with ExitStack() as open_ones:
        for _ in range(connections):
            open_ones.enter_context(socket.create_connection(("127.0.0.1", port)))
        yield
