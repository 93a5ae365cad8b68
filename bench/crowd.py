"""Pages of one client while a thousand connections say nothing and hundreds of others are half-way."""

from __future__ import annotations

import resource
import socket
import time
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from statistics import median
from typing import TYPE_CHECKING

from bench.lists import a_clerk
from bench.measure import Number
from bench.workspace import workspace
from core.platform import data_folder
from core.testing.web import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.measure import Bench
    from core.platform import Platform

PAGE = "/app/base/party/"
IDLE, HALF_SENT, STREAMS = 1000, 300, 300


def run(bench: Bench, platform: Platform) -> None:
    """Milliseconds of a page in a crowd, beside those of a quiet server of the same run."""
    with workspace(platform, ["base"]) as entry, serving(platform.server.url, str(data_folder())) as port:
        host, token = f"{entry.name}.localhost", a_clerk(platform, entry, "base.admin").token
        pages = bench.rows(200)
        page_times(int(port), host, token, 10)
        _statuses, quiet = page_times(int(port), host, token, pages)
        with crowd(int(port), host, token):
            _statuses, crowded = page_times(int(port), host, token, pages)
        bench.report(
            Number(
                "page in a crowd of 1,600 connections", crowded, "ms", floor=quiet, target=2.0, of_ratio=True
            )
        )


def page_times(port: int, host: str, token: str, pages: int) -> tuple[set[int], float]:
    """The statuses of a client that opens so many pages one after the other, and its median milliseconds."""
    connection, statuses, took = HTTPConnection("127.0.0.1", port, timeout=60), set(), []
    for _ in range(pages):
        began = time.perf_counter()
        connection.request("GET", PAGE, headers={"Host": host, "Cookie": f"session={token}"})
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - began) * 1000)
        statuses.add(answer.status)
    connection.close()
    return statuses, median(took)


@contextmanager
def crowd(port: int, host: str, token: str) -> Iterator[dict[str, list[socket.socket]]]:
    """Connections that say nothing, that stop in the middle of a form, and that listen to changes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8192)), hard))
    head = f"Host: {host}\r\nCookie: session={token}\r\n"
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n"
    said = {
        "idle": (IDLE, ""),
        "half sent": (HALF_SENT, f"POST /login HTTP/1.1\r\n{head}{form}\r\nemail=someb"),
        "streams": (STREAMS, f"GET /events HTTP/1.1\r\n{head}\r\n"),
    }
    with ExitStack() as held:
        made: dict[str, list[socket.socket]] = {}
        for kind, (count, text) in said.items():
            made[kind] = []
            for _ in range(count):
                one = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
                one.sendall(text.encode())
                made[kind].append(one)
        for one in made["streams"]:
            started = one.recv(4096)
            if not started.startswith(b"HTTP/1.1 200"):
                message = f"A stream was refused: {started[:100]!r}"
                raise ConnectionError(message)
        yield made
