"""Amounts, prices and quantities: exact decimals, rounded half up, precision from CLDR."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from babel.numbers import get_currency_precision
from sqlalchemy import Numeric, inspect

from core.errors import Invalid
from core.i18n.text import _

if TYPE_CHECKING:
    from collections.abc import Mapping

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


class FloatGiven(Invalid):
    """A binary fraction for an exact column: 0.1 is none, so cents would be lost on the way."""

    def __init__(self, model: type[Any], name: str, value: float) -> None:
        label = model.__label__ or model.__name__
        super().__init__(
            _("{what}: {name} was given {value} as a float.", what=label, name=name, value=repr(value)),
            hint=_('Give a Decimal, such as Decimal("{value}").', value=value),
        )


@cache
def exact_names(model: type[Any]) -> tuple[str, ...]:
    """The attributes of a composed model that are stored as exact decimals."""
    return tuple(
        attribute.key
        for attribute in inspect(model).column_attrs
        for column in attribute.columns
        if isinstance(column.type, Numeric) and column.type.asdecimal
    )


def refuse_floats(model: type[Any], values: Mapping[str, Any]) -> None:
    """Raise FloatGiven when an exact column would be written from a float."""
    for name in exact_names(model):  # type: ignore[arg-type]  # mypy takes the instances' __hash__ for the class's
        if isinstance(values.get(name), float):
            raise FloatGiven(model, name, values[name])


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
