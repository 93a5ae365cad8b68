"""Where the money came from and went, by the indirect method (IAS 7.18 b): from the result to the change of
bank and cash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from addons.erp_accounting.models import AccountType
from addons.erp_accounting.queries.balances import (
    ORDINARY,
    RESULT_TYPES,
    Movement,
    Period,
    accounts,
    movements_of,
)
from addons.erp_accounting.queries.statements import Amount, Section
from core.api import ZERO, _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from addons.erp_accounting.models import Account
    from core.api import Env

_T = AccountType
_WORKING = (_T.RECEIVABLE, _T.CURRENT_ASSET, _T.PREPAYMENT, _T.PAYABLE, _T.CURRENT_LIABILITY)
_FINANCING = (_T.LONG_LIABILITY, _T.EQUITY, _T.RESULT)


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Positive is money that came in."""

    operating: Section
    investing: Section
    financing: Section
    opening: tuple[Decimal, ...]
    """Bank and cash before the first day."""
    closing: tuple[Decimal, ...]

    def change(self, position: int = 0) -> Decimal:
        """What the three sections add up to: the change of bank and cash."""
        parts = (self.operating, self.investing, self.financing)
        return sum((part.totals[position] for part in parts), ZERO)


def cash_flow(env: Env, periods: Sequence[tuple[date, date]], *, scan: bool = False) -> CashFlow:
    """The cash flow of one or several periods.

    Depreciation is no outflow: it is added to the result and taken from what fixed assets lost.
    """
    width = len(periods)
    wanted: list[Period] = [*periods, *((None, start - timedelta(days=1)) for start, _end in periods)]
    moved = movements_of(env, wanted, scan=scan, kinds=ORDINARY)
    found, earlier = moved[:width], moved[width:]
    chart = accounts(env)
    result = _sums(chart, RESULT_TYPES, found, -1)
    depreciation = _sums(chart, (_T.DEPRECIATION,), found, 1)
    operating = Section(_("Operations"), [Amount(None, _("Result"), result)], width)
    investing = Section(_("Investments"), _rows(chart, (_T.FIXED_ASSET,), found), width)
    if any(depreciation):
        operating.rows.append(Amount(None, _("Depreciation, no outflow"), depreciation))
        taken = tuple(-amount for amount in depreciation)
        investing.rows.append(Amount(None, _("Depreciation, no outflow"), taken))
    operating.rows += _rows(chart, (*_WORKING, _T.OFF_BALANCE), found)
    opening = _sums(chart, (_T.BANK,), earlier, 1)
    change = _sums(chart, (_T.BANK,), found, 1)
    return CashFlow(
        operating,
        investing,
        Section(_("Financing"), _rows(chart, _FINANCING, found), width),
        opening,
        tuple(before + moved for before, moved in zip(opening, change, strict=True)),
    )


def _sums(
    chart: list[Account], kinds: Sequence[AccountType], found: Sequence[dict[int, Movement]], sign: int
) -> tuple[Decimal, ...]:
    none = Movement()
    ids = [account.id for account in chart if account.type in kinds]
    return tuple(sign * sum((period.get(one, none).balance for one in ids), ZERO) for period in found)


def _rows(
    chart: list[Account], kinds: Sequence[AccountType], found: Sequence[dict[int, Movement]]
) -> list[Amount]:
    none = Movement()
    rows = []
    for account in chart:
        if account.type in kinds:
            amounts = tuple(-period.get(account.id, none).balance for period in found)
            if any(amounts):
                rows.append(Amount(account, account.title, amounts))
    return rows
