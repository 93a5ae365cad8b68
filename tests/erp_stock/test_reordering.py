from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from addons.erp_stock.models import (
    OperationKind,
    ReorderRule,
    ShipmentState,
    SupplyRequest,
    SupplyRoute,
    SupplyState,
)
from addons.erp_stock.queries import availability, promises
from addons.erp_stock.services import reordering, shipments, supply, warehouses
from addons.erp_stock.services.quantities import Demand
from tests.erp_stock.factories import a_delivery, a_product, a_shelf, on_shelf, received, stock_of

if TYPE_CHECKING:
    from core.api import Env
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("erp_stock")


def a_rule(env: Env, product: Any, **values: Any) -> ReorderRule:
    minimum, maximum = Decimal(10), Decimal(30)
    given = {"minimum": minimum, "maximum": maximum, "multiple": Decimal(0)} | values
    return env.add(ReorderRule, **{"product_id": product.id, "location_id": stock_of(env).id} | given)


def coming(env: Env, product: Any, quantity: int, on: date) -> Any:
    demand = Demand(product, Decimal(quantity), cost=Decimal(1))
    return shipments.plan(env, OperationKind.RECEIPT, [demand], planned_on=on)


def in_days(env: Env, days: int) -> date:
    return env.today() + timedelta(days=days)


def test_a_rule_fills_up_in_whole_multiples_and_asks_once(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 8)
    rule = a_rule(env, lamp, multiple=Decimal(12), lead_days=5)

    first, again = reordering.run(env), reordering.run(env)

    assert [(r.quantity, r.wanted_on, r.route, r.rule_id) for r in first] == [
        (24, in_days(env, 5), SupplyRoute.PURCHASE, rule.id)
    ]
    assert again == []


def test_what_is_coming_within_the_lead_time_counts_and_what_is_promised_too(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 12)
    a_rule(env, lamp, lead_days=5)
    coming(env, lamp, 6, in_days(env, 4))
    coming(env, lamp, 100, in_days(env, 9))
    nothing = reordering.run(env)
    a_delivery(env, (lamp, 9), planned_on=in_days(env, 5))

    asked = reordering.run(env)

    assert nothing == []
    assert [r.quantity for r in asked] == [21]


def test_a_request_that_was_planned_counts_by_its_receipt(env: Env) -> None:
    lamp = a_product(env)
    a_rule(env, lamp, lead_days=5)
    [asked] = reordering.run(env)
    supply.order(env, asked, "P-0001")
    while_ordered = reordering.run(env)
    receipt = coming(env, lamp, 30, in_days(env, 5))
    supply.plan(env, asked, "P-0001")
    while_coming = reordering.run(env)
    shipments.cancel(env, receipt)
    supply.reopen(env, asked)
    reopened = reordering.run(env)
    supply.cancel(env, asked)

    assert (while_ordered, while_coming, reopened) == ([], [], [])
    assert [r.quantity for r in reordering.run(env)] == [30]


def test_what_was_asked_for_and_comes_late_is_not_asked_for_again(env: Env) -> None:
    lamp = a_product(env)
    a_rule(env, lamp, lead_days=5)
    [asked] = reordering.run(env)
    demand = Demand(lamp, Decimal(25), cost=Decimal(1))
    shipments.plan(env, OperationKind.RECEIPT, [demand], planned_on=in_days(env, 30), origin="P-0001")
    supply.plan(env, asked, "P-0001")
    late = reordering.run(env)
    a_delivery(env, (lamp, 16), planned_on=in_days(env, 3))

    assert late == []
    assert [r.quantity for r in reordering.run(env)] == [21]


def test_a_transfer_rule_moves_goods_from_elsewhere(env: Env) -> None:
    lamp = a_product(env)
    shop = a_shelf(env, "Shop")
    received(env, lamp, 50)
    a_rule(env, lamp, location_id=shop.id, route=SupplyRoute.TRANSFER, source_location_id=stock_of(env).id)

    [asked] = reordering.run(env)

    assert (asked.state, asked.quantity, reordering.run(env)) == (SupplyState.PLANNED, 30, [])
    assert on_shelf(env, lamp) == (50, 30)


