"""The web server of one process, and of several that share one listening socket.

The parent makes the socket and hands it to each worker. It stays open while workers come and go: what
connects meanwhile waits in its queue and is never refused, and nothing of the kernel is needed for that. A
worker is replaced by one that has answered ``/readyz`` to itself; only then the old one ends its streams,
answers what it has begun, and goes.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING, Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.net import SocketHolder  # type: ignore[attr-defined]  # granian's stubs leave it out
from granian.server.mp import MPServer

from core.cli.context import err

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableMapping
    from multiprocessing.synchronize import Event

    from core.web.app import Application

Worker = Any
"""The server's WorkerProcess, whose methods are not annotated."""
CONNECTIONS = 16_384
"""Open connections of a process: each costs a socket and some kilobytes. Work is limited by threads."""
OTHER_FILES = 512
"""Files and sockets of a process beside those connections."""
BACKLOG = 4096
"""Connections that wait to be accepted; the kernel may allow fewer (net.core.somaxconn)."""
HEAD_SECONDS = "PASSERELLE_HEAD_SECONDS"
"""How long a connection may lack a whole request head, be it new or between two requests."""
READY_SECONDS = 60
"""How long a new worker may take to become ready; else the old one stays."""
END_SECONDS = 75
"""How long a replaced worker may take for what it has begun: twice the longest statement of a page."""


def allowed_connections() -> int:
    """Raise the limit of open files as far as needed and allowed; return how many connections it gives."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else max(min(CONNECTIONS, soft - OTHER_FILES), 128)


def options() -> dict[str, Any]:
    """What servers of one and of several processes have in common."""
    connections = allowed_connections()
    if connections < CONNECTIONS // 2:
        err.print(
            f"[yellow]Only {connections} connections at once: raise the limit of open files (ulimit -Hn).[/]"
        )
    seconds = float(os.environ.get(HEAD_SECONDS, "") or 65)
    return {
        "interface": Interfaces.ASGI,
        "http": HTTPModes.http1,  # with HTTP/2 beside it, a connection that never speaks would never end
        "websockets": False,
        "backlog": BACKLOG,
        "backpressure": connections,
        "http1_settings": HTTP1Settings(header_read_timeout=int(seconds * 1000)),
        "log_level": LogLevels.error,
    }


def listen(host: str, port: int) -> socket.socket:
    """The socket that all workers accept from. Raise OSError when the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    listening.setblocking(False)
    return listening


class Announcing:
    """The application of a worker: tells its parent when it is ready, and ends its streams when asked."""

    def __init__(self, app: Application, ready: Event) -> None:
        self._app = app
        self._ready = ready
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """As the application; it is told of the process's start before it serves."""
        if scope["type"] == "lifespan":
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGUSR1, self._app.end_streams)
            self._task = loop.create_task(self._announce())
        await self._app(scope, receive, send)

    async def _announce(self) -> None:
        await asyncio.sleep(0.05)  # the server begins to accept as soon as the application has started
        while not await self._is_ready():
            await asyncio.sleep(0.25)
        self._ready.set()

    async def _is_ready(self) -> bool:
        answers: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                answers.append(message["status"])

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
            "scheme": "http", "path": "/readyz", "raw_path": b"/readyz", "root_path": "", "query_string": b"",
            "headers": [],
            "client": ("127.0.0.1", 0), "server": ("127.0.0.1", 0), "extensions": {}, "state": {},
        }  # fmt: skip
        await self._app(scope, receive, send)
        return answers == [200]


def _work(worker_id: int, name: Any, load: Callable[[], Application], shared: Any, *arguments: Any) -> None:
    """What a worker process does: the server's own work, on the socket that it inherited."""
    listening, ready = shared[1]
    holder = SocketHolder(listening.detach(), False, BACKLOG)  # type: ignore[call-arg]  # as it pickles itself
    apps: list[Application] = []

    def load_announcing() -> Announcing:
        apps.append(load())
        return Announcing(apps[0], ready)

    MPServer._spawn_asgi_lifespan_worker(worker_id, name, load_announcing, ((None, holder), None), *arguments)
    for app in apps:
        app.site.gate.executor.shutdown()  # work whose client has gone is ended too
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # the server's own threads abort an interpreter that is torn down under them


class WebServer(MPServer):
    """Several processes on one listening socket, replaced one after the other at SIGHUP."""

    def __init__(self, target: str, listening: socket.socket, workers: int) -> None:
        host, port = listening.getsockname()[:2]
        super().__init__(
            target, address=host, port=port, factory=True, workers=workers, respawn_failed_workers=True,
            workers_kill_timeout=END_SECONDS, **options(),
        )  # fmt: skip
        self._listening = listening

    def serve(self) -> None:  # type: ignore[override]  # what a worker does is settled
        """Serve until told to stop."""
        super().serve(spawn_target=_work)

    def _init_shared_socket(self) -> None:
        """It is there already."""

    def _drop_shared_socket(self) -> None:
        self._listening.close()

    def _new_worker(self, idx: int, target: Any, loader: Any) -> Worker:
        ready = multiprocessing.get_context("spawn").Event()
        self._sso = (self._listening, ready)  # what the server hands to its workers beside its settings
        worker: Worker = super()._spawn_worker(idx, target, loader)
        worker.ready = ready  # it lives as long as its process looks for it
        worker.start()
        return worker

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        self.wrks = [self._new_worker(idx, spawn_target, target_loader) for idx in range(self.workers)]

    def _respawn_workers(
        self, workers: Iterable[int], spawn_target: Any, target_loader: Any, delay: float = 0
    ) -> None:
        for idx in workers:
            old: Worker = self.wrks[idx]
            self.respawned_wrks[idx] = time.monotonic()
            new = self._new_worker(idx, spawn_target, target_loader)
            if old.is_alive() and not self._becomes_ready(new):
                if not self.interrupt_signal:
                    err.print("[red]The new worker did not become ready: the old ones go on.[/]")
                new.kill()
                new.join()
                return
            self.wrks[idx] = new
            self._end(old)

    def _becomes_ready(self, worker: Worker) -> bool:
        worker.interrupt_by_parent = True  # one that fails meanwhile is no crash of the server
        ends = time.monotonic() + READY_SECONDS
        while not worker.ready.wait(0.1):
            if not worker.is_alive() or self.interrupt_signal or time.monotonic() > ends:
                return False
        worker.interrupt_by_parent = False
        return True

    def _end(self, worker: Worker) -> None:
        """Let a worker answer what it has begun; whoever still holds it after a while is cut off."""
        _end_streams(worker)
        worker.terminate()
        ends = time.monotonic() + END_SECONDS
        while worker.is_alive() and time.monotonic() < ends and not self.interrupt_signal:
            worker.join(0.1)
        if worker.is_alive():
            worker.kill()
            worker.join()

    def _stop_workers(self) -> None:
        for worker in self.wrks:
            _end_streams(worker)
        super()._stop_workers()  # type: ignore[no-untyped-call]  # granian annotates no method


def _end_streams(worker: Worker) -> None:
    if worker.is_alive():
        os.kill(worker.inner.pid, signal.SIGUSR1)
