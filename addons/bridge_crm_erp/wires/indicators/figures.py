"""The indicators that sales and operations share, each for a period and the current company.

They are read elevated: the dashboard is open to managers of the bridge, who need not be accountants.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, and_, cast, exists, func, or_, select

from addons.bridge_crm_erp.models import Effect, Event
from addons.bridge_crm_erp.wires.orders.models import MirroredOrder
from addons.crm_sales.models import Order, Quote
from addons.erp_accounting.models import (
    Account,
    AccountType,
    Entry,
    EntryLine,
    EntryState,
    InvoiceKind,
    InvoiceState,
    Journal,
    JournalKind,
)
from addons.erp_orders.wires.accounting.models import OrderInvoice
from addons.erp_orders.wires.stock.models import OrderedShipment
from addons.erp_stock.models import OperationKind, ShipmentState
from core.api import HUNDRED, ZERO, ngettext, round_half_up

if TYPE_CHECKING:
    from core.api import Env, Period

ERRORS = (Event.ORDER_AMENDED, Event.ORDER_CANCELLED, Event.RETURNED, Event.CREDITED)
UNFINISHED = (ShipmentState.WAITING, ShipmentState.PARTIAL, ShipmentState.READY)


def quote_to_cash(env: Env, period: Period) -> Decimal | None:
    """Median days from the quote (without one, the order) to the day its last invoice was paid.

    Of the orders whose last open invoice was paid in the period; None when there is none.
    """
    with env.system("days from quote to cash") as system:
        invoice, mirrored = system[OrderInvoice], system[MirroredOrder]
        order, quote = system[Order], system[Quote]
        paid = (
            select(invoice.order_id, func.max(invoice.paid_on).label("on"))
            .where(
                invoice.order_id.is_not(None),
                invoice.state == InvoiceState.POSTED,
                invoice.kind == InvoiceKind.CUSTOMER_INVOICE,
                invoice.company_id == env.company_id,
            )
            .group_by(invoice.order_id)
            .having(func.bool_and((invoice.open_amount == 0) & invoice.paid_on.is_not(None)))
            .subquery()
        )
        days = paid.c.on - func.coalesce(quote.quoted_on, order.order_date)
        query = (
            select(func.percentile_cont(0.5).within_group(days))
            .select_from(paid)
            .join(mirrored, mirrored.id == paid.c.order_id)
            .join(order, order.id == mirrored.crm_order_id)
            .outerjoin(quote, quote.id == order.quote_id)
            .where(paid.c.on.between(period.start, period.end))
        )
        median = system.session.scalar(query)
    return None if median is None else round_half_up(Decimal(str(median)), 1)


def late_deliveries(env: Env, period: Period) -> Decimal | None:
    """Deliveries of the period that left after the promised, else the requested day, per hundred."""
    with env.system("late deliveries") as system:
        shipment, order = system[OrderedShipment], system[MirroredOrder]
        due = func.coalesce(order.promised_date, order.requested_date)
        query = (
            select(func.count(), func.count().filter(shipment.done_on > due))
            .select_from(shipment)
            .join(order, order.id == shipment.order_id)
            .where(
                shipment.kind == OperationKind.DELIVERY,
                shipment.state == ShipmentState.DONE,
                shipment.company_id == env.company_id,
                shipment.done_on.between(period.start, period.end),
                due.is_not(None),
            )
        )
        return _share(*reversed(system.session.execute(query).one()))


def late_now(env: Env, _period: Period) -> str:
    """How many deliveries wait past their day."""
    with env.system("late deliveries") as system:
        shipment, order = system[OrderedShipment], system[MirroredOrder]
        query = (
            select(func.count())
            .select_from(shipment)
            .join(order, order.id == shipment.order_id)
            .where(
                shipment.kind == OperationKind.DELIVERY,
                shipment.state.in_(UNFINISHED),
                shipment.company_id == env.company_id,
                func.coalesce(order.promised_date, order.requested_date) < env.today(),
            )
        )
        number = system.session.scalar(query) or 0
    return ngettext("{n} waits past its day", "{n} wait past their day", number, n=number)


def dso(env: Env, period: Period) -> Decimal | None:
    """Receivables at the end of the period (today at the latest) over what was billed in it, times its days.

    Both with taxes, in company currency, from the posted entries; None when nothing was billed.
    """
    end = min(period.end, env.today())
    if end < period.start:
        return None
    with env.system("days sales outstanding") as system:
        line, entry = system[EntryLine], system[Entry]
        account, journal = system[Account], system[Journal]
        amount = line.debit - line.credit
        query = (
            select(
                func.sum(amount),
                func.sum(amount).filter(and_(line.date >= period.start, journal.kind == JournalKind.SALE)),
            )
            .join(entry, entry.id == line.entry_id)
            .join(account, account.id == line.account_id)
            .join(journal, journal.id == line.journal_id)
            .where(
                account.type == AccountType.RECEIVABLE,
                entry.state == EntryState.POSTED,
                line.company_id == env.company_id,
                line.date <= end,
            )
        )
        owed, sold = system.session.execute(query).one()
    if not sold or sold <= ZERO:
        return None
    days = (end - period.start).days + 1
    return round_half_up(Decimal(owed) / Decimal(sold) * days, 1)


def order_errors(env: Env, period: Period) -> Decimal | None:
    """Orders of the period that were amended, cancelled, returned or credited since, per hundred."""
    with env.system("orders with errors") as system:
        placed, wrong = system[Effect], system[Effect].__table__.alias("wrong")  # type: ignore[attr-defined]  # a composed class has its table
        day = cast(func.timezone(str(env.tz), placed.at), Date)
        order = Order.model_name
        about = or_(
            and_(wrong.c.source_model == order, wrong.c.source_id == placed.source_id),
            and_(wrong.c.target_model == order, wrong.c.target_id == placed.source_id),
        )
        bad = exists(
            select(wrong.c.id).where(
                wrong.c.company_id == env.company_id,
                wrong.c.event.in_([event.value for event in ERRORS]),
                about,
            )
        )
        query = select(func.count(), func.count().filter(bad)).where(
            placed.event == Event.ORDER_CONFIRMED,
            placed.source_model == order,
            placed.company_id == env.company_id,
            day.between(period.start, period.end),
        )
        return _share(*reversed(system.session.execute(query).one()))


def billed(env: Env, model: Any) -> Any:
    """Posted customer invoices of the current company."""
    return and_(
        model.state == InvoiceState.POSTED,
        model.kind == InvoiceKind.CUSTOMER_INVOICE,
        model.company_id == env.company_id,
    )


def _share(part: int, whole: int) -> Decimal | None:
    return round_half_up(Decimal(part) * HUNDRED / Decimal(whole), 1) if whole else None
