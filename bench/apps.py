"""Enable an addon while people work and one long report runs; make a workspace; start from cold."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from addons.base.models import Party
from bench.measure import Number, clock
from bench.workspace import workspace
from core.builtin.models import AddonEvent
from core.registry import lifecycle

if TYPE_CHECKING:
    from bench.measure import Bench
    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

WORKERS = 6


def run(bench: Bench, platform: Platform) -> None:
    """Every built-in addon that the ground does not need, in one go, under load."""
    everything = [name for name in platform.discovered.addons if name not in {"core", "base"}]
    with clock() as alone, workspace(platform, everything):
        pass
    bench.report(Number("new workspace with all addons", alone[0], "s", target=10.0))
    with workspace(platform, ["base"]) as entry:
        load = _Load(platform, entry)
        with load, clock() as taken:
            lifecycle.enable(platform, entry, ["crm_sales"])
        bench.report(Number("enable an addon under load", taken[0], "s", target=2.0))
        bench.report(
            Number("longest wait of a request meanwhile", load.longest * 1000, "ms", load.usual * 1000, 300.0)
        )
        bench.report(Number("requests that failed meanwhile", float(load.failed), "requests", target=0.0))


class _Load:
    """Colleagues who read and write contacts, and one report that keeps its transaction open."""

    def __init__(self, platform: Platform, entry: WorkspaceEntry) -> None:
        self.platform, self.entry = platform, entry
        self.stop = threading.Event()
        self.times: list[float] = []
        self.failed = 0
        self.threads = [threading.Thread(target=self._work) for _ in range(WORKERS)]
        self.threads.append(threading.Thread(target=self._report))

    @property
    def longest(self) -> float:
        """Seconds of the slowest request."""
        return max(self.times)

    @property
    def usual(self) -> float:
        """Seconds of the median request."""
        return sorted(self.times)[len(self.times) // 2]

    def __enter__(self) -> None:
        for thread in self.threads:
            thread.start()
        time.sleep(0.5)

    def __exit__(self, *_: object) -> None:
        time.sleep(0.3)
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def _work(self) -> None:
        while not self.stop.is_set():
            began = time.perf_counter()
            try:
                with self.platform.env(self.entry) as env:
                    party = env.add(Party, name="Colleague's customer")
                    env.session.scalars(select(env[Party].name).where(env[Party].id == party.id)).one()
            except Exception:  # whatever it was, a colleague saw it
                self.failed += 1
            self.times.append(time.perf_counter() - began)
            time.sleep(0.02)

    def _report(self) -> None:
        with self.platform.env(self.entry) as env:
            env.session.scalars(select(env[AddonEvent])).all()
            while not self.stop.is_set():
                time.sleep(0.02)


COLD = """
import time
began = time.perf_counter()
from core import platform
from core.web.app import create_app
from litestar.testing import TestClient
made = create_app(platform.start())
with TestClient(made) as client:
    client.get("/login")
print(time.perf_counter() - began)
"""


def cold_start(bench: Bench, platform: Platform) -> None:
    """A new process, from its first import to the first page answered, beside a bare interpreter."""
    platform.server.engine.connect().execute(text("SELECT 1"))
    with clock() as bare:
        subprocess.run([sys.executable, "-c", "import sqlalchemy, litestar, jinja2"], check=True)
    answer = subprocess.run([sys.executable, "-c", COLD], check=True, capture_output=True, text=True)  # noqa: S603 - our own interpreter
    bench.report(Number("cold start to the first page", float(answer.stdout.split()[-1]), "s", bare[0], 2.5))
