"""Statements of several companies side by side, in the currency of the one the reader stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from addons.erp_accounting.models import ASSETS, LIABILITIES
from addons.erp_accounting.queries import balances, statements
from addons.erp_accounting.queries.statements import Amount, BalanceSheet, ProfitAndLoss, Section
from addons.erp_accounting.services import ledgers, rates
from core.api import ZERO, Company, Env, Head, _, in_company, round_money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Side:
    """One company, and what one unit of its currency is worth in the reader's."""

    env: Env
    rate: Decimal
    currency: str
    """The reader's."""


def converted(env: Env, day: date) -> list[Side]:
    """The companies the reader sees that have books, each with the rate of `day`; or NoRate."""
    found = []
    for company_id in env.company_ids:
        theirs = in_company(env, company_id)
        try:
            ledgers.of(theirs)
        except ledgers.NoBooks:
            continue
        currency = env.get(Company, company_id).currency
        found.append(Side(theirs, rates.rate_on(env, currency, day), env.company.currency))
    return found


def heads(env: Env, sides: Sequence[Side]) -> list[Head]:
    """A column for each company, and one for all."""
    names = [side.env.company.name for side in sides]
    return [*(Head(str(name), "money") for name in names), Head(str(_("Together")), "money")]


def profit_and_loss(sides: Sequence[Side], period: Sequence[tuple[date, date]]) -> ProfitAndLoss:
    """Income and costs of each, and of all together; what they sold each other is in it."""
    each = [statements.profit_and_loss(side.env, period) for side in sides]
    first = each[0]
    sections = {
        key: _joined(section.label, [one.sections[key] for one in each], sides)
        for key, section in first.sections.items()
    }
    return ProfitAndLoss(tuple(period), sections)


def balance_sheet(sides: Sequence[Side], day: date) -> BalanceSheet:
    """What each owns and owes, and all together. The cents of conversion stand under equity."""
    each = [statements.balance_sheet(side.env, [day]) for side in sides]
    assets = [
        _joined(kind.label, [one.assets[place] for one in each], sides) for place, kind in enumerate(ASSETS)
    ]
    liabilities = [
        _joined(kind.label, [one.liabilities[place] for one in each], sides)
        for place, kind in enumerate(LIABILITIES)
    ]
    equity = _joined(each[0].equity.label, [one.equity for one in each], sides)
    sheet = BalanceSheet((day,) * (len(sides) + 1), assets, liabilities, equity)
    positions = range(len(sides) + 1)
    left = tuple(sheet.total_assets(place) - sheet.total_liabilities(place) for place in positions)
    if any(left):
        equity.rows.append(Amount(None, str(_("Difference of conversion")), left))
    return sheet


def trial_balance(sides: Sequence[Side], start: date, end: date) -> Section:
    """Closing balances by account, of each and of all together, at the rate of the last day."""
    parts = []
    for side in sides:
        rows = balances.trial_balance(side.env, start, end)
        earlier = str(_("Result of earlier years, not allocated"))
        parts.append(
            Section(
                "",
                [Amount(None, row.account.title if row.account else earlier, (row.closing,)) for row in rows],
            )
        )
    return _joined("", parts, sides)


def _joined(label: str, parts: Sequence[Section], sides: Sequence[Side]) -> Section:
    """Rows of the same account code and name stand on one line."""
    found: dict[str, list[Decimal]] = {}
    for place, (part, side) in enumerate(zip(parts, sides, strict=True)):
        for row in part.rows:
            amounts = found.setdefault(str(row.label), [ZERO] * (len(sides) + 1))
            amount = round_money(row.amounts[0] * side.rate, side.currency)
            amounts[place] += amount
            amounts[-1] += amount
    rows = [Amount(None, name, tuple(amounts)) for name, amounts in sorted(found.items())]
    return Section(label, rows, len(sides) + 1)
