"""Deliver events, signed; again later when the other system does not take them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import httpcore
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
from core.webhooks.public import PublicNetwork, resolve

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence

    from core.env import Env
    from core.jobs import Step

GIVE_UP = 10
"""Attempts before a delivery waits for a person: about a day after the event."""
KEEP_DAYS = 30
SECONDS = 10.0
"""For the whole of a delivery: connecting, sending, and the head of the answer."""
LANES = 2
"""Deliveries at once in a workspace. A webhook keeps to its lane, so that its events arrive one by one."""


@dataclass(frozen=True, slots=True)
class Message:
    """What one delivery sends, and where."""

    url: str
    body: bytes
    headers: dict[str, str]


def start(env: Env, delivery_id: int, webhook_id: int) -> None:
    """Deliver after this transaction."""
    lane = f"webhooks-{webhook_id % LANES}"
    defer_in(env, deliver_webhook, {"delivery_id": delivery_id}, lock=lane)


def add(env: Env, *, name: str, url: str, events: Sequence[str]) -> tuple[Webhook, str]:
    """Create a webhook with a fresh secret; give both, the secret to be shown once."""
    target = target_of(url)
    resolve(target.host.decode("ascii"), target.port or 443)
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
    start(env, delivery.id, delivery.webhook_id)


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
            start(env, delivery_id, webhook.id)


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


@job(title=_("Deliver a webhook"), queue="webhooks", in_steps=True)
def deliver_webhook(step: Step, delivery_id: int) -> None:
    """Deliver one event; the outcome stays on the delivery, and a failure is tried again later.

    Nothing of the database is held while the other system answers. When the process dies meanwhile, the event
    is told again: its delivery has one number, by which the other system knows it.
    """
    message = step(lambda env: _prepare(env, delivery_id))
    if message is None:
        return
    answer, problem = None, ""
    try:
        answer = post(message)
    except httpcore.TimeoutException:
        problem = str(_("The other system took longer than {seconds} seconds.", seconds=f"{SECONDS:g}"))
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        problem = f"{type(error).__name__}: {error}"
    except Invalid as error:
        problem = str(error)
    else:
        if not 200 <= answer < 300:
            problem = str(_("The other system answered {answer}.", answer=answer))
    step(lambda env: _note(env, delivery_id, answer, problem))


@job(title=_("Deliver a webhook again"), queue="webhooks")
def deliver_again(env: Env, delivery_id: int) -> None:
    """Put a delivery on the queue at its time: one that waits there would hold up those behind it."""
    delivery = env.session.get(env[WebhookDelivery], delivery_id)
    if delivery is not None:
        start(env, delivery.id, delivery.webhook_id)


@job(title=_("Forget old webhook deliveries"), cron="40 2 * * *")
def forget_old_deliveries(env: Env) -> None:
    """Drop what was delivered long ago."""
    model = env[WebhookDelivery]
    old = env.now() - timedelta(days=KEEP_DAYS)
    env.bulk_delete(WebhookDelivery, (model.status == DeliveryStatus.DELIVERED) & (model.delivered_at < old))


def target_of(url: str) -> httpcore.URL:
    """Where a webhook's address leads; Invalid when it is none of http or https."""
    try:
        found = httpx.URL(url)
    except httpx.InvalidURL:
        found = httpx.URL("")
    if found.scheme not in {"http", "https"} or not found.host or found.userinfo:
        raise Invalid(fields={"url": _("Write an address that begins with https://.")})
    return httpcore.URL(scheme=found.raw_scheme, host=found.raw_host, port=found.port, target=found.raw_path)


def post(message: Message) -> int:
    """Send a message and give the status of the answer, whose body is not read; no redirect is followed.

    Raise Invalid for an address that is not public, or what httpcore raises when there is no answer in time.
    """
    with (
        httpcore.ConnectionPool(_trusted(), network_backend=PublicNetwork(SECONDS)) as connections,
        connections.stream(
            "POST", target_of(message.url), headers=list(message.headers.items()), content=message.body
        ) as answer,
    ):
        return answer.status


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted; read once, which takes as long as a delivery."""
    return httpcore.default_ssl_context()


def _prepare(env: Env, delivery_id: int) -> Message | None:
    """Count an attempt and give what it sends; None when there is nothing to deliver, or not now."""
    model = env[WebhookDelivery]
    delivery = env.session.scalars(
        select(model).where(model.id == delivery_id).with_for_update(of=model)
    ).one_or_none()
    if delivery is None or delivery.status != DeliveryStatus.WAITING or not delivery.webhook.active:
        return None
    delivery.attempts += 1
    delivery.answer, delivery.error = None, None
    webhook = delivery.webhook
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
    return Message(webhook.url, body, headers)


def _note(env: Env, delivery_id: int, answer: int | None, problem: str) -> None:
    """Keep what became of an attempt; plan the next one when it was not taken."""
    delivery = env.session.get(env[WebhookDelivery], delivery_id, with_for_update=True)
    if delivery is None:
        return
    delivery.answer, delivery.error = answer, problem[:1000] or None
    if not problem:
        delivery.status, delivery.delivered_at = DeliveryStatus.DELIVERED, env.now()
    elif delivery.attempts >= GIVE_UP:
        delivery.status = DeliveryStatus.FAILED
    else:
        pause = timedelta(seconds=15 * 3 ** min(delivery.attempts, 8) // 2)
        defer_in(env, deliver_again, {"delivery_id": delivery.id}, at=env.now() + pause)
    env.session.flush()
