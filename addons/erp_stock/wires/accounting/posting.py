"""The entry of goods that came in or went out: perpetual inventory.

| from | to | debit | credit |
|---|---|---|---|
| supplier | stock | inventory | goods received, not invoiced |
| stock | customer | cost of goods sold | inventory |
| loss | stock | inventory | inventory differences |
| stock | loss | inventory differences | inventory |
| customer | stock | inventory | cost of goods sold |
| stock | supplier | goods received, not invoiced | inventory |
| stock | production | work in progress | inventory |
| production | stock | inventory | work in progress |

Landed costs: debit inventory, credit landed costs to be billed, which the bill of the carrier debits, or the
account on which that bill was booked; what was sold since goes on to cost of goods sold.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from addons.erp_accounting.models import JournalKind
from addons.erp_accounting.services import entries, ledgers
from addons.erp_stock.models import LocationKind
from addons.erp_stock.wires.accounting import proof
from addons.erp_stock.wires.accounting.models import BookedCost
from core.api import ZERO, _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from addons.erp_stock.models import Location, Move
    from addons.erp_stock.services.recosting import Revaluation
    from core.api import Env

PURPOSE = {
    LocationKind.SUPPLIER: "goods_received",
    LocationKind.CUSTOMER: "cost_of_sales",
    LocationKind.LOSS: "stock_loss",
    LocationKind.PRODUCTION: "production",
}
"""The account beside inventory, by where the goods came from or went to."""


def post(env: Env, moves: Sequence[Move]) -> None:
    """One entry a day for all moves of a shipment, count or scrap; nothing when none of them has a value."""
    by_day: dict[date, list[Move]] = {}
    for move in moves:
        by_day.setdefault(move.done_on or env.today(), []).append(move)
    for day, its in sorted(by_day.items()):
        shipment = its[0].shipment
        origin = shipment.number if shipment else (its[0].reason or "")
        _post(
            env, day, [(move, move.value or ZERO) for move in its], origin, _("Stock {origin}", origin=origin)
        )


def post_revaluations(env: Env, revaluations: Sequence[Revaluation]) -> None:
    """One entry a month for what became worth more or less: on the day of the month's last such move, or on
    the first day after it that is open."""
    by_month: dict[tuple[int, int], list[Revaluation]] = {}
    for one in revaluations:
        by_month.setdefault((one.on.year, one.on.month), []).append(one)
    with env.system("find an open day for a revaluation of stock") as system:
        locked = ledgers.locked_until(ledgers.of(system), JournalKind.STOCK)
    for _month, its in sorted(by_month.items()):
        reasons = {one.reason for one in its if one.reason}
        label = reasons.pop() if len(reasons) == 1 else _("Stock valued anew")
        day = max(one.on for one in its)
        if locked is not None and day <= locked:
            day = locked + timedelta(days=1)
        _post(env, day, [(one.move, one.difference - one.landed) for one in its], "", label)
        _post_landed(env, day, its)


def _post_landed(env: Env, day: date, revaluations: Sequence[Revaluation]) -> None:
    """Costs that became part of the stock are taken from where their bill puts them."""
    amount = sum((one.landed for one in revaluations), ZERO)
    if not amount:
        return
    cost = next((one.cost for one in revaluations if one.cost is not None), None)
    label = str(_("Landed costs"))
    with env.system("landed costs in the ledger") as system:
        account = cost.account_id if isinstance(cost, BookedCost) else None
        lines = [
            entries.signed(ledgers.account_id(system, "inventory"), amount, label=label),
            entries.signed(account or ledgers.account_id(system, "landed_costs"), -amount, label=label),
        ]
        entries.post_new(
            system,
            journal=JournalKind.STOCK,
            date=day,
            lines=lines,
            label=label,
            origin=cost.number if cost is not None else "",
        )


def _post(env: Env, day: date, values: Sequence[tuple[Move, Decimal]], origin: str, label: str) -> None:
    amounts: dict[str, Decimal] = {}
    for move, value in values:
        if value:
            purpose = PURPOSE[_outside(move).kind]
            amounts[purpose] = amounts.get(purpose, ZERO) + value
    label = str(label)
    with env.system("stock entry in the ledger") as system:
        inventory = ledgers.account_id(system, "inventory")
        lines = []
        for purpose, value in sorted(amounts.items()):
            if value:
                lines.append(entries.signed(inventory, value, label=label))
                lines.append(entries.signed(ledgers.account_id(system, purpose), -value, label=label))
        if lines:
            entries.post_new(
                system, journal=JournalKind.STOCK, date=day, lines=lines, label=label, origin=origin
            )


def open_books(env: Env) -> None:
    """Bring stock that was there before the ledger into the books, against retained earnings; once."""
    try:
        ledgers.of(env)
    except ledgers.NoBooks:
        return
    difference = proof.difference(env)
    if difference:
        label = str(_("Opening stock"))
        lines = [
            entries.signed(ledgers.account_id(env, "inventory"), difference, label=label),
            entries.signed(ledgers.account_id(env, "retained"), -difference, label=label),
        ]
        entries.post_new(env, journal=JournalKind.STOCK, date=env.today(), lines=lines, label=label)


def _outside(move: Move) -> Location:
    return move.source_location if move.target_location.is_owned else move.target_location
