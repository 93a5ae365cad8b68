"""Other systems on the Bridge page: what could not be told, paused, gone on, told again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from core.jobs.drain import drain
from core.webhooks import Webhook, WebhookDelivery, delivery
from tests.bridge_crm_erp.factories import a_confirmed_sales_order
from tests.bridge_crm_erp.foreign import hears

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor
    from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.addons("crm_sales", "bridge_crm_erp")


def states(workspace: LiveWorkspace) -> list[str]:
    with workspace.env() as env:
        rows = env.session.scalars(select(env[WebhookDelivery]).order_by(env[WebhookDelivery].id))
        return [row.status.value for row in rows]


def first(workspace: LiveWorkspace, model: type[Webhook] | type[WebhookDelivery]) -> int:
    with workspace.env() as env:
        return env.session.scalars(select(env[model].id).order_by(env[model].id)).first() or 0


def test_what_another_system_did_not_take_is_shown_and_told_again(
    workspace: LiveWorkspace,
    client: Visitor,
    receiver: Receiver,
) -> None:
    hears(workspace, "Far ERP", receiver)
    receiver.answer = 503
    with workspace.env() as env:
        a_confirmed_sales_order(env)
    drain(workspace.platform, workspace.entry)

    shown = client.get("/bridge").text
    assert [text in shown for text in ("Far ERP", "1 event waits", "answered 503", "Replay")] == [True] * 4

    receiver.answer = 204
    client.post(f"/bridge/deliveries/{first(workspace, WebhookDelivery)}/replay")
    drain(workspace.platform, workspace.entry)
    assert states(workspace) == ["delivered"]
    assert "Replay" not in client.get("/bridge").text


def test_a_paused_system_hears_everything_once_it_goes_on(
    workspace: LiveWorkspace,
    client: Visitor,
    receiver: Receiver,
) -> None:
    hears(workspace, "Far ERP", receiver)
    with workspace.env() as env:
        a_confirmed_sales_order(env)
    hook = first(workspace, Webhook)

    client.post(f"/bridge/listeners/{hook}/switch")
    drain(workspace.platform, workspace.entry)
    assert (states(workspace), receiver.told) == (["waiting"], [])

    client.post(f"/bridge/listeners/{hook}/switch")
    drain(workspace.platform, workspace.entry)
    assert (states(workspace), len(receiver.told)) == (["delivered"], 1)


def test_the_page_reaches_no_other_webhook(
    workspace: LiveWorkspace,
    client: Visitor,
    visitor: Callable[..., Visitor],
    receiver: Receiver,
) -> None:
    with workspace.env() as env:
        hook = delivery.add(env, name="Warehouse", url=receiver.url, events=["base.party.*"])[0].id
        a_confirmed_sales_order(env)
    told = first(workspace, WebhookDelivery)

    assert client.post(f"/bridge/listeners/{hook}/switch").status_code == 404
    assert client.post(f"/bridge/deliveries/{told}/replay").status_code == 404
    looker = visitor(roles=["bridge_crm_erp.user"])
    assert looker.get("/bridge").status_code == 200
    assert looker.post(f"/bridge/listeners/{hook}/switch").status_code == 403
