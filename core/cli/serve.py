"""``passerelle serve``: the web server, with the job worker beside it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, nullcontext, suppress
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
from granian.server.embed import Server

from core import address
from core.cli import application, web_server
from core.cli.context import PORT, err, serve_locally, the_platform
from core.db import directory
from core.jobs import worker as queue
from core.platform import PROCESSES, share_connections
from core.registry import setup
from core.web import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from granian.server.common import AbstractServer

    from core.platform import Platform
    from core.web.app import Application


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port.", min=1, max=65535)] = PORT,
    workers: Annotated[int, typer.Option(help="Web worker processes.", min=1, max=64)] = 1,
    jobs: Annotated[bool, typer.Option(help="Run background jobs too.")] = True,
    json_logs: Annotated[bool, typer.Option(help="Log one JSON object a line.")] = False,
) -> None:
    """Serve all workspaces. With one worker everything runs in this process."""
    os.environ[application.LOG_JSON] = "1" if json_logs else ""
    # one more than work: while processes are replaced, the old and the new one are there
    os.environ.setdefault(PROCESSES, str(workers + jobs + 1 if workers > 1 else 1))
    platform = the_platform()
    err.print(str(share_connections(platform, jobs=queue.AT_ONCE if jobs and workers == 1 else 0)))
    serve_locally(platform, directory.entries(platform.server), port)
    _warn_of_address(platform)
    err.print(f"Passerelle answers at http://{host}:{port}. Ctrl C stops.")
    if host not in ("127.0.0.1", "::1", "localhost"):
        _print_codes(platform)
    if workers == 1:
        made = application.make()  # before there is a loop: it chooses the threads of the loop
        asyncio.run(_serve_here(made, host, port, jobs))
        return
    platform.server.dispose()  # this process only watches the workers
    _serve_with_workers(host, port, workers, jobs)


def _serve_with_workers(host: str, port: int, workers: int, jobs: bool) -> None:
    """Web workers in processes, each made from the code that is installed when it begins.

    SIGHUP replaces them, and the job worker, one after the other; no request is refused meanwhile.
    """
    multiprocessing.set_start_method("spawn")  # a fork would go on with the code of this process
    web = web_server.WebServer("core.cli.application:make", web_server.listen(host, port), workers)
    with TemporaryDirectory(prefix="passerelle-metrics-") as folder:
        os.environ[metrics.SHARED] = folder
        with _job_worker(web) if jobs else nullcontext():
            web.serve()


@contextmanager
def _job_worker(web: AbstractServer[Any]) -> Iterator[None]:
    """A job worker beside the web workers, replaced with them; what it has begun it ends."""
    command = [sys.executable, "-m", "core.cli", "worker"]
    running = [subprocess.Popen(command)]  # noqa: S603 - our own command

    def replace() -> None:
        running[0].terminate()
        running.insert(0, subprocess.Popen(command))  # noqa: S603 - our own command
        running[1:] = [old for old in running[1:] if old.poll() is None]

    web.on_reload(replace)
    try:
        yield
    finally:
        running[0].terminate()
        for process in running:
            process.wait(15)


def _warn_of_address(platform: Platform) -> None:
    """An address of the installation that leads nowhere would be left out of every link without a word."""
    everywhere = os.environ.get(address.INSTALLATION, "")
    entries = directory.entries(platform.server)
    if everywhere and entries and not any(address.leads_to(entry, everywhere) for entry in entries):
        err.print(
            f"[yellow]{address.INSTALLATION} is {everywhere}, which is no host of any workspace:"
            " it is not used. passerelle workspace hosts adds a host name.[/]"
        )


def _print_codes(platform: Platform) -> None:
    """A wizard that others can reach asks for a code; it is new with each start."""
    for entry in directory.entries(platform.server):
        if entry.state == "ready" and (code := setup.new_code(platform, entry)):
            err.print(f"Workspace {entry.name} waits for its set-up. Code: {code}")


async def _serve_here(made: Application, host: str, port: int, jobs: bool) -> None:
    platform = the_platform()
    server = Server(made, address=host, port=port, **web_server.options())
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(server.serve())]
    at_once = platform.server.budget.jobs if platform.server.budget else 0
    if jobs:
        tasks.append(asyncio.create_task(queue.work(platform, concurrency=at_once, handle_signals=False)))
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    asked = asyncio.create_task(stop.wait())
    done, _pending = await asyncio.wait([*tasks, asked], return_when=asyncio.FIRST_COMPLETED)
    made.end_streams()
    server.stop()  # type: ignore[no-untyped-call]  # granian annotates no method
    for task in tasks[1:]:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, asyncio.TimeoutError):
            await asyncio.wait_for(task, 15)
    asked.cancel()
    if asked not in done:
        raise typer.Exit(1)
