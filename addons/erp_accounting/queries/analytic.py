"""What analytic accounts earned and cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.erp_accounting.models import (
    INCOME,
    Account,
    AnalyticAccount,
    AnalyticLine,
    AnalyticPlan,
)
from addons.erp_accounting.queries.balances import ORDINARY, RESULT_TYPES, movements
from core.api import ZERO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from core.api import Env


@dataclass(slots=True)
class Earned:
    """Of one analytic account in some days. Revenue counts up, cost too; `other` is on balance sheet
    accounts."""

    revenue: Decimal = ZERO
    cost: Decimal = ZERO
    other: Decimal = ZERO

    @property
    def balance(self) -> Decimal:
        """Revenue less cost."""
        return self.revenue - self.cost

    def add(self, account: Account, amount: Decimal) -> None:
        """Count `amount`, debit minus credit, where its account belongs."""
        if account.type in INCOME:
            self.revenue -= amount
        elif account.type in RESULT_TYPES:
            self.cost += amount
        else:
            self.other += amount


@dataclass(slots=True)
class PlanTotals:
    plan: AnalyticPlan
    rows: list[tuple[AnalyticAccount, list[Earned]]] = field(default_factory=list)
    """Accounts that moved in any of the periods, by code."""
    without: list[Earned] = field(default_factory=list)
    """Income and expenses of the company that the plan does not say anything about."""

    def total(self, position: int) -> Earned:
        """Of all its accounts in one period."""
        found = Earned()
        for _account, periods in self.rows:
            one = periods[position]
            found.revenue, found.cost = found.revenue + one.revenue, found.cost + one.cost
            found.other += one.other
        return found


def earned(env: Env, periods: Sequence[tuple[date, date]], plan_id: int | None = None) -> list[PlanTotals]:
    """Each plan with its accounts, by period; with what is left over, every plan gives the whole result."""
    plan, account = env[AnalyticPlan], env[AnalyticAccount]
    general = {row.id: row for row in env.kept(Account)}
    plans = [row for row in env.kept(plan) if row.company_id == env.company_id]
    by_account = [_sums(env, start, end) for start, end in periods]
    whole = [_result(env, general, start, end) for start, end in periods]
    accounts = env.session.scalars(
        select(account).where(account.company_id == env.company_id).order_by(account.code)
    ).all()
    found = []
    for one in sorted(plans, key=lambda row: (row.position, row.name)):
        if plan_id is not None and one.id != plan_id:
            continue
        totals = PlanTotals(one)
        for analytic in accounts:
            if analytic.plan_id != one.id:
                continue
            sums = [Earned() for _period in periods]
            for position, kept in enumerate(by_account):
                for general_id, amount in kept.get(analytic.id, {}).items():
                    sums[position].add(general[general_id], amount)
            if any(one.revenue or one.cost or one.other for one in sums):
                totals.rows.append((analytic, sums))
        for position, company in enumerate(whole):
            allocated = totals.total(position)
            totals.without.append(Earned(company.revenue - allocated.revenue, company.cost - allocated.cost))
        found.append(totals)
    return found


def _sums(env: Env, start: date, end: date) -> dict[int, dict[int, Decimal]]:
    """Analytic account id -> account id -> debit minus credit."""
    line = env[AnalyticLine]
    found: dict[int, dict[int, Decimal]] = {}
    for analytic_id, general_id, amount in env.session.execute(
        select(line.account_id, line.general_id, func.sum(line.amount))
        .where(line.company_id == env.company_id, line.date.between(start, end))
        .group_by(line.account_id, line.general_id)
    ):
        if amount:
            found.setdefault(analytic_id, {})[general_id] = amount
    return found


def _result(env: Env, general: dict[int, Account], start: date, end: date) -> Earned:
    found = Earned()
    for account_id, moved in movements(env, start, end, kinds=ORDINARY).items():
        if general[account_id].type in RESULT_TYPES:
            found.add(general[account_id], moved.balance)
    return found


def accounts_of(env: Env, analytic_id: int, start: date, end: date) -> list[tuple[Account, Decimal]]:
    """What stands behind one analytic account: debit minus credit of each account, by code."""
    general = {row.id: row for row in env.kept(Account)}
    sums = _sums(env, start, end).get(analytic_id, {})
    return sorted(((general[key], amount) for key, amount in sums.items()), key=lambda pair: pair[0].code)
