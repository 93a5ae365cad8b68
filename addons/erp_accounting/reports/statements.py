"""Trial balance, balance sheet and profit and loss as sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_accounting.queries import statements
from addons.erp_accounting.queries.balances import TrialRow, trial_balance
from addons.erp_accounting.queries.cash_flow import cash_flow
from addons.erp_accounting.reports import companies
from addons.erp_accounting.reports.periods import compared, period_choices, whole_months
from addons.erp_accounting.reports.sheet import Choice, FinancialSheet
from core.api import ZERO, Head, Row, _, format_date, format_month

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from decimal import Decimal

    from addons.erp_accounting.models import Account
    from addons.erp_accounting.reports.sheet import Asked
    from core.api import Env


def days(start: date, end: date) -> str:
    """ "1 Jan 2026 to 31 Dec 2026" """
    return str(_("{start} to {end}", start=format_date(start), end=format_date(end)))


def ledger_url(account: Account, start: date, end: date) -> str:
    """The lines behind a figure."""
    return f"/accounting/general-ledger?account={account.id}&from={start}&to={end}"


def trial_balance_sheet(env: Env, wanted: Asked) -> FinancialSheet:
    """Every account: before, debit, credit, after; what stood at the end of the periods beside."""
    if wanted.companies:
        return _trial_balance_of_companies(env, wanted)
    beside = compared(wanted)[1:]
    rows = {_key(row): row for row in trial_balance(env, wanted.start, wanted.end)}
    others = [{_key(row): row for row in trial_balance(env, *period)} for period in beside]
    sheet = FinancialSheet(
        "trial-balance",
        str(_("Trial balance")),
        days(wanted.start, wanted.end),
        env.company.currency,
        [
            Head(str(_("Account"))),
            Head(str(_("Opening balance")), "money"),
            Head(str(_("Debit")), "money"),
            Head(str(_("Credit")), "money"),
            Head(str(_("Closing balance")), "money"),
            *heads(beside, points=True),
        ],
        choices=period_choices(wanted, compare=True, env=env),
        empty=str(_("Nothing was posted up to that day.")),
    )
    for key in sorted({key for found in (rows, *others) for key in found}):
        every = [found.get(key) for found in (rows, *others)]
        account = next(row.account for row in every if row)
        title = account.title if account else str(_("Result of earlier years, not allocated"))
        row = rows.get(key) or TrialRow(account, ZERO, ZERO, ZERO)
        closing = [other.closing if other else ZERO for other in every[1:]]
        cells = (title, row.opening, row.debit, row.credit, row.closing, *closing)
        url = ledger_url(account, wanted.start, wanted.end) if account else ""
        sheet.rows.append(Row(cells, url=url))
    if sheet.rows:
        columns = zip(*(row.cells[1:] for row in sheet.rows), strict=True)
        sums = [sum(column, ZERO) for column in columns]
        sheet.rows.append(Row((str(_("Total")), *sums), "grand"))
    return sheet


def _trial_balance_of_companies(env: Env, wanted: Asked) -> FinancialSheet:
    """Closing balances side by side; the cents of conversion stay in the sum."""
    sides = companies.converted(env, wanted.end)
    found = companies.trial_balance(sides, wanted.start, wanted.end)
    sheet = FinancialSheet(
        "trial-balance",
        str(_("Trial balance")),
        str(_("At {day}", day=format_date(wanted.end))),
        env.company.currency,
        [Head(str(_("Account"))), *companies.heads(env, sides)],
        choices=period_choices(wanted, compare=True, env=env),
        empty=str(_("Nothing was posted up to that day.")),
    )
    sheet.rows = [Row((str(row.label), *row.amounts)) for row in found.rows]
    if found.rows:
        sheet.rows.append(Row((str(_("Total")), *found.totals), "grand"))
    return sheet


def _key(row: TrialRow) -> str:
    """Accounts by code; the result of earlier years after all of them."""
    return row.account.code if row.account else "\uffff"


def heads(periods: Sequence[tuple[date, date]], *, points: bool = False) -> list[Head]:
    """One column a period; a whole month is called by its name."""
    return [Head(format_date(end) if points else _called(start, end), "money") for start, end in periods]


def _called(start: date, end: date) -> str:
    return format_month(start) if whole_months(start, end) == 1 else days(start, end)


def profit_and_loss_sheet(env: Env, wanted: Asked) -> FinancialSheet:
    """Income and costs, with the margins between them."""
    periods = compared(wanted)
    sheet = FinancialSheet(
        "profit-and-loss",
        str(_("Profit and loss")),
        days(wanted.start, wanted.end),
        env.company.currency,
        [Head(""), *heads(periods)],
        choices=period_choices(wanted, compare=True, env=env),
        empty=str(_("Nothing was earned or spent in these days.")),
    )
    if wanted.companies:
        one = [(wanted.start, wanted.end)]
        sides = companies.converted(env, wanted.end)
        sheet.heads = [Head(""), *companies.heads(env, sides)]
        found = companies.profit_and_loss(sides, one)
    else:
        found = statements.profit_and_loss(env, periods)
    if not any(section.rows for section in found.sections.values()):
        return sheet
    width = len(sheet.heads) - 1

    def result(label: str, amount: Callable[[int], Decimal], kind: str = "total") -> None:
        sheet.rows.append(Row((label, *(amount(position) for position in range(width))), kind))

    def section(key: str) -> None:
        _section(sheet, found.sections[key], [] if wanted.companies else periods, ordinary=True)

    section("sales")
    section("cost_of_sales")
    result(str(_("Gross margin")), found.gross_margin)
    section("expenses")
    section("depreciation")
    result(str(_("Operating result")), found.operating)
    section("other_income")
    result(str(_("Result")), found.result, "grand")
    return sheet


def _section(
    sheet: FinancialSheet,
    section: statements.Section,
    periods: Sequence[tuple[date | None, date]],
    *,
    ordinary: bool = False,
) -> None:
    """Its label with the sums, then its accounts; each figure leads to its lines."""
    if not section.rows:
        return
    sheet.rows.append(Row((str(section.label), *section.totals), "group"))
    for row in section.rows:
        urls = [_lines(row.account, *period) for period in periods] if row.account else []
        urls = [f"{url}&ordinary=1" if ordinary else url for url in urls]
        url = urls[0] if urls else ""
        sheet.rows.append(Row((str(row.label), *row.amounts), url=url, urls=["", *urls] if urls else ()))


def _lines(account: Account, start: date | None, end: date) -> str:
    since = f"&from={start}" if start else "&from=1970-01-01"
    return f"/accounting/general-ledger?account={account.id}{since}&to={end}"


def balance_sheet_sheet(env: Env, wanted: Asked) -> FinancialSheet:
    """What the company owns and owes at the end of a day."""
    periods = compared(wanted)
    if wanted.compare in ("month", "quarter") and len(periods) > 1:
        periods = periods[:-1]  # the whole ends with the last part
    points = [end for _start, end in periods]
    sheet = FinancialSheet(
        "balance-sheet",
        str(_("Balance sheet")),
        str(_("At {day}", day=format_date(wanted.end))),
        env.company.currency,
        [Head(""), *heads(periods, points=True)],
        choices=_point_choices(env, wanted),
        empty=str(_("Nothing was posted up to that day.")),
    )
    if wanted.companies:
        sides = companies.converted(env, wanted.end)
        sheet.heads = [Head(""), *companies.heads(env, sides)]
        found = companies.balance_sheet(sides, wanted.end)
    else:
        found = statements.balance_sheet(env, points)
    ends: list[tuple[date | None, date]] = [] if wanted.companies else [(None, day) for day in points]
    for section in found.assets:
        _section(sheet, section, ends)
    if not sheet.rows and not any(any(row.amounts) for row in found.equity.rows):
        return sheet
    positions = range(len(sheet.heads) - 1)
    sheet.rows.append(
        Row((str(_("Total assets")), *(found.total_assets(position) for position in positions)), "grand")
    )
    for section in (*found.liabilities, found.equity):
        _section(sheet, section, ends)
    sheet.rows.append(
        Row(
            (
                str(_("Total liabilities and equity")),
                *(found.total_liabilities(position) for position in positions),
            ),
            "grand",
        )
    )
    return sheet


def _point_choices(env: Env, wanted: Asked) -> list[Choice]:
    """A day instead of a period; by months or quarters the first day counts too."""
    found = period_choices(wanted, compare=True, env=env)
    if wanted.compare in ("month", "quarter"):
        return found
    return [Choice("to", str(_("At")), wanted.end.isoformat()), *found[2:]]


def cash_flow_sheet(env: Env, wanted: Asked) -> FinancialSheet:
    """Where the money came from and went."""
    periods = compared(wanted)
    found = cash_flow(env, periods)
    sheet = FinancialSheet(
        "cash-flow",
        str(_("Cash flow")),
        days(wanted.start, wanted.end),
        env.company.currency,
        [Head(""), *heads(periods)],
        choices=period_choices(wanted, compare=True),
        empty=str(_("No money came or went in these days.")),
    )
    positions = range(len(periods))
    if not any(found.change(position) or found.opening[position] for position in positions):
        return sheet
    for section in (found.operating, found.investing, found.financing):
        _section(sheet, section, periods, ordinary=True)
    change = [found.change(position) for position in positions]
    sheet.rows.append(Row((str(_("Change of bank and cash")), *change), "total"))
    sheet.rows.append(Row((str(_("Bank and cash before")), *found.opening)))
    sheet.rows.append(Row((str(_("Bank and cash after")), *found.closing), "grand"))
    return sheet
