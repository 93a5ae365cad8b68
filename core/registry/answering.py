"""Units of work that go on without an addon whose answer raised.

What an addon only shows (a panel, a figure, a hint) must not take somebody else's page away. Its error has
undone the unit's transaction, because a failed statement ends it; so the unit is run again without it. After
some failures it is not asked any more for a while, and administrators see so under Settings, Apps.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict, deque
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from core.builtin.models import AddonEvent
from core.db.transaction import is_transient, retrying
from core.hooks import AnswerFailed, leaving_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.platform import Platform

log = logging.getLogger("passerelle.addons")
T = TypeVar("T")
FAILURES = 3
"""How many within ``SECONDS`` until an addon is left out of a workspace's answers, for as long again."""
SECONDS = 600.0
ACTION = "left out"
"""Of the history of apps."""
_failed: dict[tuple[str, str], deque[float]] = defaultdict(lambda: deque(maxlen=FAILURES))
_until: dict[tuple[str, str], float] = {}
_lock = Lock()


def answering(platform: Platform, workspace: str, unit: Callable[[], T]) -> T:
    """Run a whole unit of work: again when the database could not serialise it, and again without each
    addon whose answer raised meanwhile."""

    def with_own_error() -> T:
        try:
            return unit()
        except AnswerFailed as failed:
            if failed.__cause__ is not None and is_transient(failed.__cause__):
                raise failed.__cause__ from None
            raise

    without = left_out(workspace)
    while True:
        try:
            with leaving_out(without):
                return retrying(with_own_error)
        except AnswerFailed as failed:
            log.exception("%s", failed.message, extra={"workspace": workspace})
            if failed.unit in without:
                raise
            without |= {failed.unit}
            if _count(workspace, failed.unit):
                _tell(platform, workspace, failed)


def left_out(workspace: str) -> frozenset[str]:
    """The units that are not asked in a workspace just now."""
    now = time.monotonic()
    return frozenset(unit for (name, unit), end in list(_until.items()) if name == workspace and end > now)


def _count(workspace: str, unit: str) -> bool:
    """Note a failure; whether it was the one too many."""
    now, key = time.monotonic(), (workspace, unit)
    with _lock:
        times = _failed[key]
        times.append(now)
        if len(times) < FAILURES or now - times[0] > SECONDS:
            return False
        times.clear()
        _until[key] = now + SECONDS
        return True


def _tell(platform: Platform, workspace: str, failed: AnswerFailed) -> None:
    with platform.env(workspace, reason="an addon is left out") as env:
        name = failed.unit.partition("__")[0]
        env.session.add(env[AddonEvent](addon_name=name, action=ACTION, detail=failed.reason))
