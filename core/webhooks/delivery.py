"""Deliver events, signed; again later when the other system does not take them."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import secrets
import socket
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import msgspec
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.errors import Invalid
from core.i18n import _
from core.jobs import job
from core.jobs.defer import defer_in
from core.security.encryption import reveal
from core.security.refusals import only_administrators
from core.webhooks.events import forget
from core.webhooks.models import DeliveryStatus, Webhook, WebhookDelivery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.env import Env

GIVE_UP = 10
"""Attempts before a delivery waits for a person: about a day after the event."""
KEEP_DAYS = 30
TIMEOUT = 10.0


def add(env: Env, *, name: str, url: str, events: Sequence[str]) -> tuple[Webhook, str]:
    """Create a webhook with a fresh secret; give both, the secret to be shown once."""
    _refuse_bad_address(url)
    if not events:
        raise Invalid(fields={"events": _("Choose at least one event.")})
    only_administrators(env.access)
    secret = f"whsec_{secrets.token_urlsafe(32)}"
    with env.system("add a webhook") as system:
        made = system.add(Webhook, name=name, url=url, events=list(events), secret=secret)
    forget(env)
    return env.get(Webhook, made.id), secret


def remove(env: Env, webhook_id: int) -> str:
    """Remove a webhook with its deliveries; give its name."""
    only_administrators(env.access)
    with env.system("remove a webhook") as system:
        webhook = system.get(Webhook, webhook_id)
        name = webhook.name
        system.session.delete(webhook)
    forget(env)
    return name


def replay(env: Env, delivery: WebhookDelivery) -> None:
    """Deliver once more, whatever became of it."""
    only_administrators(env.access)
    with env.system("deliver once more") as system:
        again = system.get(WebhookDelivery, delivery.id, lock=True)
        again.status, again.attempts = DeliveryStatus.WAITING, 0
    defer_in(env, deliver_webhook, {"delivery_id": delivery.id})


def switch(env: Env, webhook: Webhook, *, active: bool) -> None:
    """Pause a webhook, or let it go on with everything that waits for it."""
    only_administrators(env.access)
    with env.system("pause a webhook or let it go on") as system:
        system.get(Webhook, webhook.id, lock=True).active = active
    forget(env)
    if active:
        model = env[WebhookDelivery]
        waiting = select(model.id).where(
            model.webhook_id == webhook.id, model.status == DeliveryStatus.WAITING
        )
        for delivery_id in env.session.scalars(waiting.order_by(model.id)):
            defer_in(env, deliver_webhook, {"delivery_id": delivery_id})


def latest(env: Env, event: str, *, limit: int, unfinished: bool = False) -> Sequence[WebhookDelivery]:
    """The latest deliveries of events that begin so, their webhooks with them; read-only."""
    model = env[WebhookDelivery]
    query = (
        select(model)
        .where(model.event.startswith(event, autoescape=True))
        .options(joinedload(model.webhook))
        .order_by(model.id.desc())
        .limit(limit)
    )
    if unfinished:
        query = query.where(model.status != DeliveryStatus.DELIVERED)
    return env.session.scalars(query).all()


def signature(secret: str, at: int, body: bytes) -> str:
    """Return what the header ``Passerelle-Signature`` holds: HMAC-SHA256 of "<at>.<body>"."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


@job(title=_("Deliver a webhook"))
def deliver_webhook(env: Env, delivery_id: int) -> None:
    """Deliver one event; the outcome stays on the delivery, and a failure is tried again later."""
    model = env[WebhookDelivery]
    delivery = env.session.scalars(
        select(model).where(model.id == delivery_id).with_for_update(of=model)
    ).one_or_none()
    if delivery is None or delivery.status != DeliveryStatus.WAITING or not delivery.webhook.active:
        return
    delivery.attempts += 1
    delivery.answer, delivery.error = None, None
    try:
        delivery.answer = _post(env, delivery)
    except (httpx.HTTPError, OSError, Invalid) as error:
        delivery.error = f"{type(error).__name__}: {error}"[:1000]
    else:
        if not 200 <= delivery.answer < 300:
            delivery.error = f"The other system answered {delivery.answer}."
    if delivery.error is None:
        delivery.status, delivery.delivered_at = DeliveryStatus.DELIVERED, env.now()
    elif delivery.attempts >= GIVE_UP:
        delivery.status = DeliveryStatus.FAILED
    else:
        pause = timedelta(seconds=15 * 3 ** min(delivery.attempts, 8) // 2)
        defer_in(env, deliver_webhook, {"delivery_id": delivery.id}, at=env.now() + pause)
    env.session.flush()


@job(title=_("Forget old webhook deliveries"), cron="40 2 * * *")
def forget_old_deliveries(env: Env) -> None:
    """Drop what was delivered long ago."""
    model = env[WebhookDelivery]
    old = env.now() - timedelta(days=KEEP_DAYS)
    env.bulk_delete(WebhookDelivery, (model.status == DeliveryStatus.DELIVERED) & (model.delivered_at < old))


def _post(env: Env, delivery: WebhookDelivery) -> int:
    webhook = delivery.webhook
    _refuse_bad_address(webhook.url)
    body = msgspec.json.encode({"delivery": delivery.id, "workspace": env.workspace.name} | delivery.payload)
    at = int(env.now().timestamp())
    with env.system("sign a webhook") as system:
        secret = reveal(system, system.get(Webhook, webhook.id), "secret")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Passerelle",
        "Passerelle-Event": delivery.event,
        "Passerelle-Delivery": str(delivery.id),
        "Passerelle-Signature": signature(secret, at, body),
    }
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
        return client.post(webhook.url, content=body, headers=headers).status_code


def _refuse_bad_address(url: str) -> None:
    """Only http(s), and never into the server's own network unless the operator allows it."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Invalid(fields={"url": _("Write an address that begins with https://.")})
    if os.environ.get("PASSERELLE_WEBHOOKS_TO_PRIVATE_NETWORKS") == "1":
        return
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP)
    except OSError as error:
        raise Invalid(fields={"url": _("Nobody knows the host {host}.", host=parts.hostname)}) from error
    for *_rest, address in found:
        if not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global:
            raise Invalid(
                fields={"url": _("{host} is inside the server's own network.", host=parts.hostname)},
                hint=_("The operator can allow it with PASSERELLE_WEBHOOKS_TO_PRIVATE_NETWORKS=1."),
            )
