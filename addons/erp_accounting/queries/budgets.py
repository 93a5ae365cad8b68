"""Budget against what was posted."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.erp_accounting.models import EXPENSES, INCOME, Account, AnalyticLine, BudgetSide
from addons.erp_accounting.queries.balances import ORDINARY, movements
from addons.erp_accounting.services import budgets
from core.api import HUNDRED, ZERO

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from addons.erp_accounting.models import Budget, BudgetLine
    from core.api import Env

TENTH = Decimal("0.1")


@dataclass(slots=True)
class Compared:
    """What was meant for one thing, and what came. Costs and revenue both count up."""

    line: BudgetLine
    """The first of its lines, for what it is about."""
    budget: Decimal = ZERO
    to_date: Decimal = ZERO
    """What the budget means up to the day."""
    actual: Decimal = ZERO
    behind: list[tuple[Account, Decimal]] = field(default_factory=list)
    """The accounts that moved, by code."""

    @property
    def variance(self) -> Decimal:
        """Actual less budget of the whole period."""
        return self.actual - self.budget

    @property
    def percent(self) -> Decimal | None:
        """Actual in percent of the budget, to one decimal; none without a budget."""
        return percent_of(self.actual, self.budget)


def percent_of(actual: Decimal, budget: Decimal) -> Decimal | None:
    """To one decimal, half up; None where nothing was meant."""
    return (actual * HUNDRED / budget).quantize(TENTH, "ROUND_HALF_UP") if budget else None


def compared(env: Env, budget: Budget, day: date) -> list[Compared]:
    """Each account, group and analytic account of a budget up to a day, in the order of its lines."""
    currency = env.company.currency
    found: dict[tuple[BudgetSide, int | None, str, int | None], Compared] = {}
    for line in budget.lines:
        key = (line.side, line.account_id, line.codes, line.analytic_id)
        one = found.setdefault(key, Compared(line))
        one.budget += line.amount
        one.to_date += budgets.until(line, day, currency)
    last = min(day, budget.end)
    accounts = {row.id: row for row in env.kept(Account) if row.company_id == env.company_id}
    ledger = {
        key: moved.balance
        for key, moved in movements(env, budget.start, last, kinds=ORDINARY).items()
        if moved.balance
    }
    analytic = _analytic(env, {one.line.analytic_id for one in found.values()} - {None}, budget.start, last)
    for one in found.values():
        of = one.line
        sums = ledger if of.analytic_id is None else analytic.get(of.analytic_id, {})
        sign = 1 if of.side is BudgetSide.COST else -1
        for account_id, amount in sums.items():
            if amount and _counts(of, accounts[account_id]):
                one.behind.append((accounts[account_id], sign * amount))
        one.behind.sort(key=lambda pair: pair[0].code)
        one.actual = sum((amount for _account, amount in one.behind), ZERO)
    return list(found.values())


def _counts(line: BudgetLine, account: Account) -> bool:
    """An analytic account alone counts the accounts of its side of the result."""
    if line.account_id is not None:
        return account.id == line.account_id
    if line.codes:
        return account.code.startswith(tuple(line.codes.split()))
    return account.type in (EXPENSES if line.side is BudgetSide.COST else INCOME)


def _analytic(env: Env, ids: set[int | None], start: date, end: date) -> Mapping[int, Mapping[int, Decimal]]:
    """Analytic account id -> account id -> debit minus credit."""
    if not ids:
        return {}
    model = env[AnalyticLine]
    found: dict[int, dict[int, Decimal]] = {}
    for analytic_id, general_id, amount in env.session.execute(
        select(model.account_id, model.general_id, func.sum(model.amount))
        .where(model.account_id.in_(ids), model.date.between(start, end))
        .group_by(model.account_id, model.general_id)
    ):
        found.setdefault(analytic_id, {})[general_id] = amount
    return found
