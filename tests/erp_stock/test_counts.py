from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from addons.erp_stock.models import Count, CountState, OperationKind, Scrap, ScrapState
from addons.erp_stock.queries import soundness
from addons.erp_stock.services import counts, history, scrap, shelves, shipments
from addons.erp_stock.services.quantities import Demand
from addons.erp_stock.services.recosting import NotThenThere
from tests.erp_stock.factories import (
    a_delivery,
    a_product,
    a_shelf,
    delivered,
    on_shelf,
    received,
    stock_of,
    worth,
)

if TYPE_CHECKING:
    from datetime import date

    from core.api import Env

pytestmark = pytest.mark.addons("erp_stock")


def test_a_count_makes_the_stock_what_was_counted(env: Env) -> None:
    lamp, cable, plug = a_product(env), a_product(env), a_product(env)
    received(env, lamp, 10, 5)
    received(env, cable, 10, 5)
    received(env, plug, 10, 5)
    count = env.add(Count, location_id=stock_of(env).id, reason="Year end")
    counts.start(env, count)
    lines = {line.product_id: line for line in count.lines}
    lines[lamp.id].counted, lines[cable.id].counted = Decimal(8), Decimal(12)
    blind = env.add(Count, location_id=stock_of(env).id, reason="Doubts", blind=True)
    counts.start(env, blind)

    counts.apply(env, count)

    assert {line.expected for line in count.lines} == {10}
    assert {line.expected for line in blind.lines} == {None}
    assert [on_shelf(env, p)[0] for p in (lamp, cable, plug)] == [8, 12, 10]
    assert [worth(env, p) for p in (lamp, cable, plug)] == [40, 60, 50]
    assert (count.state, lines[lamp.id].difference, lines[cable.id].difference, lines[plug.id].move_id) == (
        CountState.DONE,
        -2,
        2,
        None,
    )
    assert {line.move.reason for line in count.lines if line.move} == {"Year end"}
    assert list(soundness.findings(env)) == []


def test_a_count_is_applied_once(env: Env) -> None:
    lamp = a_product(env)
    count = env.add(Count, location_id=stock_of(env).id, reason="Opening")
    with pytest.raises(counts.NothingCounted):
        counts.apply(env, count)
    counts.adjust(env, lamp, stock_of(env), Decimal(3), "Found", cost=Decimal(4))
    counts.start(env, count)
    line = next(line for line in count.lines if line.product_id == lamp.id)
    line.counted = Decimal(3)
    counts.apply(env, count)

    with pytest.raises(counts.CountClosed):
        counts.apply(env, count)

    assert (on_shelf(env, lamp)[0], worth(env, lamp), line.move_id) == (3, 12, None)


def test_a_count_below_what_is_reserved_says_which_delivery_must_let_go(env: Env) -> None:
    lamp = a_product(env, name="Orla 40")
    received(env, lamp, 10)
    a_delivery(env, (lamp, 6))

    with pytest.raises(counts.BelowReserved, match='"Orla 40": 5 counted in MAIN/Stock, but 6 are reserved'):
        counts.adjust(env, lamp, stock_of(env), Decimal(5), "Broken")


def test_an_adjustment_needs_a_reason(env: Env) -> None:
    with pytest.raises(counts.NoReason):
        counts.adjust(env, a_product(env), stock_of(env), Decimal(5), "  ")


def test_scrap_takes_only_what_is_promised_to_nobody(env: Env) -> None:
    lamp = a_product(env, name="Orla 40")
    received(env, lamp, 10, 5)
    a_delivery(env, (lamp, 8))
    too_much = env.add(
        Scrap,
        product_id=lamp.id,
        quantity=3,
        unit_id=lamp.unit_id,
        location_id=stock_of(env).id,
        reason="Broken",
    )
    enough = env.add(
        Scrap,
        product_id=lamp.id,
        quantity=2,
        unit_id=lamp.unit_id,
        location_id=stock_of(env).id,
        reason="Broken",
    )

    scrap.throw_away(env, enough)
    with pytest.raises(shelves.Shortage, match='"Orla 40": 3 wanted from MAIN/Stock, 0 available'):
        scrap.throw_away(env, too_much)

    assert (enough.state, on_shelf(env, lamp), worth(env, lamp)) == (ScrapState.DONE, (8, 8), 40)
    with pytest.raises(scrap.AlreadyScrapped):
        scrap.throw_away(env, enough)


