"""Tell other systems what happened: an outbox of events, signed, repeated until taken, visible, replayed."""

from __future__ import annotations

from core.webhooks.events import emit

__all__ = ["emit"]
