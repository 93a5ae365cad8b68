"""How large a body may be, and how slowly it may come: who sends it slowly holds a task, never a thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

FORM_LIMIT = 2 * 1024 * 1024
UPLOAD_LIMIT = 40 * 1024 * 1024
"""Bytes of a body without, and with files."""
FIRST_SECONDS = 20.0
"""How long a body may take whatever its size; each byte that has come adds what the least rate gives it."""
LEAST_RATE = 8192
"""Bytes a second with which a body must come after the first seconds: what a weak mobile connection gives."""


class TooLarge(Exception):
    """The body passed its limit while it was read."""


class ClientGone(Exception):
    """Nobody is there any more to send the rest."""


class TooSlow(Exception):
    """The body came more slowly than the least rate, or stopped."""


def limited(receive: Receive, limit: int, *, first_seconds: float | None = None) -> Receive:
    """Receive a body within its limits, and what follows it. Raise TooLarge, TooSlow or ClientGone."""
    read, whole, began = 0, False, time.monotonic()

    async def next_message() -> Message:
        nonlocal read, whole
        if whole:
            return await receive()
        deadline = began + (first_seconds or FIRST_SECONDS) + read / LEAST_RATE
        try:
            async with asyncio.timeout(max(deadline - time.monotonic(), 0)):
                message = await receive()
        except TimeoutError as error:
            raise TooSlow from error
        if message["type"] == "http.disconnect":
            raise ClientGone
        read += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if read > limit:
            raise TooLarge
        return message

    return next_message
