"""Analytic accounts as sheets: revenue, cost and balance, and the accounts behind one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from addons.erp_accounting.models import AnalyticAccount, AnalyticPlan
from addons.erp_accounting.queries import analytic
from addons.erp_accounting.reports.periods import compared, period_choices
from addons.erp_accounting.reports.sheet import Choice, FinancialSheet
from addons.erp_accounting.reports.statements import days, heads
from core.api import Head, Row, _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from addons.erp_accounting.queries.analytic import Earned
    from addons.erp_accounting.reports.sheet import Asked
    from core.api import Env

NAME = "analytic-accounts"


def analytic_sheet(env: Env, wanted: Asked) -> FinancialSheet:
    """Each plan with its accounts, and what it says nothing about; every plan ends with the whole result."""
    if wanted.account is not None:
        return _behind(env, wanted)
    periods = compared(wanted)
    found = analytic.earned(env, periods, wanted.plan)
    several = len(periods) > 1
    other = not several and any(totals.total(0).other for totals in found)
    sheet = FinancialSheet(
        NAME,
        str(_("Analytic accounts")),
        days(wanted.start, wanted.end),
        env.company.currency,
        [Head(str(_("Analytic account"))), *(heads(periods) if several else _columns(other))],
        choices=[_plan_choice(env, wanted), *period_choices(wanted, compare=True)],
        empty=str(_("Choose an analytic account on the lines of invoices and entries; it is counted here.")),
    )
    for totals in found:
        if not totals.rows:
            continue
        sheet.rows.append(Row((totals.plan.name, *([None] * (len(sheet.heads) - 1))), "group"))
        for account, earned in totals.rows:
            urls = ["", *(_url(account.id, *period) for period in periods)] if several else ()
            cells = _cells(earned, other=other, several=several)
            sheet.rows.append(
                Row((account.title, *cells), url=_url(account.id, wanted.start, wanted.end), urls=urls)
            )
        left = _cells(totals.without, other=other, several=several)
        if any(left):
            sheet.rows.append(Row((str(_("Without an account of this plan")), *left)))
        whole = [totals.total(position) for position in range(len(periods))]
        for one, more in zip(whole, totals.without, strict=True):
            one.revenue, one.cost = one.revenue + more.revenue, one.cost + more.cost
        sheet.rows.append(Row((str(_("Total")), *_cells(whole, other=other, several=several)), "total"))
    return sheet


def _columns(other: bool) -> list[Head]:
    labels = [_("Revenue"), _("Cost"), _("Balance"), *([_("Balance sheet accounts")] if other else [])]
    return [Head(str(label), "money") for label in labels]


def _cells(earned: Sequence[Earned], *, other: bool, several: bool) -> list[Any]:
    if several:
        return [one.balance for one in earned]
    one = earned[0]
    return [one.revenue, one.cost, one.balance, *([one.other] if other else [])]


def _url(account_id: int, start: date, end: date) -> str:
    return f"/accounting/{NAME}?{urlencode({'account': account_id, 'from': start, 'to': end})}"


def _plan_choice(env: Env, wanted: Asked) -> Choice:
    plans = sorted(
        (row for row in env.kept(AnalyticPlan) if row.company_id == env.company_id),
        key=lambda row: (row.position, row.name),
    )
    options = (("", str(_("All plans"))), *((str(row.id), row.name) for row in plans))
    return Choice("plan", str(_("Plan")), str(wanted.plan or ""), options, "select")


def _behind(env: Env, wanted: Asked) -> FinancialSheet:
    """The accounts behind one analytic account; each leads to its items."""
    account = env.get(AnalyticAccount, wanted.account or 0)
    sheet = FinancialSheet(
        NAME,
        account.title,
        days(wanted.start, wanted.end),
        env.company.currency,
        [Head(str(_("Account"))), *_columns(other=True)],
        choices=[Choice("account", "", str(account.id), kind="hidden"), *period_choices(wanted)],
        empty=str(_("Nothing was allocated to this account in these days.")),
    )
    whole = analytic.Earned()
    for general, amount in analytic.accounts_of(env, account.id, wanted.start, wanted.end):
        one = analytic.Earned()
        one.add(general, amount)
        whole.add(general, amount)
        filters = [
            ("f", f"account:{account.id}"),
            ("f", f"general:{general.id}"),
            ("f", f"date:{wanted.start}..{wanted.end}"),
        ]
        url = f"/app/erp_accounting/analytic_line/?{urlencode(filters)}"
        sheet.rows.append(Row((general.title, *_cells([one], other=True, several=False)), url=url))
    if not whole.other:
        sheet.heads = sheet.heads[:-1]
        sheet.rows = [Row(row.cells[:-1], url=row.url) for row in sheet.rows]
    if sheet.rows:
        cells = _cells([whole], other=bool(whole.other), several=False)
        sheet.rows.append(Row((str(_("Total")), *cells), "grand"))
    return sheet
