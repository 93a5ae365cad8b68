"""Balance sheet, and profit and loss."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from addons.erp_accounting.models import ASSETS, EQUITY, LIABILITIES, AccountType
from addons.erp_accounting.queries.balances import (
    ORDINARY,
    RESULT_TYPES,
    Movement,
    Period,
    accounts,
    fiscal_year,
    movements_of,
)
from core.api import ZERO, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from addons.erp_accounting.models import Account
    from core.api import Env


@dataclass(frozen=True, slots=True)
class Amount:
    """One account of a statement, once for each period compared; positive where the section grows."""

    account: Account | None
    label: str
    amounts: tuple[Decimal, ...]


@dataclass(slots=True)
class Section:
    label: str
    rows: list[Amount] = field(default_factory=list)
    width: int = 1

    @property
    def totals(self) -> tuple[Decimal, ...]:
        columns = zip(*(row.amounts for row in self.rows), strict=True) if self.rows else ()
        return tuple(sum(column, ZERO) for column in columns) or (ZERO,) * self.width


@dataclass(frozen=True, slots=True)
class ProfitAndLoss:
    periods: tuple[tuple[date, date], ...]
    sections: dict[str, Section]
    """sales, cost_of_sales, expenses, depreciation, other_income"""

    def result(self, position: int = 0) -> Decimal:
        """Income less costs."""
        return self._sum(position, ("sales", "other_income"), ("cost_of_sales", "expenses", "depreciation"))

    def gross_margin(self, position: int = 0) -> Decimal:
        """Sales less what the sold goods cost."""
        return self._sum(position, ("sales",), ("cost_of_sales",))

    def operating(self, position: int = 0) -> Decimal:
        """What the business itself earned, before other income."""
        return self._sum(position, ("sales",), ("cost_of_sales", "expenses", "depreciation"))

    def _sum(self, position: int, plus: Iterable[str], minus: Iterable[str]) -> Decimal:
        more = sum((self.sections[key].totals[position] for key in plus), ZERO)
        return more - sum((self.sections[key].totals[position] for key in minus), ZERO)


@dataclass(frozen=True, slots=True)
class BalanceSheet:
    days: tuple[date, ...]
    assets: list[Section]
    liabilities: list[Section]
    equity: Section

    def total_assets(self, position: int = 0) -> Decimal:
        return sum((section.totals[position] for section in self.assets), ZERO)

    def total_liabilities(self, position: int = 0) -> Decimal:
        """Debts and equity: equal to the assets."""
        debts = sum((section.totals[position] for section in self.liabilities), ZERO)
        return debts + self.equity.totals[position]


_RESULT_SECTIONS = {
    "sales": (_("Sales"), (AccountType.INCOME,), -1),
    "cost_of_sales": (_("Cost of sales"), (AccountType.COST_OF_SALES,), 1),
    "expenses": (_("Expenses"), (AccountType.EXPENSE,), 1),
    "depreciation": (_("Depreciation"), (AccountType.DEPRECIATION,), 1),
    "other_income": (_("Other income"), (AccountType.OTHER_INCOME,), -1),
}


def profit_and_loss(env: Env, periods: Sequence[tuple[date, date]], *, scan: bool = False) -> ProfitAndLoss:
    """Income and costs of one or several periods."""
    found = movements_of(env, list(periods), scan=scan, kinds=ORDINARY)
    chart = accounts(env)
    sections = {
        key: Section(label, _rows(chart, kinds, found, sign), len(periods))
        for key, (label, kinds, sign) in _RESULT_SECTIONS.items()
    }
    return ProfitAndLoss(tuple(periods), sections)


def balance_sheet(env: Env, days: Sequence[date], *, scan: bool = False) -> BalanceSheet:
    """What the company owns and owes on one or several days.

    The result of the fiscal year, and of earlier years that no closing entry has moved yet, stand under
    equity.
    """
    years = [fiscal_year(env, day)[0] for day in days]
    wanted: list[Period] = [(None, day) for day in days]
    wanted += list(zip(years, days, strict=True))
    wanted += [(None, start - timedelta(days=1)) for start in years]
    moved = movements_of(env, wanted, scan=scan)
    width = len(days)
    found = moved[:width]
    chart = accounts(env)
    equity = Section(_("Equity"), _rows(chart, EQUITY, found, -1), width)
    this_year = [_result(chart, one) for one in moved[width : 2 * width]]
    earlier = [_result(chart, one) for one in moved[2 * width :]]
    if any(earlier):
        equity.rows.append(Amount(None, _("Result of earlier years, not allocated"), tuple(earlier)))
    if any(this_year) or not any(row.account for row in equity.rows):
        equity.rows.append(Amount(None, _("Result of the year"), tuple(this_year)))
    return BalanceSheet(
        tuple(days),
        [Section(kind.label, _rows(chart, (kind,), found, 1), width) for kind in ASSETS],
        [Section(kind.label, _rows(chart, (kind,), found, -1), width) for kind in LIABILITIES],
        equity,
    )


def _result(chart: list[Account], moved: dict[int, Movement]) -> Decimal:
    none = Movement()
    return -sum(
        (moved.get(account.id, none).balance for account in chart if account.type in RESULT_TYPES), ZERO
    )


def _rows(
    chart: list[Account],
    kinds: Iterable[AccountType],
    found: Sequence[dict[int, Movement]],
    sign: int,
) -> list[Amount]:
    wanted = set(kinds)
    none = Movement()
    rows = []
    for account in chart:
        if account.type in wanted:
            amounts = tuple(sign * period.get(account.id, none).balance for period in found)
            if any(amounts):
                rows.append(Amount(account, account.title, amounts))
    return rows
