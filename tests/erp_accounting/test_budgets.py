"""Budgets: what was meant, month by month, and what came."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.erp_accounting.models import (
    Account,
    AnalyticPlan,
    BudgetLine,
    BudgetSide,
    BudgetState,
    InvoiceKind,
)
from addons.erp_accounting.models.budget import OutsidePeriod
from addons.erp_accounting.queries.budgets import compared
from addons.erp_accounting.reports.budgets import budget_sheet
from addons.erp_accounting.reports.periods import asked
from addons.erp_accounting.services import budgets, distributing, ledgers
from core.api import Fields, Invalid, RuleBroken, currency_quantum
from tests.erp_accounting.factories import DAY, a_line, an_invoice

if TYPE_CHECKING:
    from addons.erp_accounting.models import Budget
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal
YEAR = {"name": "2026", "start": date(2026, 1, 1), "end": date(2026, 12, 31)}


@given(
    amount=st.decimals(0, 10_000_000, places=2),
    count=st.integers(1, 24),
    currency=st.sampled_from(["EUR", "JPY"]),
)
def test_equal_months_always_add_up_and_the_last_carries_the_cent(
    amount: Decimal, count: int, currency: str
) -> None:
    whole = amount.quantize(currency_quantum(currency))

    parts = budgets.spread(whole, count, currency)

    assert (sum(parts), len(parts)) == (whole, count)
    assert all(part >= 0 for part in parts)
    assert len(set(parts[:-1])) <= 1 or parts[-1] == 0


def a_budget(env: Env, *lines: BudgetLine) -> Budget:
    return budgets.create(env, YEAR | {"lines": list(lines)})


def test_a_year_is_spread_over_months_and_is_final_once_confirmed(env: Env) -> None:
    account = ledgers.account_id(env, "expenses")
    budget = a_budget(env, env[BudgetLine](account_id=account, amount=D("1000")))
    (line,) = budget.lines
    mid = budgets.until(line, date(2026, 3, 15), "EUR")

    budgets.spread_lines(env, budget)

    assert mid == D("83.33") * 2 + D("40.32")  # 83.33 x 15 / 31
    assert [one.amount for one in budget.lines] == [D("83.33")] * 11 + [D("83.37")]
    assert [one.month for one in budget.lines] == budgets.months(budget.start, budget.end)
    budget.lines[0].month = date(2027, 1, 1)
    with pytest.raises(OutsidePeriod):
        env.session.flush()
    env.session.refresh(budget.lines[0])
    budgets.confirm(env, budget)
    budget.lines[0].amount = D(1)
    with pytest.raises(RuleBroken, match="2026 can no longer be changed"):
        env.session.flush()
    env.session.refresh(budget.lines[0])
    budgets.reopen(env, budget)
    assert (budget.state, budget.lines[0].side) == (BudgetState.DRAFT, BudgetSide.COST)
    with pytest.raises(Invalid):
        budgets.create(env, {"name": "odd", "start": date(2026, 1, 5), "end": date(2026, 3, 31)})


def test_actual_is_compared_with_the_budget_to_date(env: Env) -> None:
    plan = env.add(AnalyticPlan, name="Projects")
    roof = distributing.create_account(
        env, {"code": "ROOF", "name": "Roof", "plan_id": plan.id, "plan": plan}
    )
    of_roof = distributing.own(env, roof).id
    services, expenses = ledgers.account_id(env, "services"), ledgers.account_id(env, "expenses")
    an_invoice(env, a_line("1", "300", account=services))
    an_invoice(
        env,
        a_line("1", "120", account=expenses, distribution=of_roof),
        a_line("1", "30", account=expenses),
        kind=InvoiceKind.SUPPLIER_INVOICE,
    )
    an_invoice(env, a_line("1", "1", account=expenses), kind=InvoiceKind.SUPPLIER_INVOICE)
    group = env.get(Account, expenses).code[:2]
    line = env[BudgetLine]
    budget = a_budget(
        env,
        line(account_id=services, amount=D(1200)),
        line(codes=group, amount=D(600)),
        line(analytic_id=roof.id, amount=D(80), month=DAY),
    )

    found = compared(env, budget, date(2026, 3, 31))

    assert [(one.budget, one.to_date, one.actual, one.variance, one.percent) for one in found] == [
        (D(1200), D(300), D(300), D(-900), D("25.0")),
        (D(600), D(150), D(151), D(-449), D("25.2")),
        (D(80), D(80), D(120), D(40), D("150.0")),
    ]
    query = Fields([("to", "2026-03-31"), ("budget", str(budget.id))])
    rows = budget_sheet(env, asked(env, query)).rows
    assert [row.cells[3] for row in rows if row.kind in ("total", "grand")] == [D(300), D(271), D(29)]
    details = [row for row in rows if not row.kind]
    assert [bool(row.url) for row in details] == [True, False, True, True, True]
