"""Two workspaces that know each other only as foreign systems, and the small program between them."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import ExternalSystem
from core.builtin.models import Company
from core.jobs.drain import drain
from core.security import tokens
from core.security.models import ApiToken, User, UserCompany, UserRole
from core.webhooks import delivery
from tests.rest.conftest import Api

if TYPE_CHECKING:
    from core.rest.dispatch import Dispatcher
    from core.testing.plugin import LiveWorkspace
    from tests.webhooks.receiver import Receiver

MESSAGES = "bridge_crm_erp.messages"


def program(
    workspace: LiveWorkspace, dispatcher: Dispatcher, *roles: str, system: str = "", fields: Any = ()
) -> Api:
    """A program with a token; with ``system`` it writes for that external system."""
    with workspace.env() as env:
        company = env.session.scalars(select(env[Company])).first()
        assert company is not None
        user = env.add(
            User, name="Program", email=f"program-{len(roles)}-{system or 'x'}@example.com".lower()
        )
        for role in roles:
            env.add(UserRole, user_id=user.id, role=role)
        env.add(UserCompany, user_id=user.id, company_id=company.id)
        secret = tokens.create(env, "Program", ("write",), user_id=user.id)
        if system:
            token = env.session.scalars(select(env[ApiToken]).where(env[ApiToken].user_id == user.id)).one()
            env.add(ExternalSystem, name=system, token_id=token.id)
        return Api(workspace, secret, dispatcher)


def hears(workspace: LiveWorkspace, name: str, receiver: Receiver) -> str:
    """Let a system hear of every event of the bridge; give the secret that signs."""
    with workspace.env() as env:
        return delivery.add(env, name=name, url=receiver.url, events=["bridge.*"])[1]


@dataclass
class Between:
    """Carries events from one workspace to the other, as an integrator's program would."""

    source: LiveWorkspace
    read: Api
    secret: str
    receiver: Receiver
    write: Api
    numbers: dict[int, str] = field(default_factory=dict)
    answers: list[tuple[str, int]] = field(default_factory=list)

    def carry(self) -> list[tuple[str, int]]:
        """Everything told so far; give each event with the status of its answer."""
        drain(self.source.platform, self.source.entry)
        told, self.receiver.told = self.receiver.told, []
        for headers, body in told:
            at, _, digest = headers["Passerelle-Signature"].removeprefix("t=").partition(",v1=")
            expected = hmac.new(self.secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
            assert hmac.compare_digest(digest, expected)
            event = json.loads(body)
            message = self._message(event)
            key = f"{event['workspace']}-{event['delivery']}"
            reply = self.write("POST", MESSAGES, message, idempotency_key=key)
            self.answers.append((message["event"], reply.status))
        done, self.answers = self.answers, []
        return done

    def _message(self, event: dict[str, Any]) -> dict[str, Any]:
        kind = event["event"].removeprefix("bridge.")
        record = self.read("GET", f"{event['model']}/{event['id']}").json
        make = getattr(self, f"_{event['model'].partition('.')[2]}")
        message: dict[str, Any] = {"event": kind, **make(kind, record)}
        return message

    def _order(self, kind: str, order: dict[str, Any]) -> dict[str, Any]:
        if kind == "order_cancelled":
            return {"id": str(order["id"]), "reason": order.get("cancel_reason") or ""}
        party = self.read("GET", f"base.party/{order['party_id']}").json
        return {
            "id": str(order["id"]),
            "number": order["number"],
            "customer": {"id": f"P{party['id']}", "name": party["name"], "email": party["email"]},
            "order_date": order["order_date"],
            "currency": order["currency"],
            "lines": [self._line(line) for line in order["lines"]],
        }

    def _line(self, line: dict[str, Any]) -> dict[str, Any]:
        product = self.read("GET", f"catalog.product/{line['product_id']}").json
        return {
            "id": str(line["id"]),
            "product": product["code"],
            "quantity": line["quantity"],
            "unit_price": line["unit_price"],
            "discount": line["discount"],
        }

    def _shipment(self, _kind: str, shipment: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": str(shipment["id"]),
            "number": shipment["number"],
            "order": shipment["origin"],
            "date": shipment["done_on"],
        }

    def _invoice(self, kind: str, invoice: dict[str, Any]) -> dict[str, Any]:
        if kind == "paid":
            return {"id": str(invoice["id"]), "open": invoice["open_amount"], "date": invoice["paid_on"]}
        return {
            "id": str(invoice["id"]),
            "number": invoice["number"],
            "order": invoice["origin"],
            "date": invoice["date"],
            "due_date": invoice["due_date"],
            "net": invoice["net"],
            "total": invoice["total"],
            "open": invoice["open_amount"],
            "currency": invoice["currency"],
        }
