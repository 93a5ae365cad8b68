"""Keep what another ERP delivered and invoiced of a CRM order, and show it beside the order."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select

from addons.base.services import timeline
from addons.base.services.sentences import Amount
from addons.bridge_crm_erp.models import AMOUNTS, Event, ForeignKind, ForeignLink
from addons.bridge_crm_erp.services import effects, incoming
from addons.bridge_crm_erp.services.messages import (
    ForeignCredited,
    ForeignDelivered,
    ForeignInvoiced,
    ForeignPaid,
    ForeignReturned,
)
from addons.bridge_crm_erp.wires.foreign_erp import invoices
from addons.bridge_crm_erp.wires.foreign_erp.models import BilledLink
from addons.crm_sales.models import Order, OrderStatus
from core.api import ZERO, Invalid, NotFound, RuleBroken, _

if TYPE_CHECKING:
    from addons.base.models import ExternalSystem
    from addons.bridge_crm_erp.services.messages import Message, Taken
    from core.api import Env

KINDS = {
    ForeignDelivered: (ForeignKind.DELIVERY, Event.DELIVERED),
    ForeignReturned: (ForeignKind.RETURN, Event.RETURNED),
    ForeignInvoiced: (ForeignKind.INVOICE, Event.INVOICED),
    ForeignCredited: (ForeignKind.CREDIT_NOTE, Event.CREDITED),
}


def receive(env: Env, system: ExternalSystem, message: Message) -> Taken | None:
    """What another ERP says of a CRM order; None for what is not about deliveries and invoices."""
    if isinstance(message, ForeignPaid):
        return _paid(env, system, message)
    if not isinstance(message, ForeignDelivered | ForeignReturned | ForeignInvoiced | ForeignCredited):
        return None
    kind, event = KINDS[type(message)]
    link = incoming.find(env, system, kind, message.id)
    if link is not None:
        return incoming.taken(env.get(Order, link.record_id), already=True)
    bill = message if isinstance(message, ForeignInvoiced | ForeignCredited) else None
    if bill is not None:
        invoices.check(bill)
    order = _order(env, system, message.order)
    link = incoming.keep(env, system, kind, message.id, order, message, number=message.number)
    if bill is not None:
        invoices.fill(env, cast("BilledLink", link), order, bill)
    key = f"{system.id}:{message.id}"
    effects.done(env, event, order, order, party_id=order.party_id, key=key)
    timeline.log(env, order, _sentence(system, message), party=order.party)
    return incoming.taken(order)


def beside(env: Env, order: Order) -> dict[str, Any] | None:
    """For the panel beside an order: its documents in other systems, invoiced and open."""
    if order.id is None:
        return None
    model = env[BilledLink]
    with env.system("documents of another ERP for a salesperson") as system:
        query = (
            select(model)
            .where(model.record_model == Order.model_name, model.record_id == order.id)
            .order_by(model.id)
        )
        links: list[dict[str, Any]] = [
            {"kind": link.kind.label, "number": link.number, "system": link.system.name, "at": link.at}
            | _billed(link)
            for link in system.session.scalars(query)
        ]
    if not links:
        return None
    still_open: dict[str, Decimal] = defaultdict(Decimal)
    for link in links:
        if link["open"]:
            still_open[link["currency"]] += link["open"]
    shown = env.access.shows(AMOUNTS)
    return {"links": links, "open": sorted(still_open.items()) if shown else (), "shown": shown}


def _billed(link: BilledLink) -> dict[str, Any]:
    if link.total is None:
        return {"open": None, "total": None, "currency": ""}
    sign = -1 if link.kind is ForeignKind.CREDIT_NOTE else 1
    still_open = sign * (link.open_amount or ZERO)
    return {"open": still_open, "total": sign * link.total, "currency": link.currency}


def _paid(env: Env, system: ExternalSystem, message: ForeignPaid) -> Taken:
    link = cast("BilledLink", incoming.known(env, system, ForeignKind.INVOICE, message.id))
    order = env.get(Order, link.record_id)
    if link.open_amount == message.open:
        return incoming.taken(order, already=True)
    if not ZERO <= message.open <= (link.total or ZERO):
        raise Invalid(fields={"open": _("An invoice is open with something between nothing and its total.")})
    incoming.heard(env, link, message)
    invoices.settle(env, link, message.open, message.date)
    key = f"{system.id}:{message.id}:{message.open}:{message.date}"
    effects.done(env, Event.PAID, order, order, party_id=order.party_id, key=key)
    still = Amount(message.open, link.currency or "", AMOUNTS)
    sentence = (
        _("{number} paid, {amount} still open", number=link.number, amount=still)
        if message.open
        else _("{number} paid in full", number=link.number)
    )
    timeline.log(env, order, sentence, party=order.party, tone="" if message.open else "ok")
    env.session.flush()
    return incoming.taken(order)


def _order(env: Env, system: ExternalSystem, key: str) -> Order:
    """By its key there when the other system told of it, else by our number."""
    model, link = env[Order], env[ForeignLink]
    known = (
        select(link.record_id)
        .where(link.system_id == system.id, link.kind == ForeignKind.ORDER, link.external_id == key)
        .scalar_subquery()
    )
    query = (
        select(model)
        .where(model.company_id == env.company_id, (model.number == key) | (model.id == known))
        .order_by(model.id)
        .limit(1)
    )
    order = env.session.scalars(query).one_or_none()
    if order is None:
        raise NotFound(
            _("There is no order {number}.", number=key),
            hint=_("Send the number of the order as it stands in this CRM."),
        )
    if order.status is not OrderStatus.CONFIRMED:
        raise RuleBroken(
            _("Order {number} is {status}.", number=order.number, status=order.status.label),
            hint=_("Only a confirmed order is delivered and invoiced."),
        )
    return order


def _sentence(
    system: ExternalSystem, message: ForeignDelivered | ForeignReturned | ForeignInvoiced | ForeignCredited
) -> str:
    said = {"number": message.number, "system": system.name}
    if isinstance(message, ForeignDelivered):
        if message.complete:
            return _("Delivered by {number} of {system}", **said)
        return _("Delivered in part by {number} of {system}", **said)
    if isinstance(message, ForeignReturned):
        return _("Returned by {number} of {system}", **said)
    amount = Amount(message.total, message.currency, AMOUNTS)
    if isinstance(message, ForeignInvoiced):
        return _("Invoiced by {number} of {system}, {amount}", amount=amount, **said)
    return _("Credited by {number} of {system}, {amount}", amount=amount, **said)
