"""What the bills and the receipts of order lines are worth on the account of goods received. All in company
currency."""

from __future__ import annotations

from dataclasses import dataclass, field
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
from addons.erp_stock.services.quantities import in_document_unit
from core.api import ZERO, round_half_up, round_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from core.api import Env


@dataclass(slots=True)
class Side:
    """So much was received (or billed), worth so much; where it is known, in pieces from the oldest on."""

    quantity: Decimal = ZERO
    value: Decimal = ZERO
    pieces: list[tuple[Decimal, Decimal]] = field(default_factory=list)

    def of(self, part: Decimal, currency: str) -> Decimal:
        """The value of the oldest ``part`` of the quantity; all of it when all is asked."""
        if part == self.quantity or not self.quantity:
            return self.value
        worth, left = ZERO, part
        for quantity, value in self.pieces or [(self.quantity, self.value)]:
            if left <= 0:
                break
            worth += value if left >= quantity else value * left / quantity
            left -= min(left, quantity)
        return round_money(worth, currency)

    def add(self, quantity: Decimal, value: Decimal) -> None:
        """One more piece; one below zero takes from the newest."""
        self.quantity += quantity
        self.value += value
        if quantity > 0:
            self.pieces.append((quantity, value))
        while quantity < 0 and self.pieces:
            newest, worth = self.pieces.pop()
            if newest > -quantity:
                self.pieces.append((newest + quantity, worth * (newest + quantity) / newest))
            quantity += newest


@dataclass(frozen=True, slots=True)
class Receipt:
    """A move that brought goods for an order line: in the line's unit, its value without what came later."""

    move_id: int
    quantity: Decimal
    value: Decimal
    back: Decimal
    """Sent back since."""


def difference(received: Side, billed: Side, currency: str) -> Decimal:
    """What the quantity that is both received and billed costs more by its bills than by its receipts.

    When all that was received is billed, it is what is left on the account of goods received: taking it off
    leaves exactly zero. Bills and receipts beyond the other side count once the other side follows.
    """
    both = max(min(received.quantity, billed.quantity), ZERO)
    return billed.of(both, currency) - received.of(both, currency)


def for_goods(receipts: Sequence[Receipt], billed: Side, currency: str) -> dict[int, Decimal]:
    """What the goods of each receipt cost more by the bills, by the id of its move.

    Bills cover the oldest receipts first; what is not billed yet costs what it was received at. Goods that
    went back bear the price of those that stayed, so that they leave at what they are credited at.
    """
    found: dict[int, Decimal] = {}
    covered = ZERO
    for receipt in receipts:
        kept = receipt.quantity - receipt.back
        part = min(kept, billed.quantity - covered)
        if part <= 0:
            continue
        paid = billed.of(covered + part, currency) - billed.of(covered, currency)
        cost = paid * receipt.quantity / kept - receipt.value * part / kept
        found[receipt.move_id] = round_money(cost, currency)
        covered += part
    return found


def received(env: Env, line_ids: Iterable[int] | None = None) -> Mapping[int, Side]:
    """Received less returned per order line: quantity in its unit, value without what came later."""
    move, layer = env[PurchasedMove], env[Layer]
    source, target = aliased(env[Location]), aliased(env[Location])
    back = target.kind == LocationKind.SUPPLIER
    quantity = move.quantity / move.unit_factor
    query = (
        select(
            move.purchase_line_id,
            func.coalesce(case((back, move.return_of_id)), move.id),
            func.sum(case((back, -quantity), else_=quantity)),
            func.sum(layer.value - layer.landed),
            func.min(move.unit_factor),
            func.count(move.id),
        )
        .join(layer, layer.move_id == move.id)
        .join(source, source.id == move.source_location_id)
        .join(target, target.id == move.target_location_id)
        .where(
            move.state == MoveState.DONE,
            (source.kind == LocationKind.SUPPLIER) | back,
            move.purchase_line_id.is_not(None),
        )
        .group_by(move.purchase_line_id, func.coalesce(case((back, move.return_of_id)), move.id))
        .order_by(func.min(layer.on), func.min(layer.part), func.min(layer.id))
    )
    if line_ids is not None:
        query = query.where(move.purchase_line_id.in_(sorted(line_ids)))
    found: dict[int, Side] = {}
    for line, _receipt, moved, value, factor, moves in env.session.execute(query):
        side = found.setdefault(line or 0, Side())
        amount = in_document_unit(moved, factor, moves)
        side.quantity += amount
        side.value += value
        side.pieces.append((amount, value))
    return found


def receipts(env: Env, line_ids: Iterable[int] | None = None) -> Mapping[int, list[Receipt]]:
    """The moves that brought goods for order lines, the oldest first."""
    move, back, layer, source = env[PurchasedMove], aliased(env[PurchasedMove]), env[Layer], env[Location]
    returned = (
        select(func.coalesce(func.sum(back.quantity), ZERO))
        .where(back.return_of_id == move.id, back.state == MoveState.DONE)
        .scalar_subquery()
    )
    query = (
        select(
            move.purchase_line_id,
            move.id,
            move.quantity / move.unit_factor,
            layer.value - layer.landed,
            returned / move.unit_factor,
            move.unit_factor,
        )
        .join(layer, layer.move_id == move.id)
        .join(source, source.id == move.source_location_id)
        .where(
            move.state == MoveState.DONE,
            source.kind == LocationKind.SUPPLIER,
            move.purchase_line_id.is_not(None),
        )
        .order_by(layer.on, layer.part, layer.id)
    )
    if line_ids is not None:
        query = query.where(move.purchase_line_id.in_(sorted(line_ids)))
    found: dict[int, list[Receipt]] = {}
    for line, id_, quantity, value, gone, factor in env.session.execute(query):
        receipt = Receipt(id_, in_document_unit(quantity, factor), value, in_document_unit(gone, factor))
        found.setdefault(line or 0, []).append(receipt)
    return found


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
        found.setdefault(ordered_id, Side()).add(sign * round_half_up(amount, 6), sign * value)
    return found


def taken_off(env: Env, line_ids: Iterable[int] | None = None) -> Mapping[int, Decimal]:
    """The differences already posted, per order line."""
    model = env[PriceDifference]
    query = select(model.line_id, func.sum(model.amount)).group_by(model.line_id)
    if line_ids is not None:
        query = query.where(model.line_id.in_(sorted(line_ids)))
    return dict(env.session.execute(query).all())


def on_goods(env: Env, line_ids: Iterable[int] | None = None) -> Mapping[int, Decimal]:
    """What goods that came in bear of the differences, by the id of their move."""
    model = env[PriceDifference]
    query = (
        select(model.move_id, func.sum(model.amount))
        .where(model.move_id.is_not(None))
        .group_by(model.move_id)
    )
    if line_ids is not None:
        query = query.where(model.line_id.in_(sorted(line_ids)))
    return {move_id: amount for move_id, amount in env.session.execute(query) if move_id is not None}


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
