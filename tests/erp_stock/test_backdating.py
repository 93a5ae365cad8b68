"""Moves recorded late: whoever types first, the books say the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.erp_stock.models import Costing, Layer
from addons.erp_stock.queries import soundness
from addons.erp_stock.services import returns, shelves, shipments
from addons.erp_stock.services.moving import BackBeforeItLeft
from addons.erp_stock.services.recosting import NotThenThere
from addons.erp_stock.services.valuation import MethodChanged
from tests.erp_stock.factories import a_product, delivered, on_shelf, received, stock_of, worth

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_stock")
START = date(2026, 3, 2)


@dataclass(frozen=True)
class Event:
    """day: after START. back: the quantity comes back of the delivery at this place of the list."""

    day: int
    quantity: int
    cost: str = ""
    back: int | None = None


def enter(env: Env, product: Any, events: list[Event], order: list[int]) -> list[Any]:
    """Record the events in an order; what is refused because its goods are not there yet waits its turn."""
    done: dict[int, Any] = {}
    waiting = list(order)
    while waiting:
        refused = []
        for place in waiting:
            event = events[place]
            if event.back is not None and event.back not in done:
                refused.append(place)
                continue
            try:
                with env.session.begin_nested():
                    done[place] = record(env, product, event, done)
            except (shelves.Shortage, NotThenThere, shipments.NothingReady):
                refused.append(place)
        if len(refused) == len(waiting):
            reject()  # what left for a return that is not typed yet was sold to somebody else meanwhile
        waiting = refused
    return [done[place] for place in range(len(events))]


def record(env: Env, product: Any, event: Event, done: dict[int, Any]) -> Any:
    on = START + timedelta(days=event.day)
    if event.back is not None:
        move = done[event.back].moves[0]
        shipment = returns.plan_return(env, move.shipment, {move.id: Decimal(event.quantity)})
        shipments.ship(env, shipment, on=on)
        return shipment
    if event.cost:
        return received(env, product, event.quantity, event.cost, on=on)
    return delivered_whole(env, product, event.quantity, on)


def delivered_whole(env: Env, product: Any, quantity: int, on: date) -> Any:
    delivery = delivered(env, product, quantity, on=on)
    if len(delivery.moves) != 1 or delivery.moves[0].quantity != quantity:
        raise shelves.Shortage(product, stock_of(env), Decimal(quantity), Decimal(0))
    return delivery


def layers(env: Env, product: Any) -> list[tuple[Any, ...]]:
    layer = env[Layer]
    query = (
        select(layer.on, layer.quantity, layer.value, layer.left_quantity, layer.left_value)
        .where(layer.product_id == product.id)
        .order_by(layer.on, layer.part, layer.tie, layer.quantity, layer.value, layer.id)
    )
    return [tuple(row) for row in env.session.execute(query)]


BOOK = [
    Event(0, 68, "15"),
    Event(1, 140, "15.50"),
    Event(2, 94),
    Event(3, 40, "16"),
    Event(4, 78, "16.50"),
    Event(5, 116),
    Event(6, 62),
]


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5, 6], [1, 4, 3, 6, 5, 2, 0], [4, 3, 1, 0, 2, 5, 6]])
def test_the_example_of_the_text_books_in_any_order_of_typing(env: Env, order: list[int]) -> None:
    lamp = a_product(env, costing=Costing.FIFO)

    done = enter(env, lamp, BOOK, order)

    assert [done[place].moves[0].value for place in (2, 5, 6)] == [-1423, -1799, -1004]
    assert worth(env, lamp) == 54 * Decimal("16.50")
    assert list(soundness.findings(env)) == []


def test_a_receipt_recorded_late_changes_the_average_of_what_left_since(env: Env) -> None:
    """1 at 100 and 2 at 200 first; 1 at 200 of the day between comes to the books last: 150, then 175."""
    lamp = a_product(env, costing=Costing.AVERAGE)
    received(env, lamp, 1, 100, on=START)
    received(env, lamp, 2, 200, on=START + timedelta(days=2))
    sold = delivered(env, lamp, 1, on=START + timedelta(days=3))
    before = sold.moves[0].value

    received(env, lamp, 1, 200, on=START + timedelta(days=1))

    assert (before, sold.moves[0].value) == (Decimal("-166.67"), -175)
    assert worth(env, lamp) == 525
    assert list(soundness.findings(env)) == []


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Event], list[int]]:
    """Receipts, deliveries and returns that are possible in the order of their days, and an order of
    typing."""
    events: list[Event] = []
    there = 0
    out: dict[int, int] = {}
    day = 0
    for _ in range(draw(st.integers(2, 9))):
        day += draw(st.integers(0, 3))
        what = draw(st.sampled_from(["in", "in", "out", "out", "back"]))
        if what == "out" and there:
            quantity = draw(st.integers(1, there))
            out[len(events)] = quantity
            there -= quantity
            events.append(Event(day, quantity))
        elif what == "back" and out:
            original = draw(st.sampled_from(sorted(out)))
            quantity = draw(st.integers(1, out[original]))
            out[original] -= quantity
            if not out[original]:
                del out[original]
            there += quantity
            events.append(Event(day, quantity, back=original))
        else:
            quantity = draw(st.integers(1, 9))
            there += quantity
            events.append(Event(day, quantity, str(Decimal(draw(st.integers(1, 2000))) / 100)))
        if what != "in":
            day += 1  # of one past day goods that left do not wait for what came back: see DayPart
    return events, draw(st.permutations(range(len(events))))


@settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a shrunk example costs minutes of a database
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(histories(), st.sampled_from(list(Costing)))
def test_any_order_of_typing_gives_the_same_layers(
    env: Env, drawn: tuple[list[Event], list[int]], method: Costing
) -> None:
    events, order = drawn
    straight, shuffled = a_product(env, costing=method), a_product(env, costing=method)

    enter(env, straight, events, list(range(len(events))))
    enter(env, shuffled, events, order)

    assert layers(env, shuffled) == layers(env, straight)
    assert (worth(env, shuffled), on_shelf(env, shuffled)) == (worth(env, straight), on_shelf(env, straight))
    assert list(soundness.findings(env)) == []


def test_what_left_later_must_still_have_been_there(env: Env) -> None:
    lamp = a_product(env, name="Orla 40")
    received(env, lamp, 10, on=START)
    delivered(env, lamp, 8, on=START + timedelta(days=3))
    received(env, lamp, 20, on=START + timedelta(days=5))

    with pytest.raises(NotThenThere) as refused, env.session.begin_nested():
        delivered(env, lamp, 5, on=START + timedelta(days=1))

    assert str(refused.value.message) == '"Orla 40": 3 would be missing from MAIN/Stock on 5 Mar 2026.'
    env.session.expire_all()
    assert on_shelf(env, lamp) == (22, 0)
    assert list(soundness.findings(env)) == []


def test_goods_of_two_shelves_are_looked_at_apart(env: Env) -> None:
    from tests.erp_stock.factories import a_shelf

    lamp = a_product(env, name="Orla 40")
    shelf = a_shelf(env, "Shelf 5")
    received(env, lamp, 10, on=START)
    from addons.erp_stock.models import OperationKind
    from addons.erp_stock.services.quantities import Demand

    away = shipments.plan(env, OperationKind.INTERNAL, [Demand(lamp, Decimal(8))], target_id=shelf.id)
    shipments.ship(env, away, on=START + timedelta(days=2))
    received(env, lamp, 5, on=START + timedelta(days=4))

    with pytest.raises(NotThenThere, match="1 would be missing from MAIN/Stock on 4 Mar 2026"):
        delivered(env, lamp, 3, on=START + timedelta(days=1))


def test_nothing_comes_back_before_it_left(env: Env) -> None:
    lamp = a_product(env, name="Orla 40")
    received(env, lamp, 10, on=START)
    delivery = delivered(env, lamp, 4, on=START + timedelta(days=4))
    back = returns.plan_return(env, delivery)

    with pytest.raises(BackBeforeItLeft, match='"Orla 40" left on 6 Mar 2026'):
        shipments.ship(env, back, on=START + timedelta(days=3))


def test_several_returns_together_are_worth_what_left(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 3, "3.3333")
    delivery = delivered(env, lamp, 3)
    values = []
    for _ in range(3):
        back = returns.plan_return(env, delivery, {delivery.moves[0].id: Decimal(1)})
        shipments.ship(env, back)
        values.append(back.moves[0].value)

    assert values == [Decimal("3.33"), Decimal("3.34"), Decimal("3.33")]
    assert list(soundness.findings(env)) == []


def test_nothing_reaches_behind_a_change_of_the_costing_method(env: Env) -> None:
    lamp = a_product(env, name="Orla 40", costing=Costing.FIFO)
    received(env, lamp, 5, on=START)
    delivered(env, lamp, 5, on=START + timedelta(days=3))
    lamp.costing = Costing.AVERAGE
    env.session.flush()
    received(env, lamp, 2, 10, on=START + timedelta(days=5))
    received(env, lamp, 2, 20, on=START + timedelta(days=4))

    with pytest.raises(MethodChanged, match='costing method of "Orla 40" changed after 5 Mar 2026'):
        received(env, lamp, 5, on=START + timedelta(days=2))

    assert worth(env, lamp) == 60
