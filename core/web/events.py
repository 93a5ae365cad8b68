"""Tell open pages that something changed: ids only; each page asks again under its own user's rules."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import event, text

from core.db.application import STAYING
from core.orm.model import Model
from core.orm.session import EnvSession
from core.security.guard import company_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session, UOWTransaction

    from core.env import Env
    from core.platform import Platform

log = logging.getLogger("passerelle.events")

CHANNEL = "passerelle_changes"
MOST = 100
"""Records named in one message; beyond, only their models."""
_NOTIFY = text("SELECT pg_notify(:channel, :payload)")


Change = tuple[str, int, int | None]
"""Model, id, and the company whose record it is; None for what companies share."""
_changed: ContextVar[set[Change] | None] = ContextVar("changed", default=None)


@contextmanager
def announcing(env: Env) -> Iterator[None]:
    """Tell, at commit, which records the block changed. Nothing is heard of a transaction rolled back."""
    changed: set[Change] = set()
    token = _changed.set(changed)
    try:
        yield
        env.session.flush()
    finally:
        _changed.reset(token)
    _announce(env, changed)


def _collect(session: Session, _context: UOWTransaction) -> None:
    """After each flush, note the records of addons; core's own tables are nobody's screen."""
    changed = _changed.get()
    if changed is None:
        return
    for record in (*session.new, *session.dirty, *session.deleted):
        if isinstance(record, Model) and not record.model_name.startswith("core."):
            changed.add((record.model_name, record.id, company_of(session.env, record)))  # type: ignore[attr-defined]  # listened to on EnvSession only


event.listen(EnvSession, "after_flush", _collect)


def _announce(env: Env, changed: set[Change]) -> None:
    if not changed:
        return
    if len(changed) > MOST:
        changed = {(model, 0, company_id) for model, _id, company_id in changed}
    named = sorted(changed, key=lambda one: (one[0], one[1], one[2] or 0))
    payload = json.dumps({"w": env.workspace.schema, "c": named[:MOST]}, separators=(",", ":"))
    if len(payload) < 7900:
        env.scope.connection.execute(_NOTIFY, {"channel": CHANNEL, "payload": payload})


@dataclass(frozen=True, slots=True)
class Audience:
    """What one listener may hear of: models and companies they may read."""

    models: frozenset[str]
    company_ids: frozenset[int]

    @classmethod
    def of(cls, env: Env) -> Audience:
        """The user of an Env, with the rights held now."""
        readable = (name for name in env.registry.models if env.access.allows(name, "r"))
        return cls(frozenset(readable), frozenset(env.company_ids))

    def hears(self, model: str, company_id: int | None) -> bool:
        """Whether a change may be named to them."""
        return model in self.models and (company_id is None or company_id in self.company_ids)


Subscription = tuple[asyncio.AbstractEventLoop, "asyncio.Queue[list[Any]]", Audience]


class Listener:
    """One connection of the process that hears all workspaces; each page gets the news of its own."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._waiting: dict[str, set[Subscription]] = defaultdict(set)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()
        self.ending = False

    def subscribe(self, schema: str, audience: Audience) -> asyncio.Queue[list[Any]]:
        """A queue of the changes in one workspace that they may hear of, for the running event loop."""
        queue: asyncio.Queue[list[Any]] = asyncio.Queue(maxsize=200)
        with self._lock:
            self._waiting[schema].add((asyncio.get_running_loop(), queue, audience))
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="listen", daemon=True)
                self._thread.start()
        return queue

    def unsubscribe(self, schema: str, queue: asyncio.Queue[list[Any]]) -> None:
        """The page went away."""
        with self._lock:
            self._waiting[schema] = {pair for pair in self._waiting[schema] if pair[1] is not queue}

    def end_streams(self) -> None:
        """End every open stream, and each new one at once: the process goes, and pages listen elsewhere."""
        self.ending = True
        with self._lock:
            waiting = [one for subscriptions in self._waiting.values() for one in subscriptions]
        for loop, queue, _audience in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(_put, queue, [])

    def stop(self) -> None:
        """End the thread, at the latest a second later."""
        self._stopped.set()

    def _listen(self) -> None:
        address = self._platform.server.session_dsn
        while not self._stopped.is_set():
            try:
                with psycopg.connect(address, options=STAYING, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    while not self._stopped.is_set():
                        for notice in connection.notifies(timeout=1.0):
                            self._hand_out(notice.payload)
            except psycopg.Error:
                log.warning("the database went away; listening again in a moment")
                time.sleep(2)

    def _hand_out(self, payload: str) -> None:
        message = json.loads(payload)
        with self._lock:
            waiting = list(self._waiting.get(message["w"], ()))
        for loop, queue, audience in waiting:
            news = [
                [model, number]
                for model, number, company_id in message["c"]
                if audience.hears(model, company_id)
            ]
            if news and not loop.is_closed():
                loop.call_soon_threadsafe(_put, queue, news)


def _put(queue: asyncio.Queue[list[Any]], changes: list[Any]) -> None:
    if not queue.full():  # a page that cannot follow misses news, never the server
        queue.put_nowait(changes)
