"""Budget against actual as a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import select

from addons.erp_accounting.models import Account, Budget, BudgetSide, BudgetState
from addons.erp_accounting.queries import budgets
from addons.erp_accounting.reports.sheet import Choice, FinancialSheet
from addons.erp_accounting.reports.statements import days, ledger_url
from core.api import ZERO, Head, Row, _, format_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from addons.erp_accounting.queries.budgets import Compared
    from addons.erp_accounting.reports.sheet import Asked
    from core.api import Env

NAME = "budget"


def budget_sheet(env: Env, wanted: Asked) -> FinancialSheet:
    """What was meant and what came: revenue, cost and result of one budget up to a day, today at most."""
    every = _budgets(env)
    chosen = next((row for row in every if row.id == wanted.budget), every[0] if every else None)
    day = min(wanted.end, env.today())
    sheet = FinancialSheet(
        NAME,
        str(_("Budget and actual")),
        "",
        env.company.currency,
        [
            Head(chosen.name if chosen else ""),
            Head(str(_("Budget")), "money"),
            Head(str(_("Budget to date")), "money"),
            Head(str(_("Actual")), "money"),
            Head(str(_("Variance")), "money"),
            Head(str(_("% of budget")), "quantity"),
        ],
        choices=_choices(every, chosen, day),
        empty=str(_("Write a budget with amounts first, under Financial reports, Budgets.")),
    )
    if chosen is None:
        return sheet
    sheet.subtitle = str(
        _("{days}, actual at {day}", days=days(chosen.start, chosen.end), day=format_date(day))
    )
    found = budgets.compared(env, chosen, day)
    totals = {}
    for side, label in ((BudgetSide.REVENUE, _("Revenue")), (BudgetSide.COST, _("Cost"))):
        rows = [one for one in found if one.line.side is side]
        totals[side] = _sums(rows)
        if rows:
            sheet.rows.append(Row((str(label), *([None] * 5)), "group"))
            for one in rows:
                sheet.rows.extend(_rows(one, chosen.start, min(day, chosen.end)))
            sheet.rows.append(Row((str(_("Total")), *_cells(*totals[side])), "total"))
    if all(any(sums) for sums in totals.values()):
        pairs = zip(totals[BudgetSide.REVENUE], totals[BudgetSide.COST], strict=True)
        result = [revenue - cost for revenue, cost in pairs]
        sheet.rows.append(Row((str(_("Result")), *_cells(*result)), "grand"))
    return sheet


def _budgets(env: Env) -> list[Budget]:
    """The newest confirmed one first."""
    model = env[Budget]
    found = env.session.scalars(
        select(model)
        .where(model.company_id == env.company_id)
        .order_by(model.state != BudgetState.CONFIRMED, model.start.desc(), model.name)
    )
    return list(found)


def _choices(every: Sequence[Budget], chosen: Budget | None, day: date) -> list[Choice]:
    options = tuple((str(row.id), row.name) for row in every)
    value = str(chosen.id) if chosen else ""
    return [
        Choice("budget", str(_("Budget")), value, options, "select"),
        Choice("to", str(_("At")), day.isoformat()),
    ]


def _sums(rows: Sequence[Compared]) -> tuple[Decimal, Decimal, Decimal]:
    return (
        sum((one.budget for one in rows), ZERO),
        sum((one.to_date for one in rows), ZERO),
        sum((one.actual for one in rows), ZERO),
    )


def _cells(budget: Decimal, to_date: Decimal, actual: Decimal) -> list[Any]:
    return [budget, to_date, actual, actual - budget, budgets.percent_of(actual, budget)]


def _rows(one: Compared, start: date, end: date) -> list[Row]:
    """A group of accounts is followed by its accounts; each leads to its items."""
    cells = _cells(one.budget, one.to_date, one.actual)
    if one.line.account is not None:
        return [Row((one.line.title, *cells), url=_url(one, one.line.account, start, end))]
    return [
        Row((one.line.title, *cells), url=_whole_url(one, start, end)),
        *(
            Row(
                (f"\u2003{account.title}", None, None, amount, None, None), url=_url(one, account, start, end)
            )
            for account, amount in one.behind
        ),
    ]


def _url(one: Compared, account: Account, start: date, end: date) -> str:
    if one.line.analytic_id is None:
        return ledger_url(account, start, end)
    filters = [
        ("f", f"account:{one.line.analytic_id}"),
        ("f", f"general:{account.id}"),
        ("f", f"date:{start}..{end}"),
    ]
    return f"/app/erp_accounting/analytic_line/?{urlencode(filters)}"


def _whole_url(one: Compared, start: date, end: date) -> str:
    """The accounts behind an analytic account; those of a group stand below it."""
    if one.line.analytic_id is None:
        return ""
    query = {"account": one.line.analytic_id, "from": start, "to": end}
    return f"/accounting/analytic-accounts?{urlencode(query)}"
