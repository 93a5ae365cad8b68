"""Reverse journal entries that no document owns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from addons.erp_accounting.models import (
    Allocation,
    BankLine,
    Entry,
    EntryKind,
    Invoice,
    Payment,
    ReturnState,
    TaxReturn,
)
from addons.erp_accounting.services import settlement
from addons.erp_accounting.services.entries import NothingToPost
from core.api import RuleBroken, _

if TYPE_CHECKING:
    from datetime import date

    from core.api import Env


class BelongsToDocument(RuleBroken):
    def __init__(self, number: str) -> None:
        super().__init__(
            _("{number} comes from an invoice.", number=number),
            hint=_("Create a credit note of the invoice instead."),
        )


class BelongsToPayment(RuleBroken):
    def __init__(self, number: str) -> None:
        super().__init__(
            _("{number} comes from a payment.", number=number),
            hint=_("Reverse the payment, or undo what it settled, instead."),
        )


class BelongsToClosing(RuleBroken):
    def __init__(self, number: str) -> None:
        super().__init__(
            _("{number} closes a fiscal year.", number=number), hint=_("Reopen the year instead.")
        )


class BelongsToStatement(RuleBroken):
    def __init__(self, number: str) -> None:
        super().__init__(
            _("{number} comes from a bank statement.", number=number),
            hint=_("Undo the match of its line, or remove the statement, instead."),
        )


class BelongsToReturn(RuleBroken):
    def __init__(self, number: str) -> None:
        super().__init__(
            _("{number} settles a tax return.", number=number), hint=_("Cancel the return instead.")
        )


class AlreadyReversed(RuleBroken):
    def __init__(self, number: str, by: str) -> None:
        super().__init__(
            _("{number} was already reversed by {by}.", number=number, by=by),
            hint=_("Post a new entry for a further correction."),
        )


def reverse(env: Env, entry: Entry, *, date: date | None = None, label: str = "") -> Entry:
    """Post the mirror image of a posted entry and settle what both leave open.

    What the entry had settled is open again. The entries of invoices, payments and exchange differences are
    refused: their documents are credited, reversed or unreconciled instead.
    """
    if not entry.is_posted:
        raise NothingToPost
    if entry.kind is not EntryKind.ORDINARY:
        raise BelongsToClosing(entry.title)
    returns = env[TaxReturn]
    if _any(env, returns.id, (returns.entry_id == entry.id) & (returns.state == ReturnState.FILED)):
        raise BelongsToReturn(entry.title)
    invoices, paid, settled, reversals = env[Invoice], env[Payment], env[Allocation], env[Entry]
    if _any(env, invoices.id, invoices.entry_id == entry.id):
        raise BelongsToDocument(entry.title)
    if _any(env, paid.id, paid.entry_id == entry.id) or _any(
        env, settled.id, settled.exchange_entry_id == entry.id
    ):
        raise BelongsToPayment(entry.title)
    shown = env[BankLine]
    if _any(env, shown.id, or_(shown.entry_id == entry.id, shown.match_entry_id == entry.id)):
        raise BelongsToStatement(entry.title)
    by = env.session.scalars(select(reversals.number).where(reversals.reversal_of_id == entry.id)).first()
    if by is not None:
        raise AlreadyReversed(entry.title, by)
    if allocations := settlement.allocations_of(env, [entry.id]):
        settlement.undo(env, allocations, date=date)
    return settlement.mirror(env, entry, date=date, label=label)


def _any(env: Env, column: Any, condition: Any) -> bool:
    return env.session.scalars(select(column).where(condition).limit(1)).first() is not None
