"""Amounts, prices and quantities: exact decimals, rounded half up, precision from CLDR."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision
from sqlalchemy import Numeric

ZERO = Decimal(0)
HUNDRED = Decimal(100)

Money = Numeric(20, 4)
"""An amount in some currency; the currency stands on the document."""
Price = Numeric(20, 6)
"""An amount for one unit; finer than the currency, rounded only once multiplied."""
Quantity = Numeric(20, 6)
"""A number of units of measure."""
Rate = Numeric(20, 10)
"""A percentage, a factor or an exchange rate."""


@lru_cache(maxsize=512)
def currency_quantum(currency: str) -> Decimal:
    """The smallest amount of a currency (ISO 4217 code): 0.01 for EUR, 1 for JPY, 0.001 for TND."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Round half up to the currency's own precision."""
    return amount.quantize(currency_quantum(currency), rounding=ROUND_HALF_UP)


def round_half_up(value: Decimal, digits: int) -> Decimal:
    """Round half up to ``digits`` decimals."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
