"""The financial reports: on screen, as PDF, as XLSX."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from addons.erp_accounting.queries import overview
from addons.erp_accounting.reports import analytic, budgets, pivot, printing, statements
from addons.erp_accounting.reports import ledgers as ledger_sheets
from addons.erp_accounting.reports.periods import asked
from addons.erp_accounting.services import charts
from addons.erp_accounting.services import ledgers as books
from core.api import XLSX, Env, File, NotFound, Page, Redirect, Request, _, action, page, workbook

if TYPE_CHECKING:
    from collections.abc import Callable

    from addons.erp_accounting.reports.sheet import Asked, FinancialSheet

VIEWER = "erp_accounting.viewer"
ACCOUNTANT = "erp_accounting.accountant"
SHEETS: dict[str, Callable[[Env, Asked], FinancialSheet]] = {
    "trial-balance": statements.trial_balance_sheet,
    "balance-sheet": statements.balance_sheet_sheet,
    "profit-and-loss": statements.profit_and_loss_sheet,
    "cash-flow": statements.cash_flow_sheet,
    "pivot": pivot.pivot_sheet,
    "general-ledger": ledger_sheets.general_ledger_sheet,
    "partner-ledger": ledger_sheets.partner_ledger_sheet,
    "aged-balances": ledger_sheets.aged_sheet,
    analytic.NAME: analytic.analytic_sheet,
    budgets.NAME: budgets.budget_sheet,
}


@page("/accounting", access=VIEWER)
def index(env: Env) -> Page:
    """Where the books stand, and the way to each report."""
    return Page("erp_accounting/reports.html", {"figures": overview.figures(env), "reports": REPORTS})


@page("/accounting/settings", access=ACCOUNTANT)
def settings(env: Env) -> Redirect | Page:
    """The company's ledger; the choice of a chart as long as it has none."""
    try:
        return Redirect(f"/app/erp_accounting/ledger/{books.of(env).id}")
    except books.NoBooks:
        return Page(
            "erp_accounting/choose_chart.html",
            {"choices": [(chart.key, str(chart.name)) for chart in charts.offered(env).values()]},
        )


@action("/accounting/settings", access=ACCOUNTANT)
def choose_chart(env: Env, request: Request) -> Redirect:
    """Open the books with the chart that was chosen."""
    chart = charts.offered(env).get(request.form.get("chart"))
    if chart is None:
        raise NotFound(_("There is no such chart of accounts."), hint=_("Choose one of the list."))
    ledger = charts.install(env, chart)
    return Redirect(f"/app/erp_accounting/ledger/{ledger.id}", toast=str(_("Books opened.")))


@page("/accounting/{name:str}", access=VIEWER)
def report(env: Env, request: Request, name: str) -> Page | File:
    """One report; ``format=pdf`` or ``format=xlsx`` gives the file."""
    build = SHEETS.get(name)
    if build is None:
        raise NotFound(_("There is no such report."), hint=_("Choose one under Financial reports."))
    wanted = asked(env, request.query)
    if name == "aged-balances" and not request.query.get("to"):
        wanted = replace(wanted, end=env.today())  # late is who is late now
    form = request.query.get("format")
    if form == "xlsx":
        sheet = printing.whole(env, name, build, wanted)
        return File(workbook(env, sheet), f"{name}.xlsx", XLSX)
    if form == "pdf":
        sheet = printing.whole(env, name, build, wanted)
        return File(printing.pdf(env, sheet), f"{name}.pdf", "application/pdf")
    sheet = build(env, wanted)
    sheet.query = request.query_string
    return Page("erp_accounting/report.html", {"sheet": sheet, "first": not wanted.after})


REPORTS = (
    (
        "profit-and-loss",
        "trending-up",
        _("Profit and loss"),
        _("What you earned and what it cost, compared."),
    ),
    ("balance-sheet", "scale", _("Balance sheet"), _("What you own and what you owe on a day.")),
    ("cash-flow", "coins", _("Cash flow"), _("Where the money came from and where it went.")),
    ("trial-balance", "list-check", _("Trial balance"), _("Every account with its movement.")),
    ("general-ledger", "book", _("General ledger"), _("An account line by line, down to the entry.")),
    ("partner-ledger", "address-book", _("Partner ledger"), _("A customer or supplier line by line.")),
    ("aged-balances", "clock-dollar", _("Aged balances"), _("Who owes what, and since when.")),
    ("vat-return", "receipt-tax", _("Tax return"), _("Value added tax to declare, box by box.")),
    (
        "analytic-accounts",
        "chart-pie",
        _("Analytic accounts"),
        _("What each project or department earns and costs."),
    ),
    ("budget", "target", _("Budget and actual"), _("What was meant and what came, to date.")),
    ("pivot", "table", _("Pivot"), _("Accounts, journals or contacts by month, quarter or year.")),
)
ROUTES = (index, settings, choose_chart, report)
