"""How much of two open items settles each other, in both currencies. Pure: no database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.api import ZERO, RuleBroken, _, round_money

if TYPE_CHECKING:
    from decimal import Decimal


class CurrenciesDiffer(RuleBroken):
    def __init__(self, debit: str, credit: str) -> None:
        super().__init__(
            _("{debit} cannot be settled with {credit} directly.", debit=debit, credit=credit),
            hint=_("Register the payment in the document's currency or in your company's."),
        )


@dataclass(frozen=True, slots=True)
class Open:
    """What is left of one ledger line. Both amounts are positive, whichever side the line is on."""

    company: Decimal
    currency: str
    foreign: Decimal
    """In `currency`; equals `company` when that is the company's currency."""


@dataclass(frozen=True, slots=True)
class Match:
    """What one settlement takes from each side."""

    debit: Decimal
    debit_foreign: Decimal
    credit: Decimal
    credit_foreign: Decimal

    @property
    def settled(self) -> Decimal:
        """Company amount both sides share."""
        return min(self.debit, self.credit)

    @property
    def gain(self) -> Decimal:
        """Exchange gain (positive) or loss (negative) in the company's currency, for receivables and
        payables alike."""
        return self.credit - self.debit


def match(
    debit: Open,
    credit: Open,
    company_currency: str,
    *,
    rate: Decimal | None = None,
    limit: Decimal | None = None,
    before: tuple[Decimal, Decimal] = (ZERO, ZERO),
) -> Match:
    """Settle as much as possible, at most `limit` (in the debit's currency when given).

    Same currency: the smaller foreign amount decides, and each side gives its share of company money; what
    closes a side takes all of its company money, so nothing is left in either currency.
    One side foreign, the other in the company's currency: `rate` (company money for one foreign unit, on the
    day of the payment) converts. before: what was converted at this rate already, foreign and company money:
    the sum is rounded, not each part, so that a payment of several items leaves no cent.
    """
    if debit.currency == credit.currency:
        foreign = min(debit.foreign, credit.foreign)
        if limit is not None:
            foreign = min(foreign, limit)
        return Match(
            _share(debit, foreign, company_currency),
            foreign,
            _share(credit, foreign, company_currency),
            foreign,
        )
    if rate is None or company_currency not in {debit.currency, credit.currency}:
        raise CurrenciesDiffer(debit.currency, credit.currency)
    if credit.currency == company_currency:
        taken, paid = _converted(debit, credit, rate, company_currency, limit, before)
        return Match(_share(debit, taken, company_currency), taken, paid, paid)
    if limit is not None and limit < debit.company:
        debit = replace(debit, company=limit, foreign=limit)
    taken, paid = _converted(credit, debit, rate, company_currency, None, before)
    return Match(paid, paid, _share(credit, taken, company_currency), taken)


def _share(side: Open, foreign: Decimal, company_currency: str) -> Decimal:
    if foreign == side.foreign:
        return side.company
    return round_money(side.company * foreign / side.foreign, company_currency)


def _converted(
    foreign: Open,
    home: Open,
    rate: Decimal,
    company_currency: str,
    limit: Decimal | None,
    before: tuple[Decimal, Decimal],
) -> tuple[Decimal, Decimal]:
    """(taken from the foreign side in its currency, taken from the home side)."""
    had, paid = before
    wanted = foreign.foreign if limit is None else min(foreign.foreign, limit)
    price = max(round_money((had + wanted) * rate, company_currency) - paid, ZERO)
    if price <= home.company:
        return wanted, price
    bought = round_money((paid + home.company) / rate - had, foreign.currency)
    return min(wanted, max(bought, ZERO)), home.company
