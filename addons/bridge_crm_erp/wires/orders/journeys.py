"""CRM orders on their way through the ERP, for the Bridge page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from addons.base.models import Party
from addons.bridge_crm_erp.models import Event
from addons.bridge_crm_erp.services.journeys import Journey, Proof, Stop, proofs
from addons.bridge_crm_erp.wires.orders.models import FulfilledOrder, MirroredOrder
from addons.crm_sales.models import OrderStatus
from addons.erp_orders.models import Progress
from core.api import _, format_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from core.api import Env


def waiting(env: Env) -> dict[str, int]:
    """Confirmed CRM orders by what they wait for; payments where invoices come back."""
    sales = env[FulfilledOrder]
    payment = getattr(sales, "payment", None)
    confirmed = (sales.status == OrderStatus.CONFIRMED) & (sales.company_id == env.company_id)
    unfinished = sales.delivery.is_distinct_from(Progress.FULLY)
    unbilled = sales.invoicing.is_distinct_from(Progress.FULLY)
    columns = [func.count(), func.count().filter(unfinished), func.count().filter(unbilled)]
    if payment is not None:
        columns.append(func.count().filter(payment.in_(("open", "partly"))))
    row = env.session.execute(select(*columns).select_from(sales).where(confirmed)).one()
    names = ("orders", "undelivered", "uninvoiced", "unpaid")
    return dict(zip(names, row, strict=False))


def journeys(env: Env, *, only_waiting: bool, before: int, limit: int) -> Sequence[Journey]:
    """The newest confirmed CRM orders with an ERP order, each with the proof of its steps; two statements."""
    sales, mirrored, party = env[FulfilledOrder], env[MirroredOrder], env[Party]
    query = (
        select(sales, party.name, mirrored.promised_date)
        .join(mirrored, mirrored.crm_order_id == sales.id)
        .join(party, party.id == sales.party_id)
        .where(sales.status == OrderStatus.CONFIRMED, sales.company_id == env.company_id)
        .order_by(sales.id.desc())
        .limit(limit)
    )
    if before:
        query = query.where(sales.id < before)
    payment = getattr(sales, "payment", None)
    if only_waiting:
        done = sales.invoicing.is_not_distinct_from(Progress.FULLY)
        query = query.where(~done if payment is None else payment.is_distinct_from("paid"))
    rows = env.session.execute(query).all()
    found = proofs(env, "crm_sales.order", [order.id for order, *_rest in rows])
    today = env.today()
    return [
        _journey(order, name, promised, found.get(order.id, Proof()), today) for order, name, promised in rows
    ]


def _journey(order: Any, customer: str, promised: date | None, proof: Proof, today: date) -> Journey:
    paid = getattr(order, "payment", None)
    return Journey(
        order.id,
        order.number,
        f"/app/crm_sales/order/{order.id}",
        customer,
        _delivery(order, promised or order.requested_date, proof, today),
        _invoice(order, proof),
        _payment(paid, proof),
        _status(order, paid),
    )


def _delivery(order: Any, promised: date | None, proof: Proof, today: date) -> Stop:
    last = proof.events.get(Event.DELIVERED)
    if order.delivery is Progress.FULLY:
        return Stop("ok", format_date(last.at.date()) if last else str(_("Delivered")))
    if order.delivery is Progress.PARTLY:
        return Stop("run", str(_("Part")))
    if promised is None:
        return Stop("no", str(_("Waits")))
    return Stop("late" if promised < today else "run", format_date(promised))


def _invoice(order: Any, proof: Proof) -> Stop:
    if order.invoicing is Progress.FULLY:
        return Stop("ok", proof.name(Event.INVOICED) or str(_("Invoiced")))
    return Stop("run", str(_("Part"))) if order.invoicing is Progress.PARTLY else Stop("no", str(_("Waits")))


def _payment(paid: Any, proof: Proof) -> Stop:
    last = proof.events.get(Event.PAID)
    if paid == "paid":
        return Stop("ok", format_date(last.at.date()) if last else str(_("Paid")))
    return Stop("run", str(paid.label)) if paid else Stop("no", str(_("Waits")))


def _status(order: Any, paid: Any) -> Stop:
    if paid == "paid":
        return Stop("ok", str(_("Paid")))
    if order.invoicing is Progress.FULLY:
        return Stop("ok", str(_("Invoiced")))
    if order.delivery is Progress.FULLY:
        return Stop("ok", str(_("Delivered")))
    return Stop("ok", str(_("Ordered")))
