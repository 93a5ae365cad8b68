"""Payments and the bank statements that show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_accounting.models import (
    Allocation,
    BankAccount,
    BankConfirmation,
    BankLine,
    EntryLine,
    Journal,
    OpenItem,
)
from core.api import RuleBroken, _

if TYPE_CHECKING:
    from core.api import Env


class ShownOnStatement(RuleBroken):
    def __init__(self, number: str) -> None:
        super().__init__(
            _("A bank statement shows {number}.", number=number),
            hint=_("Undo the match of its line first."),
        )


def under_way(env: Env, journal: Journal) -> int | None:
    """The account on which payments of a journal wait for their statement; None when they go to the bank at
    once."""
    key = ("erp_accounting.under_way", journal.id)
    if key not in env.cache:
        accounts = (one for one in env.kept(BankAccount, journal_id=journal.id) if one.active)
        env.cache[key] = next((one.transit_account_id for one in accounts), None)
    found: int | None = env.cache[key]
    return found


def refuse_shown(env: Env, entry_id: int, number: str) -> None:
    """Raise when a statement line was matched with the payment of an entry."""
    seen, line = env[BankConfirmation], env[EntryLine]
    direct = select(seen.id).join(line, line.id == seen.entry_line_id).where(line.entry_id == entry_id)
    items, settled, matched = env[OpenItem], env[Allocation], env[BankLine]
    of_match = select(items.id).join(matched, matched.match_entry_id == items.entry_id)
    waiting = select(items.id).where(
        items.entry_id == entry_id,
        items.account_id.in_(select(env[BankAccount].transit_account_id)),
    )
    shown = select(settled.id).where(
        (settled.debit_item_id.in_(waiting) & settled.credit_item_id.in_(of_match))
        | (settled.credit_item_id.in_(waiting) & settled.debit_item_id.in_(of_match))
    )
    if env.session.scalars(direct.limit(1)).first() or env.session.scalars(shown.limit(1)).first():
        raise ShownOnStatement(number)
