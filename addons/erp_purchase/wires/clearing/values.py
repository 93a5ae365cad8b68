"""What the bills and the receipts of order lines are worth on the account of goods received. All in company
currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from addons.erp_accounting.models import Entry, EntryLine, Invoice, InvoiceState, Ledger
from addons.erp_purchase.models import Line
from addons.erp_purchase.wires.accounting import billing
from addons.erp_purchase.wires.accounting.models import BilledInvoice, BilledLine
from addons.erp_purchase.wires.clearing.models import PriceDifference
from addons.erp_purchase.wires.stock.models import PurchasedMove
from addons.erp_stock.models import Layer, Location, LocationKind, MoveState
from core.api import ZERO, round_half_up, round_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from core.api import Env


@dataclass(slots=True)
class Side:
    """So much was received (or billed), worth so much."""

    quantity: Decimal = ZERO
    value: Decimal = ZERO

    def of(self, part: Decimal, currency: str) -> Decimal:
        """The value of a part of the quantity; all of it when all is asked."""
        if part == self.quantity or not self.quantity:
            return self.value
        return round_money(self.value * part / self.quantity, currency)


def difference(received: Side, billed: Side, currency: str) -> Decimal:
    """What the quantity that is both received and billed costs more by its bills than by its receipts.

    When all that was received is billed, it is what is left on the account of goods received: taking it off
    leaves exactly zero. Bills and receipts beyond the other side count once the other side follows.
    """
    both = max(min(received.quantity, billed.quantity), ZERO)
    return billed.of(both, currency) - received.of(both, currency)


def received(env: Env, line_ids: Iterable[int] | None = None) -> Mapping[int, Side]:
    """Received less returned per order line: quantity in its unit, value without landed costs."""
    move, layer = env[PurchasedMove], env[Layer]
    source, target = aliased(env[Location]), aliased(env[Location])
    back = target.kind == LocationKind.SUPPLIER
    quantity = move.quantity / move.unit_factor
    query = (
        select(
            move.purchase_line_id,
            func.sum(case((back, -quantity), else_=quantity)),
            func.sum(layer.value - layer.landed),
        )
        .join(layer, layer.move_id == move.id)
        .join(source, source.id == move.source_location_id)
        .join(target, target.id == move.target_location_id)
        .where(
            move.state == MoveState.DONE,
            (source.kind == LocationKind.SUPPLIER) | back,
            move.purchase_line_id.is_not(None),
        )
        .group_by(move.purchase_line_id)
    )
    if line_ids is not None:
        query = query.where(move.purchase_line_id.in_(sorted(line_ids)))
    return {
        line: Side(round_half_up(quantity, 6), value) for line, quantity, value in env.session.execute(query)
    }


def billed(env: Env, line_ids: Iterable[int] | None = None) -> Mapping[int, Side]:
    """Billed less credited per order line: quantity in its unit, value as the ledger booked it."""
    line, invoice, ordered, ledger = env[BilledLine], env[BilledInvoice], env[Line], env[Ledger]
    quantity, units = billing.in_order_unit(env, line, ordered)
    query = (
        select(line.id, line.purchase_line_id, quantity, line.net, invoice)
        .join(invoice, invoice.id == line.invoice_id)
        .join(ordered, ordered.id == line.purchase_line_id)
        .join(ledger, ledger.company_id == invoice.company_id)
        .where(
            invoice.kind.in_(billing.KINDS),
            invoice.state == InvoiceState.POSTED,
            line.account_id == ledger.goods_received_id,
        )
        .order_by(line.id)
    )
    for unit, key in units:
        query = query.outerjoin(unit, unit.id == key)
    if line_ids is not None:
        query = query.where(line.purchase_line_id.in_(sorted(line_ids)))
    found: dict[int, Side] = {}
    shares: dict[int, Mapping[int, Decimal]] = {}
    for id_, ordered_id, amount, net, bill in env.session.execute(query).all():
        sign = -1 if bill.kind in billing.NOTES else 1
        if bill.rate == 1 and bill.net == bill.net_company:
            value = net
        else:
            if bill.id not in shares:
                shares[bill.id] = _booked(env, bill)
            value = shares[bill.id][id_]
        side = found.setdefault(ordered_id, Side())
        side.quantity += sign * round_half_up(amount, 6)
        side.value += sign * value
    return found


def taken_off(env: Env, line_ids: Iterable[int] | None = None) -> Mapping[int, Decimal]:
    """The differences already posted, per order line."""
    model = env[PriceDifference]
    query = select(model.line_id, func.sum(model.amount)).group_by(model.line_id)
    if line_ids is not None:
        query = query.where(model.line_id.in_(sorted(line_ids)))
    return dict(env.session.execute(query).all())


def _booked(env: Env, bill: Invoice) -> Mapping[int, Decimal]:
    """What each line of a foreign bill put on the account of goods received; together what was booked.

    Each line is converted on its own; the largest takes the difference of conversion.
    """
    ledger, entry_line, entry = env[Ledger], env[EntryLine], env[Entry]
    account = select(ledger.goods_received_id).where(ledger.company_id == bill.company_id).scalar_subquery()
    total = env.session.scalar(
        select(func.sum(entry_line.debit - entry_line.credit))
        .join(entry, entry.id == entry_line.entry_id)
        .where(entry.id == bill.entry_id, entry_line.account_id == account)
    )
    goods_received = env.session.scalar(select(account))
    home = env.company.currency
    parts = {
        line.id: round_money(line.net * bill.rate, home)
        for line in bill.lines
        if line.account_id == goods_received
    }
    missing = abs(total or ZERO) - sum(parts.values(), ZERO)
    if missing and parts:
        largest = max(parts, key=lambda id_: (abs(parts[id_]), -id_))
        parts[largest] += missing
    return parts
