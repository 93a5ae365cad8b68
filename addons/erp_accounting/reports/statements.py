"""Trial balance, balance sheet and profit and loss as sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_accounting.queries import statements
from addons.erp_accounting.queries.balances import trial_balance
from addons.erp_accounting.reports.periods import compared, period_choices
from addons.erp_accounting.reports.sheet import Choice, Head, Row, Sheet
from core.api import ZERO, _, format_date

if TYPE_CHECKING:
    from collections.abc import Callable
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


def trial_balance_sheet(env: Env, wanted: Asked) -> Sheet:
    """Every account: before, debit, credit, after."""
    rows = trial_balance(env, wanted.start, wanted.end)
    sheet = Sheet(
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
        ],
        choices=period_choices(wanted),
        empty=str(_("Nothing was posted up to that day.")),
    )
    for row in rows:
        title = row.account.title if row.account else str(_("Result of earlier years, not allocated"))
        cells = (title, row.opening, row.debit, row.credit, row.closing)
        url = ledger_url(row.account, wanted.start, wanted.end) if row.account else ""
        sheet.rows.append(Row(cells, url=url))
    if rows:
        sums = [
            sum((getattr(row, name) for row in rows), ZERO)
            for name in ("opening", "debit", "credit", "closing")
        ]
        sheet.rows.append(Row((str(_("Total")), *sums), "grand"))
    return sheet


def profit_and_loss_sheet(env: Env, wanted: Asked) -> Sheet:
    """Income and costs, with the margins between them."""
    periods = compared(wanted)
    found = statements.profit_and_loss(env, periods)
    sheet = Sheet(
        "profit-and-loss",
        str(_("Profit and loss")),
        days(wanted.start, wanted.end),
        env.company.currency,
        [Head(""), *(Head(days(*period), "money") for period in periods)],
        choices=period_choices(wanted, compare=True),
        empty=str(_("Nothing was earned or spent in these days.")),
    )
    if not any(section.rows for section in found.sections.values()):
        return sheet

    def result(label: str, amount: Callable[[int], Decimal], kind: str = "total") -> None:
        sheet.rows.append(Row((label, *(amount(position) for position in range(len(periods)))), kind))

    def section(key: str) -> None:
        _section(sheet, found.sections[key], wanted.start, wanted.end)

    section("sales")
    section("cost_of_sales")
    result(str(_("Gross margin")), found.gross_margin)
    section("expenses")
    section("depreciation")
    result(str(_("Operating result")), found.operating)
    section("other_income")
    result(str(_("Result")), found.result, "grand")
    return sheet


def _section(sheet: Sheet, section: statements.Section, start: date | None, end: date) -> None:
    if not section.rows:
        return
    sheet.rows.append(Row((str(section.label), *section.totals), "group"))
    for row in section.rows:
        url = ""
        if row.account is not None:
            url = f"/accounting/general-ledger?account={row.account.id}&to={end}"
            url += f"&from={start}" if start else ""
        sheet.rows.append(Row((str(row.label), *row.amounts), url=url))


def balance_sheet_sheet(env: Env, wanted: Asked) -> Sheet:
    """What the company owns and owes at the end of a day."""
    points = [end for _start, end in compared(wanted)]
    found = statements.balance_sheet(env, points)
    sheet = Sheet(
        "balance-sheet",
        str(_("Balance sheet")),
        str(_("At {day}", day=format_date(wanted.end))),
        env.company.currency,
        [Head(""), *(Head(format_date(day), "money") for day in points)],
        choices=[
            Choice("to", str(_("At")), wanted.end.isoformat()),
            *period_choices(wanted, compare=True)[2:],
        ],
        empty=str(_("Nothing was posted up to that day.")),
    )
    for section in found.assets:
        _section(sheet, section, None, wanted.end)
    if not sheet.rows and not any(any(row.amounts) for row in found.equity.rows):
        return sheet
    positions = range(len(points))
    sheet.rows.append(
        Row((str(_("Total assets")), *(found.total_assets(position) for position in positions)), "grand")
    )
    for section in (*found.liabilities, found.equity):
        _section(sheet, section, None, wanted.end)
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
