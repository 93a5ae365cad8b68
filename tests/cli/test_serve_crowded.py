"""A real server process whom a thousand connections tell nothing, and hundreds half of something."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest

from bench.crowd import crowd, page_times
from core.cli import web_server
from core.testing.web import a_person, serving_at

if TYPE_CHECKING:
    from pathlib import Path

    from core.testing.plugin import LiveWorkspace


@pytest.mark.addons("base")
def test_a_crowd_that_waits_takes_nothing_from_who_works(workspace: LiveWorkspace, tmp_path: Path) -> None:
    host = f"{workspace.entry.name}.localhost"
    token = a_person(workspace.platform, workspace.entry).token

    with serving_at(workspace.platform.server.url, str(tmp_path), 0) as (port, _process):
        page_times(port, host, token, 5)
        alone, quiet = page_times(port, host, token, 30)
        with crowd(port, host, token) as held:
            among, crowded = page_times(port, host, token, 30)
            cut_off = [kind for kind, ones in held.items() for one in ones if is_closed(one)]

    print(f"a page took {quiet:.1f} ms alone, {crowded:.1f} ms in the crowd")  # noqa: T201 - measured, not asserted
    assert (alone, among) == ({200}, {200})
    assert cut_off == []


def is_closed(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        while one.recv(65536):
            pass
    except BlockingIOError:
        return False
    return True


def test_a_connection_without_a_whole_head_is_closed_and_others_go_on(
    workspace: LiveWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(web_server.HEAD_SECONDS, "1")
    said = {"nothing": b"", "half a head": b"GET /login HTTP/1.1\r\nHost: some", "one request": ASKED}

    with serving_at(workspace.platform.server.url, str(tmp_path), 0) as (port, _process):
        ones = {what: socket.create_connection(("127.0.0.1", port), timeout=20) for what in said}
        for what, text in said.items():
            ones[what].sendall(text)
        began = time.monotonic()
        read = {what: b"".join(iter(lambda one=one: one.recv(65536), b"")) for what, one in ones.items()}  # type: ignore[misc]  # the loop's value is bound on purpose
        took = time.monotonic() - began
        for one in ones.values():
            one.close()

    assert (read["nothing"], read["one request"][:15]) == (b"", b"HTTP/1.1 200 OK")
    assert b" 200 " not in read["half a head"]
    assert took > 0.5


ASKED = b"GET /healthz HTTP/1.1\r\nHost: somewhere\r\n\r\n"