def test_two_runs_at_the_same_moment_ask_once(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        for _ in range(3):
            a_rule(env, a_product(env))
    start = Barrier(4)

    def work() -> int:
        with workspace.env() as env:
            start.wait()
            return len(reordering.run(env))

    with ThreadPoolExecutor(4) as pool:
        made = [future.result() for future in [pool.submit(work) for _ in range(4)]]

    with workspace.env() as env:
        request = env[SupplyRequest]
        assert sum(made) == 3
        assert env.session.scalar(select(func.count()).select_from(request)) == 3


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.integers(0, 40),
    st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted),
    st.sampled_from([0, 1, 5, 12]),
    st.lists(st.tuples(st.integers(1, 9), st.integers(-9, 9)), max_size=4),
)
def test_afterwards_nothing_is_below_its_minimum(
    env: Env, there: int, limits: list[int], multiple: int, planned: list[tuple[int, int]]
) -> None:
    lamp = a_product(env)
    if there:
        received(env, lamp, there)
    for days, quantity in planned:
        if quantity > 0:
            coming(env, lamp, quantity, in_days(env, days))
        elif quantity < 0:
            a_delivery(env, (lamp, -quantity), planned_on=in_days(env, days))
    rule = a_rule(
        env,
        lamp,
        minimum=Decimal(limits[0]),
        maximum=Decimal(limits[1]),
        multiple=Decimal(multiple),
        lead_days=9,
    )

    made = reordering.run(env, [rule])

    end = availability.forecast(env, lamp.id, location=rule.location, expected=True)[-1].there
    assert end >= rule.minimum
    assert reordering.run(env, [rule]) == []
    assert all(not multiple or request.quantity % multiple == 0 for request in made)
    assert not made or end < rule.maximum + max(multiple, 1)


def test_the_forecast_of_a_product_day_by_day(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    coming(env, lamp, 6, in_days(env, 2))
    coming(env, lamp, 5, in_days(env, -3))
    a_delivery(env, (lamp, 4), planned_on=in_days(env, 1))
    a_delivery(env, (lamp, 12), planned_on=in_days(env, 2))

    days = availability.forecast(env, lamp.id)
    every = availability.forecast(env, lamp.id, days=4)

    assert [((d.on - env.today()).days, d.incoming, d.outgoing, d.there) for d in days] == [
        (0, 5, 0, 15),
        (1, 0, 4, 11),
        (2, 6, 12, 5),
    ]
    assert [d.there for d in every] == [15, 11, 5, 5, 5]


def test_a_promise_never_takes_what_was_promised_before(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    a_delivery(env, (lamp, 8), planned_on=in_days(env, 3))
    coming(env, lamp, 20, in_days(env, 6))

    promised = [promises.of(env, {lamp: Decimal(n)})[lamp.id].on for n in (2, 3, 22, 23)]

    assert promised == [env.today(), in_days(env, 6), in_days(env, 6), None]


def test_a_promise_counts_requests_lead_times_and_the_days_of_preparation(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 2)
    warehouses.operation_type(env, OperationKind.DELIVERY).warehouse.preparation_days = 1
    supply.request(env, [supply.Need(lamp, Decimal(3), in_days(env, 5))])
    without_rule = promises.of(env, {lamp: Decimal(9)})[lamp.id]
    a_rule(env, lamp, minimum=0, maximum=10, lead_days=20)

    promised = [promises.of(env, {lamp: Decimal(n)})[lamp.id] for n in (2, 5, 9)]

    assert (without_rule.on, without_rule.source) == (None, promises.Source.NONE)
    assert [(one.on, one.source) for one in promised] == [
        (in_days(env, 1), promises.Source.STOCK),
        (in_days(env, 6), promises.Source.COMING),
        (in_days(env, 21), promises.Source.SUPPLY),
    ]


def test_what_arrives_goes_to_who_waits_the_urgent_first_then_the_earliest(env: Env) -> None:
    lamp = a_product(env)
    late = a_delivery(env, (lamp, 4), planned_on=in_days(env, 9))
    early = a_delivery(env, (lamp, 4), planned_on=in_days(env, 1))
    urgent = a_delivery(env, (lamp, 4), planned_on=in_days(env, 20))
    urgent.urgent = True
    env.session.flush()

    received(env, lamp, 6)
    first = [s.state for s in (urgent, early, late)]
    received(env, lamp, 5)

    assert first == [ShipmentState.READY, ShipmentState.PARTIAL, ShipmentState.WAITING]
    assert [s.state for s in (urgent, early, late)] == [
        ShipmentState.READY,
        ShipmentState.READY,
        ShipmentState.PARTIAL,
    ]
    assert on_shelf(env, lamp) == (11, 11)
