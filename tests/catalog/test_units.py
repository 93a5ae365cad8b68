from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from addons.catalog.models import UnitCategory
from addons.catalog.services import units
from tests.catalog.factories import a_unit

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("catalog")

D = Decimal


def test_a_dozen_is_twelve_pieces(env: Env) -> None:
    piece = a_unit(env, name="Test piece")
    dozen = a_unit(env, name="Test dozen", code="DZN", factor=D(12))

    assert units.convert(D("2.5"), dozen, piece) == 30
    assert units.price_in(D(12), dozen, piece) == 1


def test_a_conversion_is_rounded_half_up_to_the_decimals_of_the_unit(env: Env) -> None:
    piece = a_unit(env, name="Test piece")
    dozen = a_unit(env, name="Test dozen", code="DZN", factor=D(12), digits=2)

    assert units.convert(D(7), piece, dozen) == D("0.58")


def test_kilograms_are_not_pieces(env: Env) -> None:
    piece = a_unit(env, name="Test piece")
    kilogram = a_unit(env, name="Test kilogram", code="KGM", category=UnitCategory.WEIGHT)

    with pytest.raises(units.OtherCategory, match="Test kilogram cannot be converted to Test piece"):
        units.convert(D(1), kilogram, piece)
