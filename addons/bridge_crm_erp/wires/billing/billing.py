"""Bring invoiced, open and paid back to the CRM order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import case, func, select
from sqlalchemy.orm.attributes import set_committed_value

from addons.base.services import timeline
from addons.bridge_crm_erp.models import Event
from addons.bridge_crm_erp.services import effects
from addons.bridge_crm_erp.services.drift import compare as compare_sets
from addons.bridge_crm_erp.wires.billing.models import BilledOrder, Payment
from addons.bridge_crm_erp.wires.orders import mirror
from addons.bridge_crm_erp.wires.orders.models import MirroredOrder
from addons.erp_accounting.models import InvoiceKind, InvoiceState, PaymentStatus
from addons.erp_orders.services import progress
from addons.erp_orders.wires.accounting.models import OrderInvoice
from core.api import ZERO, _, writing_closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from sqlalchemy import Select

    from addons.bridge_crm_erp.services.drift import Comparison
    from addons.erp_accounting.models import Invoice
    from core.api import Env

Amounts = tuple["Decimal", "Decimal", Payment]


def invoiced(env: Env, invoice: Invoice) -> None:
    """An invoice was posted."""
    _tell(env, invoice, Event.INVOICED, _("Invoiced by {number}", number=invoice.number), locks=True)


def credited(env: Env, invoice: Invoice) -> None:
    """A credit note was posted."""
    _tell(env, invoice, Event.CREDITED, _("Credited by {number}", number=invoice.number), locks=True)


def paid(env: Env, invoice: Invoice) -> None:
    """An invoice was paid; again after a payment was replaced, so the day is part of the key."""
    _tell(env, invoice, Event.PAID, _("Paid: {number}", number=invoice.number), key=str(invoice.version))


def changed(env: Env, invoices: Iterable[Invoice]) -> None:
    """Less or more is open than before; what has just been paid follows by itself."""
    orders = {
        cast("OrderInvoice", invoice).order_id
        for invoice in invoices
        if invoice.payment_status is not PaymentStatus.PAID
    } - {None}
    if orders:
        with env.system("open amounts on the CRM order") as system:
            for order_id in sorted(cast("set[int]", orders)):
                bring_back(system, order_id)
            system.session.flush()


def hold(env: Env, invoice_ids: Sequence[int]) -> None:
    """Lock the CRM orders of posted invoices before those: what is paid shows there. Those of drafts are
    locked with their ERP orders."""
    found = [env.session.get(env[OrderInvoice], number) for number in invoice_ids]
    ids = {one.order_id for one in found if one is not None and one.is_posted and one.order_id is not None}
    if ids:
        mirror.hold(env, sorted(ids))


def sums(env: Env, order_ids: Iterable[int] | None = None) -> Mapping[int, Amounts]:
    """Invoiced and open, credit notes taken off, per ERP order with a posted invoice."""
    return {
        order_id or 0: _amounts(total, still_open)
        for order_id, total, still_open in env.session.execute(_sums(env, order_ids))
    }


def _sums(env: Env, order_ids: Iterable[int] | None) -> Select[*tuple[Any, ...]]:
    invoice = env[OrderInvoice]
    sign = case((invoice.kind == InvoiceKind.CUSTOMER_CREDIT_NOTE, -1), else_=1)
    query = (
        select(
            invoice.order_id,
            func.sum(invoice.total * sign).label("total"),
            func.sum(invoice.open_amount * sign).label("still_open"),
        )
        .where(invoice.state == InvoiceState.POSTED)
        .group_by(invoice.order_id)
    )
    if order_ids is None:
        return query.where(invoice.order_id.is_not(None))
    return query.where(invoice.order_id.in_(sorted(order_ids)))


def bring_back(env: Env, order_id: int) -> tuple[MirroredOrder, BilledOrder | None]:
    """Set what the CRM order of an ERP order shows; both orders and the sums are read in one statement."""
    mirrored, billed, amounts = env[MirroredOrder], env[BilledOrder], _sums(env, [order_id]).subquery()
    order, sales_order, _order_id, total, still_open = env.session.execute(
        select(mirrored, billed, amounts)
        .outerjoin(billed, billed.id == mirrored.crm_order_id)
        .outerjoin(amounts, amounts.c.order_id == mirrored.id)
        .where(mirrored.id == order_id)
    ).one()
    set_committed_value(order, "crm_order", sales_order)
    if sales_order is not None and total is not None:
        found = _amounts(total, still_open)
        with writing_closed(sales_order):
            sales_order.invoiced_amount, sales_order.open_amount, sales_order.payment = found
    return order, sales_order


def compare(env: Env) -> Iterator[Comparison]:
    """The amounts each CRM order shows with those of its invoices."""
    mirrored, sales = env[MirroredOrder], env[BilledOrder]
    orders = dict(
        env.session.execute(
            select(mirrored.id, mirrored.crm_order_id).where(
                mirrored.crm_order_id.is_not(None), mirrored.company_id.in_(env.company_ids)
            )
        ).all()
    )
    rows = env.session.execute(
        select(sales.id, sales.number, sales.invoiced_amount, sales.open_amount, sales.payment).where(
            sales.invoiced_amount.is_not(None), sales.company_id.in_(env.company_ids)
        )
    ).all()
    names = {row.id: row.number for row in rows}
    here = {row.id: tuple(row[2:]) for row in rows}
    there = {orders[order] or 0: amounts for order, amounts in sums(env).items() if order in orders}
    yield compare_sets(
        "amounts",
        _("Invoiced amounts"),
        here,
        there,
        lambda key: _name(names, key),
    )


def _name(names: Mapping[int, str], key: int) -> tuple[str, str]:
    return names.get(key, f"#{key}"), f"/app/crm_sales/order/{key}"


def repair(env: Env, record_id: int) -> None:
    """Bring the amounts of one CRM order back again."""
    mirrored = env[MirroredOrder]
    mine = (mirrored.crm_order_id == record_id) & mirrored.company_id.in_(env.company_ids)
    order_id = env.session.scalar(select(mirrored.id).where(mine))
    if order_id is not None:
        bring_back(env, order_id)
        env.session.flush()


def _tell(
    env: Env, invoice: Invoice, event: Event, sentence: str, *, key: str = "", locks: bool = False
) -> None:
    """Note the event on the CRM order. ``locks``: the order's progress follows, so read it locked at once."""
    order_id = cast("OrderInvoice", invoice).order_id
    if order_id is None:
        return
    lines = [line.order_line_id for line in invoice.lines if line.order_line_id] if locks else []  # type: ignore[attr-defined]  # the wire of erp_orders adds it
    with env.system("invoice told to the CRM order") as system:
        if lines:
            progress.orders_of(system, lines)
        order, sales_order = bring_back(system, order_id)
        if sales_order is None:
            return
        effects.done(system, event, invoice, sales_order, party_id=order.party_id, key=key)
        timeline.log(system, sales_order, sentence, topic="erp_accounting")
        system.session.flush()


def _amounts(total: Decimal, still_open: Decimal) -> Amounts:
    if still_open <= ZERO:
        return total, still_open, Payment.PAID
    return total, still_open, Payment.OPEN if still_open == total else Payment.PARTLY
