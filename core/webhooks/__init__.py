"""Tell other systems what happened: an outbox of events, signed, repeated until taken, visible, replayed."""

from __future__ import annotations

from core.webhooks.delivery import latest, replay, switch
from core.webhooks.events import emit
from core.webhooks.models import Webhook, WebhookDelivery

__all__ = ["Webhook", "WebhookDelivery", "emit", "latest", "replay", "switch"]
