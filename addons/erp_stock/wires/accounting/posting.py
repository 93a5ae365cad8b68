"""The entry of goods that came in or went out: perpetual inventory.

| from | to | debit | credit |
|---|---|---|---|
| supplier | stock | inventory | goods received, not invoiced |
| stock | customer | cost of goods sold | inventory |
| loss | stock | inventory | inventory differences |
| stock | loss | inventory differences | inventory |
| customer | stock | inventory | cost of goods sold |
| stock | supplier | goods received, not invoiced | inventory |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_accounting.models import JournalKind
from addons.erp_accounting.services import entries, ledgers
from addons.erp_stock.models import LocationKind
from addons.erp_stock.wires.accounting import proof
from core.api import ZERO, _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from addons.erp_stock.models import Location, Move
    from core.api import Env

PURPOSE = {
    LocationKind.SUPPLIER: "goods_received",
    LocationKind.CUSTOMER: "cost_of_sales",
    LocationKind.LOSS: "stock_loss",
    LocationKind.PRODUCTION: "stock_loss",
}
"""The account beside inventory, by where the goods came from or went to."""


def post(env: Env, moves: Sequence[Move]) -> None:
    """One entry for all moves of a shipment, count or scrap; nothing when none of them has a value."""
    amounts: dict[str, Decimal] = {}
    for move in moves:
        if move.value:
            purpose = PURPOSE[_outside(move).kind]
            amounts[purpose] = amounts.get(purpose, ZERO) + move.value
    if not amounts:
        return
    shipment = moves[0].shipment
    origin = shipment.number if shipment else (moves[0].reason or "")
    label = str(_("Stock {origin}", origin=origin))
    day = moves[0].done_on or env.today()
    with env.system("stock entry in the ledger") as system:
        inventory = ledgers.account_id(system, "inventory")
        lines = []
        for purpose, value in sorted(amounts.items()):
            lines.append(entries.signed(inventory, value, label=label))
            lines.append(entries.signed(ledgers.account_id(system, purpose), -value, label=label))
        entries.post_new(system, journal=JournalKind.STOCK, date=day, lines=lines, label=label, origin=origin)


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
