"""Many programs at once that read and write one workspace through a real server."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Crowd:
    """``answers`` counts what they were told: a status, or how a connection failed."""

    def __init__(self, port: int, host: str, token: str) -> None:
        self.port = port
        self.headers = {
            "Host": host,
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
        }
        self.answers: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    @contextmanager
    def working(self, clients: int) -> Iterator[None]:
        """So many clients work during the block, each with a connection of its own; all are heard out."""
        self._stopped.clear()
        with ThreadPoolExecutor(clients) as threads:
            working = [threads.submit(self._work, number) for number in range(clients)]
            try:
                yield
            finally:
                self._stopped.set()
            for one in working:
                one.result()

    def wait_for(self, answers: int) -> None:
        """Until so many more answers have come; a minute at most."""
        wanted, deadline = self.total() + answers, time.monotonic() + 60
        while self.total() < wanted:
            assert time.monotonic() < deadline, self.answers
            time.sleep(0.02)

    def total(self) -> int:
        """How many answers there were."""
        with self._lock:
            return self.answers.total()

    def _work(self, number: int) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=40)
        for turn in count():
            if self._stopped.is_set():
                break
            try:
                if turn % 2:
                    connection.request("GET", "/api/v1/base.party?limit=5", headers=self.headers)
                else:
                    body = json.dumps({"name": f"Client {number}, turn {turn}"})
                    connection.request("POST", "/api/v1/base.party", body, self.headers)
                answer = connection.getresponse()
                answer.read()
                said = str(answer.status)
            except (OSError, HTTPException) as error:
                connection.close()
                said = type(error).__name__
            with self._lock:
                self.answers[said] += 1
        connection.close()
