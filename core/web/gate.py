"""Who works in the threads of a process: requests wait here, one workspace's beside the others'.

A connection costs a socket and an open body a task; only what is worked on takes a thread, and a connection
to the database. So work is limited here, not by the number of connections.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from core.db.pool import WAIT_SECONDS
from core.db.refusals import DatabaseBusy

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
Turn = tuple[asyncio.AbstractEventLoop, "asyncio.Future[None]"]


class ThreadsBusy(DatabaseBusy):
    """Nobody was free for ten seconds: all threads work, or half of them for this workspace."""


class Gate:
    """The threads of a process, shared fairly: a workspace has at most half of them, rounded up.

    Workspaces that wait are served in turn, each in the order of its requests.
    """

    def __init__(self, threads: int, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self.executor = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self.most = (threads + 1) // 2
        self._free = threads
        self.wait_seconds = wait_seconds
        self._at_work: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[Turn]] = OrderedDict()
        self._lock = Lock()

    async def run(self, workspace: str, work: Callable[[], T]) -> T:
        """Run in a thread. Raise ThreadsBusy when none came free in time."""
        await self._enter(workspace)
        try:
            future = self.executor.submit(work)
        except RuntimeError:  # the process ends
            self._leave(workspace)
            raise
        future.add_done_callback(lambda _done: self._leave(workspace))  # its client may have gone long before
        return await asyncio.wrap_future(future)

    async def _enter(self, workspace: str) -> None:
        loop = asyncio.get_running_loop()
        turn = (loop, loop.create_future())
        with self._lock:
            if self._may_enter(workspace):
                self._take(workspace)
                return
            self._waiting.setdefault(workspace, deque()).append(turn)
        try:
            await asyncio.wait((turn[1],), timeout=self.wait_seconds)
        except asyncio.CancelledError:
            if not self._give_up(workspace, turn):
                self._leave(workspace)
            raise
        if not turn[1].done() and self._give_up(workspace, turn):
            raise ThreadsBusy

    def _may_enter(self, workspace: str) -> bool:
        return self._free > 0 and self._at_work[workspace] < self.most

    def _take(self, workspace: str) -> None:
        self._free -= 1
        self._at_work[workspace] += 1

    def _give_up(self, workspace: str, turn: Turn) -> bool:
        """Whether it still waited; else its turn has come just now."""
        with self._lock:
            waiting = self._waiting.get(workspace)
            if not waiting or turn not in waiting:
                return False
            waiting.remove(turn)
            if not waiting:
                del self._waiting[workspace]
            return True

    def _leave(self, workspace: str) -> None:
        with self._lock:
            self._free += 1
            self._at_work[workspace] -= 1
            if not self._at_work[workspace]:
                del self._at_work[workspace]
            while (following := self._next()) is not None:
                self._take(following)
                loop, turn = self._waiting[following].popleft()
                self._waiting.move_to_end(following)
                if not self._waiting[following]:
                    del self._waiting[following]
                try:
                    loop.call_soon_threadsafe(_wake, turn)
                except RuntimeError:  # its loop is closed, so it waits no more
                    self._free += 1
                    self._at_work[following] -= 1

    def _next(self) -> str | None:
        return next((one for one in self._waiting if self._may_enter(one)), None)


def _wake(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)
