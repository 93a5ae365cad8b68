"""Take price differences off the account of goods received, not invoiced.

| what happened | debit | credit |
|---|---|---|
| receipt | inventory | goods received |
| bill | goods received | supplier |
| the bill is dearer | inventory, and cost of goods sold for what left since | goods received |
| the bill is cheaper | goods received | inventory, and cost of goods sold for what left since |
| what goods cannot bear | price differences | goods received |

Returns and credit notes do the opposite. Where all that was received is billed, the account holds exactly
nothing for the order. Goods cannot bear what they left at when they went back to the vendor at another value
than they are credited at, nor anything once the costing method of their product changed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_accounting.models import JournalKind
from addons.erp_accounting.services import entries, ledgers
from addons.erp_purchase.models import Order, kept
from addons.erp_purchase.services import progress
from addons.erp_purchase.wires.accounting import billing
from addons.erp_purchase.wires.clearing import values
from addons.erp_purchase.wires.clearing.models import PriceDifference, PurchasingLedger
from addons.erp_purchase.wires.stock import receiving
from addons.erp_purchase.wires.stock.models import PurchasedMove
from addons.erp_stock.services import landing
from core.api import ZERO, RuleBroken, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from addons.erp_accounting.models import Invoice
    from addons.erp_purchase.models import Line
    from addons.erp_stock.models import Move, Shipment
    from addons.erp_stock.services.recosting import Revaluation
    from core.api import Env


class NotOfAnOrder(RuleBroken):
    def __init__(self, receipt: Shipment) -> None:
        super().__init__(
            _("{receipt} is for no purchase order.", receipt=receipt.number),
            hint=_("Write the supplier invoice by hand."),
        )


def bill_receipt(env: Env, receipt: Shipment) -> Invoice:
    """Draft the bill of what came in with one receipt and is not billed yet."""
    lines = receiving.lines_of(receipt.moves)
    with env.system("bill a receipt") as system:
        found = [order.id for order in progress.orders_of(system, lines)] if lines else []
    if not found:
        raise NotOfAnOrder(receipt)
    order = env.get(Order, found[0])
    most: dict[int, Decimal] = {}
    for move in receipt.moves:
        if isinstance(move, PurchasedMove) and move.purchase_line_id and move.done_on:
            most[move.purchase_line_id] = most.get(move.purchase_line_id, ZERO) + move.unit_quantity
    return billing.create_bill(env, order, most=most)


def after_bill(env: Env, invoice: Invoice) -> None:
    """A bill or a credit note was posted."""
    settle(env, billing.order_lines(invoice), invoice.date or env.today())


def after_moves(env: Env, moves: Sequence[Move]) -> None:
    """Goods came in or went back; their own entry is posted already."""
    days = [move.done_on for move in moves if move.done_on]
    settle(env, receiving.lines_of(moves), max(days, default=env.today()))


def after_revaluation(env: Env, revaluations: Sequence[Revaluation]) -> None:
    """Goods that came in are worth more or less, or left at another value when they went back."""
    lines = receiving.lines_of([one.move for one in revaluations])
    settle(env, lines, max((one.on for one in revaluations), default=env.today()))


def settle(env: Env, line_ids: Iterable[int], day: date) -> None:
    """Take off what the goods that are both received and billed cost more or less, as far as it is not taken
    off yet: into their value, the rest onto the account of price differences."""
    wanted = sorted(set(line_ids))
    if not wanted:
        return
    with env.system("price differences of purchase orders") as system:
        kept.keep(system)
        for order in progress.orders_of(system, wanted):
            lines = [line for line in order.products if line.id in wanted]
            _onto_goods(system, order, lines, day)
            _onto_account(system, order, lines, day)


def _onto_goods(env: Env, order: Order, lines: Sequence[Line], day: date) -> None:
    ids = [line.id for line in lines]
    received, billed = values.receipts(env, ids), values.billed(env, ids)
    borne = values.on_goods(env, ids)
    due: dict[int, tuple[int, Decimal]] = {}
    for line in lines:
        its = received.get(line.id, [])
        wanted = values.for_goods(its, billed.get(line.id, values.Side()), env.company.currency)
        for receipt in its:
            missing = wanted.get(receipt.move_id, ZERO) - borne.get(receipt.move_id, ZERO)
            if missing:
                due[receipt.move_id] = (line.id, missing)
    reachable = landing.reachable(env, due) if due else set()
    if not reachable:
        return
    move = env[PurchasedMove]
    moves = env.session.scalars(select(move).where(move.id.in_(sorted(reachable))).order_by(move.id)).all()
    day = max(day, *(found.done_on or day for found in moves))
    for found in moves:
        line_id, amount = due[found.id]
        env.session.add(env[PriceDifference](line_id=line_id, move_id=found.id, on=day, amount=amount))
    env.session.flush()
    amounts = [(found, due[found.id][1]) for found in moves]
    landing.add(env, amounts, on=day, reason=_label(order))


def _onto_account(env: Env, order: Order, lines: Sequence[Line], day: date) -> None:
    ids = [line.id for line in lines]
    received, billed = values.received(env, ids), values.billed(env, ids)
    taken = values.taken_off(env, ids)
    due = {}
    for line in lines:
        now = values.difference(
            received.get(line.id, values.Side()),
            billed.get(line.id, values.Side()),
            env.company.currency,
        )
        if now != taken.get(line.id, ZERO):
            due[line] = now - taken.get(line.id, ZERO)
    if due:
        _post(env, order, due, day)


def _label(order: Order) -> str:
    return str(_("Price difference {order}", order=order.title))


def account_of(env: Env) -> int:
    """The account of price differences; without one that of goods sold."""
    ledger = ledgers.of(env)
    if isinstance(ledger, PurchasingLedger) and ledger.price_difference_id is not None:
        return ledger.price_difference_id
    return ledgers.account_id(env, "cost_of_sales")


def _post(env: Env, order: Order, due: dict[Line, Decimal], day: date) -> None:
    locked = ledgers.locked_until(ledgers.of(env), JournalKind.STOCK)
    if locked is not None and day <= locked:
        day = locked + timedelta(days=1)
    label = _label(order)
    goods, differences = ledgers.account_id(env, "goods_received"), account_of(env)
    lines = []
    for line, amount in due.items():
        name = f"{label}, {line.description}"[:200]
        lines.append(entries.signed(differences, amount, label=name))
        lines.append(entries.signed(goods, -amount, label=name))
    entry = entries.post_new(
        env, journal=JournalKind.STOCK, date=day, lines=lines, label=label, origin=order.title
    )
    for line, amount in due.items():
        env.session.add(env[PriceDifference](line_id=line.id, entry_id=entry.id, on=day, amount=amount))
    env.session.flush()
