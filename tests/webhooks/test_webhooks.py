from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from core.builtin.models import Company
from core.errors import Invalid
from core.jobs.drain import drain
from core.webhooks import delivery, emit, events
from core.webhooks.models import Webhook, WebhookDelivery

if TYPE_CHECKING:
    from core.env import Env
    from core.testing.plugin import LiveWorkspace
    from tests.webhooks.receiver import Receiver


def listening(workspace: LiveWorkspace, receiver: Receiver, *patterns: str) -> str:
    with workspace.env() as env:
        return delivery.add(env, name="Warehouse", url=receiver.url, events=patterns)[1]


def tell(workspace: LiveWorkspace, event: str = "core.company.renamed") -> int:
    with workspace.env() as env:
        return emit(env, event, env.session.scalars(select(env[Company])).one(), fields=("name",))


def states(workspace: LiveWorkspace) -> list[tuple[str, int, int | None, str | None]]:
    with workspace.env() as env:
        rows = env.session.scalars(select(env[WebhookDelivery]).order_by(env[WebhookDelivery].id))
        return [(row.status.value, row.attempts, row.answer, row.error) for row in rows]


def test_an_event_arrives_signed_and_without_values(workspace: LiveWorkspace, receiver: Receiver) -> None:
    secret = listening(workspace, receiver, "core.company.*")

    assert tell(workspace) == 1
    drain(workspace.platform, workspace.entry)

    [(headers, body)] = receiver.told
    at, _, digest = headers["Passerelle-Signature"].removeprefix("t=").partition(",v1=")
    assert hmac.compare_digest(
        digest, hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    )
    told = json.loads(body)
    assert set(told) == {"at", "company_id", "delivery", "event", "fields", "id", "model", "workspace"}
    assert (told["event"], told["model"], told["fields"]) == (
        "core.company.renamed",
        "core.company",
        ["name"],
    )
    assert states(workspace) == [("delivered", 1, 204, None)]


def test_only_the_events_asked_for_are_told(workspace: LiveWorkspace, receiver: Receiver) -> None:
    listening(workspace, receiver, "core.company.created", "base.*")

    assert tell(workspace) == 0


def test_a_delivery_that_is_not_taken_is_tried_again_and_can_be_replayed(
    workspace: LiveWorkspace, receiver: Receiver
) -> None:
    listening(workspace, receiver, "*")
    receiver.answer = 503
    tell(workspace)
    drain(workspace.platform, workspace.entry)
    assert states(workspace) == [("waiting", 1, 503, "The other system answered 503.")]

    receiver.answer = 200
    with workspace.env() as env:
        delivery.replay(env, env.session.scalars(select(env[WebhookDelivery])).one())
    drain(workspace.platform, workspace.entry)

    assert states(workspace) == [("delivered", 1, 200, None)]


def test_what_waited_while_a_system_was_paused_is_told_when_it_goes_on(
    workspace: LiveWorkspace, receiver: Receiver
) -> None:
    listening(workspace, receiver, "*")
    tell(workspace)
    with workspace.env() as env:
        delivery.switch(env, env.session.scalars(select(env[Webhook])).one(), active=False)
    drain(workspace.platform, workspace.entry)
    assert (receiver.told, states(workspace)) == ([], [("waiting", 0, None, None)])

    with workspace.env() as env:
        delivery.switch(env, env.session.scalars(select(env[Webhook])).one(), active=True)
    drain(workspace.platform, workspace.entry)

    assert (len(receiver.told), states(workspace)) == (1, [("delivered", 1, 204, None)])


def test_after_enough_attempts_a_delivery_waits_for_a_person(
    workspace: LiveWorkspace, receiver: Receiver
) -> None:
    listening(workspace, receiver, "*")
    receiver.answer = 500
    tell(workspace)
    drain(workspace.platform, workspace.entry)

    with workspace.env() as env:
        row = env.session.scalars(select(env[WebhookDelivery])).one()
        row.attempts = delivery.GIVE_UP - 1
        env.session.flush()
        delivery.start(env, row.id, row.webhook_id)
    drain(workspace.platform, workspace.entry)

    assert states(workspace) == [("failed", delivery.GIVE_UP, 500, "The other system answered 500.")]


def test_an_event_of_a_transaction_that_fails_is_never_told(
    workspace: LiveWorkspace, receiver: Receiver
) -> None:
    listening(workspace, receiver, "*")

    def refused() -> None:
        with workspace.env() as env:
            emit(env, "x.y.z", env.session.scalars(select(env[Company])).one())
            env.get(Company, 0)

    with pytest.raises(Exception, match="does not exist"):
        refused()

    drain(workspace.platform, workspace.entry)
    assert (receiver.told, states(workspace)) == ([], [])


@pytest.mark.parametrize(
    "url", ["ftp://x.example", "nowhere", "http://127.0.0.1/x", "http://[::1]/", "http://169.254.1.1/"]
)
def test_an_address_that_cannot_or_must_not_be_reached_is_refused(env: Env, url: str) -> None:
    with pytest.raises(Invalid) as refused:
        delivery.add(env, name="x", url=url, events=["*"])

    assert set(refused.value.fields) == {"url"}


def test_a_new_webhook_is_heard_of_at_once_in_its_own_process(
    workspace: LiveWorkspace, receiver: Receiver
) -> None:
    with workspace.env() as env:
        assert events.listeners(env) == ()
    listening(workspace, receiver, "*")

    assert tell(workspace) == 1
