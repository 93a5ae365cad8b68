"""What customers and suppliers still owe or are owed, and since when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import case, func, or_, select, union_all

from addons.base.models import Party
from addons.erp_accounting.models import Account, AccountType, Allocation, OpenItem
from core.api import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from core.api import Env

BUCKETS = (0, 30, 60, 90)
"""Days late: not due, 1-30, 31-60, 61-90, more."""


def open_receivable(env: Env, party_ids: Iterable[int]) -> dict[int, tuple[Decimal, Decimal]]:
    """Party id -> (open, late) on customers' accounts, in the company's currency; absent parties owe
    nothing."""
    item, account = env[OpenItem], env[Account]
    late = func.sum(case((item.due_date < env.today(), item.residual), else_=ZERO))
    rows = env.session.execute(
        select(item.party_id, func.sum(item.residual), late)
        .join(account, account.id == item.account_id)
        .where(
            item.company_id == env.company_id,
            item.party_id.in_(set(party_ids)),
            account.type == AccountType.RECEIVABLE,
            or_(item.residual != 0, item.residual_currency != 0),
        )
        .group_by(item.party_id)
    )
    return {party: (total, past) for party, total, past in rows}


@dataclass(slots=True)
class AgedRow:
    """One customer or supplier: what is open, by days past due. Positive is owed to the company (or by
    it)."""

    party_id: int | None
    name: str
    amounts: list[Decimal] = field(default_factory=lambda: [ZERO] * (len(BUCKETS) + 1))

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, ZERO)


def aged(env: Env, kind: AccountType, day: date) -> list[AgedRow]:
    """Open amounts of receivables or payables as they stood at the end of `day`, by age of the due date."""
    item, account, party = env[OpenItem], env[Account], env[Party]
    used = _allocated_after(env, day)
    left = item.residual + func.coalesce(used.c.amount, ZERO)
    rows = env.session.execute(
        select(item.party_id, party.name, item.due_date, func.sum(left))
        .join(account, account.id == item.account_id)
        .outerjoin(party, party.id == item.party_id)
        .outerjoin(used, used.c.item_id == item.id)
        .where(
            item.company_id == env.company_id,
            account.type == kind,
            item.date <= day,
            or_(item.residual != 0, used.c.amount.is_not(None)),
        )
        .group_by(item.party_id, party.name, item.due_date)
    )
    sign = 1 if kind is AccountType.RECEIVABLE else -1
    found: dict[int | None, AgedRow] = {}
    for party_id, name, due, amount in rows:
        if amount:
            row = found.setdefault(party_id, AgedRow(party_id, name or ""))
            row.amounts[bucket_of((day - due).days)] += sign * amount
    return sorted((row for row in found.values() if any(row.amounts)), key=lambda row: -row.total)


def bucket_of(days_late: int) -> int:
    """Position of the column of `BUCKETS` for something so many days past due."""
    return next((position for position, limit in enumerate(BUCKETS) if days_late <= limit), len(BUCKETS))


def _allocated_after(env: Env, day: date):  # type: ignore[no-untyped-def]  # noqa: ANN202 - SQLAlchemy's Subquery
    """What was settled later, item by item, signed like the item: it was still open that day."""
    allocation = env[Allocation]
    debit = select(allocation.debit_item_id.label("item_id"), allocation.amount.label("amount")).where(
        allocation.date > day
    )
    credit = select(allocation.credit_item_id.label("item_id"), (-allocation.amount).label("amount")).where(
        allocation.date > day
    )
    both = union_all(debit, credit).subquery()
    return select(both.c.item_id, func.sum(both.c.amount).label("amount")).group_by(both.c.item_id).subquery()


def party_accounts(env: Env, kinds: Sequence[AccountType]) -> list[int]:
    """Ids of the company's accounts of these types."""
    account = env[Account]
    return list(
        env.session.scalars(
            select(account.id).where(account.company_id == env.company_id, account.type.in_(list(kinds)))
        )
    )
