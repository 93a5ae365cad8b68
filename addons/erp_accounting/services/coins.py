"""The smallest coin of a currency, where it is larger than its smallest amount. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.core import get_global

from core.api import currency_quantum


@lru_cache(maxsize=256)
def coin(currency: str) -> Decimal:
    """The smallest coin, such as 0.05 CHF or 0.50 DKK (CLDR, cash rounding); else the smallest amount."""
    fractions = get_global("currency_fractions")
    known = fractions.get(currency)
    if not known or len(known) < 4:
        return currency_quantum(currency)
    return Decimal(known[3] or 1).scaleb(-int(known[2]))


def in_coins(total: Decimal, currency: str) -> Decimal:
    """A total as it can be paid in coins, half up."""
    step = coin(currency)
    return (total / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step