def test_a_location_keeps_its_path_and_never_lies_inside_itself(env: Env) -> None:
    from addons.erp_stock.services import warehouses

    aisle = a_shelf(env, "Aisle")
    bin_ = warehouses.create_location(env, {"name": "Bin 1", "parent_id": aisle.id})
    aisle.name = "Aisle 7"
    warehouses.rename_location(env, aisle, frozenset({"name"}))
    assert bin_.full_name == "MAIN/Stock/Aisle 7/Bin 1"

    aisle.parent_id = bin_.id
    with pytest.raises(warehouses.LocationInsideItself):
        warehouses.rename_location(env, aisle, frozenset({"parent"}))


def a_day(env: Env, ago: int) -> date:
    return env.today() - timedelta(days=ago)


def test_a_later_count_stops_what_an_earlier_one_changes(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10, 5, on=a_day(env, 20))
    counts.adjust(env, lamp, stock_of(env), Decimal(9), "Year end", on=a_day(env, 5))

    counts.adjust(env, lamp, stock_of(env), Decimal(7), "Found in a drawer", on=a_day(env, 10))

    there = [history.quantity_on(env, lamp.id, stock_of(env).id, a_day(env, ago)) for ago in (20, 10, 5, 0)]
    assert there == [10, 7, 9, 9]
    assert (on_shelf(env, lamp), worth(env, lamp)) == ((9, 0), 45)
    assert list(soundness.findings(env)) == []


def test_an_earlier_count_without_a_later_one_changes_today(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10, 5, on=a_day(env, 20))
    delivered(env, lamp, 4, on=a_day(env, 5))

    counts.adjust(env, lamp, stock_of(env), Decimal(9), "One was broken", on=a_day(env, 10))

    assert on_shelf(env, lamp) == (5, 0)
    with pytest.raises(NotThenThere, match="1 would be missing"), env.session.begin_nested():
        counts.adjust(env, lamp, stock_of(env), Decimal(3), "Impossible", on=a_day(env, 7))
    env.session.expire_all()
    assert list(soundness.findings(env)) == []


def test_what_a_count_found_stays_when_an_older_receipt_is_recorded(env: Env) -> None:
    lamp = a_product(env)
    counts.adjust(env, lamp, stock_of(env), Decimal(10), "Opening", on=a_day(env, 10), cost=Decimal(5))

    receipt = received(env, lamp, 4, 5, on=a_day(env, 12))
    late = received(env, lamp, 3, 5, on=a_day(env, 8))

    assert {m.done_on for m in (*receipt.moves, *late.moves)} == {a_day(env, 12), a_day(env, 8)}
    assert on_shelf(env, lamp) == (13, 0)
    assert list(soundness.findings(env)) == []


def test_what_a_count_found_stays_when_an_older_move_to_a_new_place_is_recorded(env: Env) -> None:
    lamp, stock, shelf = a_product(env), stock_of(env), a_shelf(env, "Shelf 1")
    received(env, lamp, 10, 5, on=a_day(env, 20))
    counts.adjust(env, lamp, stock, Decimal(7), "Year end", on=a_day(env, 5))
    demand = Demand(lamp, Decimal(4))
    moved = shipments.plan(env, OperationKind.INTERNAL, [demand], target_id=shelf.id)

    shipments.ship(env, moved, on=a_day(env, 10))

    there = [history.quantity_on(env, lamp.id, place.id, a_day(env, 0)) for place in (stock, shelf)]
    assert (there, on_shelf(env, lamp)) == ([7, 4], (11, 0))
    assert list(soundness.findings(env)) == []


def test_what_was_found_at_the_end_of_a_day_was_not_there_to_leave_before(env: Env) -> None:
    lamp = a_product(env)
    counts.adjust(env, lamp, stock_of(env), Decimal(9), "Found", on=a_day(env, 5), cost=Decimal(5))

    with pytest.raises(NotThenThere, match="4 would be missing"), env.session.begin_nested():
        delivered(env, lamp, 4, on=a_day(env, 5))
    env.session.expire_all()
    delivered(env, lamp, 4, on=a_day(env, 4))

    assert on_shelf(env, lamp) == (5, 0)
