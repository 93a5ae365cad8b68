from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.erp_stock.models import Costing, Valuation
from addons.erp_stock.models.product import InStock
from addons.erp_stock.queries import soundness
from addons.erp_stock.services import layers, returns, shipments
from tests.erp_stock.factories import a_product, delivered, received, worth

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_stock")


def test_first_in_first_out_as_the_text_books_have_it(env: Env) -> None:
    """In 68 at 15, 140 at 15.50; out 94; in 40 at 16, 78 at 16.50; out 116; out 62."""
    lamp = a_product(env, costing=Costing.FIFO)
    received(env, lamp, 68, 15)
    received(env, lamp, 140, "15.50")

    first = delivered(env, lamp, 94)
    received(env, lamp, 40, 16)
    received(env, lamp, 78, "16.50")
    second = delivered(env, lamp, 116)
    third = delivered(env, lamp, 62)

    assert [s.moves[0].value for s in (first, second, third)] == [-1423, -1799, -1004]
    assert worth(env, lamp) == 54 * Decimal("16.50")
    assert list(soundness.findings(env)) == []


def test_moving_average_follows_each_receipt(env: Env) -> None:
    """1 at 100, 1 at 200, 2 at 200: 150, then 175."""
    lamp = a_product(env, costing=Costing.AVERAGE)
    received(env, lamp, 1, 100)
    received(env, lamp, 1, 200)
    first = average(env, lamp)
    received(env, lamp, 2, 200)

    assert (first, average(env, lamp)) == (150, 175)
    assert delivered(env, lamp, 1).moves[0].value == -175
    assert list(soundness.findings(env)) == []


def average(env: Env, product) -> Decimal:  # type: ignore[no-untyped-def]  # noqa: ANN001 - any composed record
    return (
        env.session.scalars(select(env[Valuation]).where(env[Valuation].product_id == product.id))
        .one()
        .average_cost
    )


@pytest.mark.parametrize("method", list(Costing))
def test_the_last_unit_leaves_no_value_behind(env: Env, method: Costing) -> None:
    lamp = a_product(env, costing=method)
    received(env, lamp, 3, "3.3333")

    values = [delivered(env, lamp, 1).moves[0].value for _ in range(3)]

    assert values == [
        Decimal("-3.33"),
        Decimal("-3.34"),
        Decimal("-3.33"),
    ]
    assert worth(env, lamp) == 0
    assert list(soundness.findings(env)) == []


@pytest.mark.parametrize("method", list(Costing))
def test_a_return_comes_back_at_the_rate_it_left(env: Env, method: Costing) -> None:
    lamp = a_product(env, costing=method)
    received(env, lamp, 10, 10)
    delivery = delivered(env, lamp, 4)
    received(env, lamp, 10, 30)

    back = returns.plan_return(env, delivery, {delivery.moves[0].id: Decimal(3)}, reason="Wrong colour")
    shipments.ship(env, back)

    assert back.moves[0].value == 30
    assert worth(env, lamp) == 60 + 300 + 30
    assert list(soundness.findings(env)) == []


def test_no_more_can_return_than_is_out(env: Env) -> None:
    lamp = a_product(env, name="Orla 40")
    received(env, lamp, 10, 10)
    delivery = delivered(env, lamp, 4)
    move = delivery.moves[0].id
    returns.plan_return(env, delivery, {move: Decimal(3)})

    with pytest.raises(returns.MoreThanLeft, match='"Orla 40": 2 cannot return, only 1 are out'):
        returns.plan_return(env, delivery, {move: Decimal(2)})
    rest = returns.plan_return(env, delivery)
    with pytest.raises(returns.NotReturnable):
        returns.plan_return(env, delivery)

    assert [m.quantity for m in rest.moves] == [1]


def test_goods_sent_back_to_the_supplier_leave_from_the_layer_they_came_in(env: Env) -> None:
    lamp = a_product(env, costing=Costing.FIFO)
    received(env, lamp, 5, 10)
    second = received(env, lamp, 5, 12)

    back = returns.plan_return(env, second, {second.moves[0].id: Decimal(2)})
    shipments.ship(env, back)

    assert back.moves[0].value == -24
    assert delivered(env, lamp, 5).moves[0].value == -50
    assert list(soundness.findings(env)) == []


def test_many_layers_are_taken_from_as_few_are(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "FEW", 0)
    lamp = a_product(env, costing=Costing.FIFO)
    receipts = [received(env, lamp, 3, cost) for cost in ("3.3333", 5, 7, 11)]
    returns_of_the_third = returns.plan_return(env, receipts[2], {receipts[2].moves[0].id: Decimal(1)})

    first = delivered(env, lamp, 2)
    shipments.ship(env, returns_of_the_third)
    second = delivered(env, lamp, 5)

    assert [s.moves[0].value for s in (first, returns_of_the_third, second)] == [
        Decimal("-6.67"),
        -7,
        -(Decimal("3.33") + 15 + 7),
    ]
    assert worth(env, lamp) == 7 + 33
    assert list(soundness.findings(env)) == []


def test_the_costing_method_stays_while_there_is_stock(env: Env) -> None:
    lamp = a_product(env, costing=Costing.FIFO)
    received(env, lamp, 1)
    lamp.costing = Costing.AVERAGE

    with pytest.raises(InStock):
        env.session.flush()
    lamp.costing = Costing.FIFO
    delivered(env, lamp, 1)
    lamp.costing = Costing.AVERAGE
    env.session.flush()
