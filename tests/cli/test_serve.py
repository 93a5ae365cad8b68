"""Several web workers behind one port: replaced without a lost request, counted together."""

from __future__ import annotations

import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil

from core.testing.web import serving_at

if TYPE_CHECKING:
    from pathlib import Path

    from core.testing.plugin import LiveWorkspace


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


def test_sighup_replaces_the_workers_one_by_one_and_no_request_fails(
    workspace: LiveWorkspace, tmp_path: Path
) -> None:
    stop = Event()

    def ask_all_the_time(port: int) -> list[tuple[int, str]]:
        seen = []
        while not stop.wait(0.03):
            seen.append(answered(port, "/login", "nobody.example"))
        return seen

    url = workspace.platform.server.url
    with serving_at(url, str(tmp_path), 0, workers=2) as (port, server), ThreadPoolExecutor(3) as pool:
        before = workers_of(server.pid)
        asking = [pool.submit(ask_all_the_time, port) for _ in range(3)]
        server.send_signal(signal.SIGHUP)
        until = time.monotonic() + 60
        while (
            workers_of(server.pid) & before or len(workers_of(server.pid)) != 2
        ) and time.monotonic() < until:
            time.sleep(0.1)
        after = workers_of(server.pid)
        stop.set()
        seen = [one for future in asking for one in future.result()]
        while counted(port, "page", 404) < len(seen) and time.monotonic() < until:
            time.sleep(0.1)

        assert (len(before), len(after), before & after) == (2, 2, set())
        assert set(seen) == {(404, "There is no workspace at this address.")}
        assert counted(port, "page", 404) == len(seen)
