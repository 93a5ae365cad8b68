"""Tell other systems what happened: signed, repeated until taken, visible on the Bridge page."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.bridge_crm_erp.models import Event
from core.api import (
    NotFound,
    Webhook,
    WebhookDelivery,
    _,
    emit_event,
    latest_deliveries,
    replay_delivery,
    switch_webhook,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env, Model

PREFIX = "bridge."


def events() -> list[tuple[str, str]]:
    """Name and label of every event that other systems can be told of."""
    return [(PREFIX + event.value, event.label) for event in Event]


def tell(env: Env, event: Event, record: Model) -> None:
    """Tell whoever listens, in the transaction of the event; they read the record through the API."""
    emit_event(env, PREFIX + event.value, record)


def listeners(env: Env) -> list[tuple[Webhook, int]]:
    """The other systems that hear of the bridge, each with how many events wait for it; two statements."""
    hook, told = env[Webhook], env[WebhookDelivery]
    found = [
        webhook
        for webhook in env.session.scalars(select(hook).order_by(hook.name, hook.id))
        if _hears(webhook)
    ]
    if not found:
        return []
    query = (
        select(told.webhook_id, func.count())
        .where(told.status != "delivered", told.event.startswith(PREFIX, autoescape=True))
        .group_by(told.webhook_id)
    )
    waiting = dict(env.session.execute(query).all())
    return [(webhook, waiting.get(webhook.id, 0)) for webhook in found]


def unfinished(env: Env, *, limit: int) -> Sequence[WebhookDelivery]:
    """Events that no system has taken yet, the newest first."""
    return latest_deliveries(env, PREFIX, limit=limit, unfinished=True)


def replay(env: Env, delivery_id: int) -> None:
    """Tell once more, whatever became of it."""
    with env.system("replay an event of the bridge") as system:
        delivery = system.get(WebhookDelivery, delivery_id, lock=True)
        ours = delivery.company_id is None or delivery.company_id in env.company_ids
        if not (ours and delivery.event.startswith(PREFIX)):
            raise NotFound(_("There is no such event of the bridge."))
        replay_delivery(system, delivery)


def switch(env: Env, webhook_id: int) -> Webhook:
    """Pause a listening system, or let it go on."""
    with env.system("pause or resume a system that hears of the bridge") as system:
        webhook = system.get(Webhook, webhook_id, lock=True)
        if not _hears(webhook):
            raise NotFound(_("There is no such system."))
        switch_webhook(system, webhook, active=not webhook.active)
        return webhook


def _hears(webhook: Webhook) -> bool:
    return any(fnmatchcase(PREFIX + event.value, pattern) for event in Event for pattern in webhook.events)
