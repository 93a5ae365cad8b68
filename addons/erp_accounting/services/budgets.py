"""Budgets: write them, spread them over months, confirm and close them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import Budget, BudgetLine, BudgetState
from addons.erp_accounting.models.budget import side_of
from addons.erp_accounting.services import fiscal_years
from addons.erp_accounting.services.terms import add_months, month_end
from core.api import ZERO, Invalid, RuleBroken, _, copied, round_money, writing_closed

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from core.api import Env


class EmptyBudget(RuleBroken):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("Budget {name} has no amounts.", name=name), hint=_("Add at least one line with an amount.")
        )


def months(start: date, end: date) -> list[date]:
    """The first day of each month from `start` to `end`."""
    return [
        add_months(start.replace(day=1), step)
        for step in range((end.year - start.year) * 12 + end.month - start.month + 1)
    ]


def spread(amount: Decimal, count: int, currency: str) -> list[Decimal]:
    """`amount` in so many equal parts; the last one carries the cent, and none is below zero."""
    part = round_money(amount / count, currency)
    parts: list[Decimal] = []
    left = amount
    for _step in range(count - 1):
        parts.append(min(part, left) if amount > 0 else max(part, left))
        left -= parts[-1]
    return [*parts, left]


def by_month(line: BudgetLine, currency: str) -> dict[date, Decimal]:
    """What a line means for each month of its budget."""
    if line.month is not None:
        return {line.month: line.amount}
    over = months(line.budget.start, line.budget.end)
    return dict(zip(over, spread(line.amount, len(over), currency), strict=True))


def until(line: BudgetLine, day: date, currency: str) -> Decimal:
    """What a line means up to a day: whole months, and of the running one its share by days."""
    total = ZERO
    for month, amount in by_month(line, currency).items():
        last = month_end(month)
        if last <= day:
            total += amount
        elif month <= day:
            total += round_money(amount * day.day / last.day, currency)
    return total


def create(env: Env, values: dict[str, Any]) -> Budget:
    """A draft for the fiscal year of today unless days are given."""
    given = {name: value for name, value in values.items() if value is not None}
    first, last = fiscal_years.around(env, env.today())
    start = given.setdefault("start", first)
    end = given.setdefault("end", last if start == first else add_months(start, 12) - timedelta(days=1))
    if start.day != 1 or end != month_end(end) or end < start:
        raise Invalid(fields={"end": _("Choose whole months: the last day ends one.")})
    record = env[Budget](**{"company_id": env.company_id, "name": str(start.year)} | given)
    for position, line in enumerate(record.lines, start=1):
        line.company_id, line.position = record.company_id, line.position or position
    env.session.add(record)
    env.session.flush()
    return record


def begin_line(env: Env, budget: Budget, line: BudgetLine) -> None:
    """A new line is of the side of its account."""
    line.company_id = budget.company_id or env.company_id or 0
    line.side = side_of(line.account) or line.side
    line.amount = line.amount or ZERO


def spread_lines(env: Env, budget: Budget) -> None:
    """Replace each line of the whole period by one for each month, to change single months then."""
    over = months(budget.start, budget.end)
    written: list[BudgetLine] = []
    for line in list(budget.lines):
        if line.month is not None:
            written.append(line)
            continue
        first, *parts = spread(line.amount, len(over), env.company.currency)
        written.append(line)
        written += [
            copied(line, values={"month": month, "amount": part})
            for month, part in zip(over[1:], parts, strict=True)
        ]
        line.month, line.amount = over[0], first
    for position, line in enumerate(written, start=1):
        line.position = position
    budget.lines = written
    env.session.flush()


def confirm(env: Env, budget: Budget) -> None:
    """From now on its lines are final."""
    env.lock(budget)
    if not any(line.amount for line in budget.lines):
        raise EmptyBudget(budget.name)
    with writing_closed(budget):
        budget.state = BudgetState.CONFIRMED


def close(env: Env, budget: Budget) -> None:
    """Its period is over."""
    env.lock(budget)
    with writing_closed(budget):
        budget.state = BudgetState.DONE


def reopen(env: Env, budget: Budget) -> None:
    """Back to draft, to change its lines."""
    env.lock(budget)
    with writing_closed(budget):
        budget.state = BudgetState.DRAFT
