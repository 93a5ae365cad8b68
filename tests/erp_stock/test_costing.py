"""The pure part: shares of a value always add up, whatever is taken in whatever order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.erp_stock.services.costing import NotEnough, Open, share, take_first_in, worth
from core.api import round_money

quantities = st.integers(1, 10_000_000).map(lambda n: Decimal(n) / 1000)
amounts = st.integers(0, 100_000_000).map(lambda n: Decimal(n) / 100)
layers = st.lists(st.tuples(quantities, amounts), min_size=1, max_size=12)


def euro(amount: Decimal) -> Decimal:
    return round_money(amount, "EUR")


@given(layers, st.data())
def test_what_is_taken_and_what_is_left_is_what_there_was(
    rows: list[tuple[Decimal, Decimal]], data: st.DataObject
) -> None:
    left = [Open(key, quantity, value) for key, (quantity, value) in enumerate(rows)]
    total_quantity = sum(layer.quantity for layer in left)
    total_value = sum(layer.value for layer in left)
    gone = Decimal(0)
    while left:
        available = sum(layer.quantity for layer in left)
        part = data.draw(
            st.one_of(
                st.just(available), st.integers(1, int(available * 1000)).map(lambda n: Decimal(n) / 1000)
            )
        )

        taken = take_first_in(left, part, euro)

        by_key = {piece.key: piece for piece in taken}
        assert [piece.key for piece in taken] == [layer.key for layer in left[: len(taken)]]
        assert sum(piece.quantity for piece in taken) == part
        gone += worth(taken)
        left = [
            Open(
                layer.key, layer.quantity - by_key[layer.key].quantity, layer.value - by_key[layer.key].value
            )
            if layer.key in by_key
            else layer
            for layer in left
        ]
        assert all(layer.value >= 0 for layer in left)
        left = [layer for layer in left if layer.quantity]
        assert gone + sum(layer.value for layer in left) == total_value
    assert total_quantity > 0


@given(quantities, amounts)
def test_the_last_unit_takes_the_rest_of_the_value(quantity: Decimal, value: Decimal) -> None:
    assert share(value, quantity, quantity, euro) == value


def test_more_than_there_is_cannot_be_taken() -> None:
    with pytest.raises(NotEnough):
        take_first_in([Open(1, Decimal(2), Decimal(20))], Decimal(3), euro)
