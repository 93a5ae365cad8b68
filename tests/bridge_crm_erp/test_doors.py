"""Whatever the door, a confirmed CRM order and its ERP order say the same, or nothing is written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier, Event
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.base.models import Message
from addons.bridge_crm_erp.models import Effect
from addons.bridge_crm_erp.models import Event as BridgeEvent
from addons.bridge_crm_erp.wires.orders.models import MirroredOrder
from addons.crm_sales.models import Order, OrderLine
from addons.crm_sales.services import orders as sales_orders
from addons.erp_orders.models import Line
from core.api import RuleBroken, Stale
from core.security import tokens
from tests.bridge_crm_erp.factories import (
    a_confirmed_sales_order,
    a_product,
    a_sales_order,
    erp_order_of,
    sold,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("crm_sales", "erp_orders", "bridge_crm_erp")

D = Decimal
LINE, ORDER = "/api/v1/crm_sales.order_line", "/api/v1/crm_sales.order"


def says(env: Env, order_id: int) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """The total, the sum of the lines, and the same of the ERP order."""
    env.session.expire_all()
    order = env.get(Order, order_id)
    mirrored = erp_order_of(env, order)
    by_line = sum((line.net for line in order.lines), D(0)), sum((line.net for line in mirrored.lines), D(0))
    return order.net, by_line[0], mirrored.net, by_line[1]


@pytest.fixture
def program(workspace: LiveWorkspace, client: Visitor) -> Callable[..., Any]:
    """Calls the interface as a program with a token."""
    with workspace.env() as env:
        token = tokens.create(env, "Program", ["write"], user_id=client.person.id if client.person else 0)
    headers = {"Authorization": f"Bearer {token}"}

    def call(method: str, url: str, body: Any = None) -> Any:
        return client.http.request(method, url, json=body, headers=headers)

    return call


def amendments(env: Env, order: Order) -> list[Effect]:
    """The proofs that an amendment of the order changed the ERP order."""
    effect = env[Effect]
    wanted = select(effect).where(effect.event == BridgeEvent.ORDER_AMENDED, effect.source_id == order.id)
    return list(env.session.scalars(wanted))


def test_a_line_of_a_confirmed_order_is_amended_by_rest_and_the_erp_order_follows(
    workspace: LiveWorkspace, program: Callable[..., Any]
) -> None:
    with workspace.env() as env:
        lamp = a_product(env)
        order = a_confirmed_sales_order(env, sold(lamp, 4), sold(lamp, 1))
        order_id, first, second, lamp_id = order.id, order.lines[0].id, order.lines[1].id, lamp.id

    changed = program("PATCH", f"{LINE}/{first}", {"quantity": "6"})
    with workspace.env() as env:
        after_change = says(env, order_id)
    added = program("POST", LINE, {"order_id": order_id, "product_id": lamp_id, "quantity": "2",
                                   "unit_price": "10"})  # fmt: skip
    with workspace.env() as env:
        after_adding = says(env, order_id)
    removed = program("DELETE", f"{LINE}/{second}")
    with workspace.env() as env:
        after_removing = says(env, order_id)
        told = env.session.scalars(
            select(env[Message].body).where(env[Message].body.contains("amended, from"))
        ).all()

    assert (changed.status_code, added.status_code, removed.status_code) == (200, 201, 204), added.text
    assert D(changed.json()["net"]) == 120
    assert after_change == (D(140), D(140), D(140), D(140))
    assert after_adding == (D(160), D(160), D(160), D(160))
    assert after_removing == (D(140), D(140), D(140), D(140))
    assert len(told) == 3


def test_what_contradicts_the_erp_order_is_refused_by_rest_with_the_erps_own_sentence(
    workspace: LiveWorkspace, program: Callable[..., Any]
) -> None:
    with workspace.env() as env:
        order = a_confirmed_sales_order(env, sold(a_product(env), 4))
        order_id, line_id = order.id, order.lines[0].id

    answer = program("DELETE", f"{LINE}/{line_id}")
    party = program("PATCH", f"{ORDER}/{order_id}", {"party_id": 1})
    total = program("PATCH", f"{ORDER}/{order_id}", {"total": "1"})

    assert (answer.status_code, "no product line" in answer.text) == (409, True), answer.text
    assert party.status_code == 422
    assert total.status_code in {400, 422}
    with workspace.env() as env:
        assert says(env, order_id) == (D(80), D(80), D(80), D(80))


def test_partner_code_elevated_code_and_bulk_statements_amend_like_a_person(env: Env) -> None:
    order = a_confirmed_sales_order(env, sold(a_product(env), 4), sold(a_product(env), 1))
    first, second = (line.id for line in order.lines)

    env.get(OrderLine, first).quantity = D(5)
    env.session.flush()
    plain = says(env, order.id)
    with env.system("a partner's script") as system:
        system.get(OrderLine, first).quantity = D(6)
        system.session.flush()
    elevated = says(env, order.id)
    env.bulk_update(OrderLine, env[OrderLine].id == first, {"quantity": D(7)})
    changed = says(env, order.id)
    env.bulk_delete(OrderLine, env[OrderLine].id == second)
    removed = says(env, order.id)
    env.bulk_insert(OrderLine, [{"order_id": order.id, "description": "Freight", "unit_price": D(9)}])
    added = says(env, order.id)

    assert [one[0] for one in (plain, elevated, changed, removed, added)] == [120, 140, 160, 140, 149]
    assert all(len(set(one)) == 1 for one in (plain, elevated, changed, removed, added))


def test_all_lines_of_one_flush_are_amended_once(env: Env) -> None:
    order = a_confirmed_sales_order(env, sold(a_product(env), 4), sold(a_product(env), 1))
    before = erp_order_of(env, order).version

    for line in order.lines:
        line.quantity += 1
    env.session.scalars(select(env[OrderLine])).all()  # a query in between flushes, and nothing follows yet
    order.lines[0].discount = D(50)
    env.session.flush()

    assert says(env, order.id) == (90, 90, 90, 90)
    assert len([m for m in env.session.scalars(select(env[Message].body)) if "amended, from" in m]) == 1
    assert erp_order_of(env, order).version > before


def test_a_cancelled_order_is_closed_at_every_door(env: Env) -> None:
    order = a_confirmed_sales_order(env, sold(a_product(env), 4))
    sales_orders.cancel(env, order, "Site closed")
    line = order.lines[0].id

    for write in (
        lambda: setattr(env.get(OrderLine, line), "quantity", D(1)),
        lambda: env.session.delete(env.get(OrderLine, line)),
        lambda: env.session.add(env[OrderLine](order_id=order.id, description="More")),
        lambda: setattr(env.get(Order, order.id), "terms", "None"),
        lambda: env.bulk_update(OrderLine, env[OrderLine].id == line, {"quantity": D(1)}),
        lambda: env.bulk_delete(OrderLine, env[OrderLine].id == line),
        lambda: env.bulk_insert(OrderLine, [{"order_id": order.id, "description": "More"}]),
        lambda: env.bulk_update(Order, env[Order].id == order.id, {"terms": "None"}),
    ):
        with pytest.raises(RuleBroken, match="can no longer be changed"):
            written(env, write)


def written(env: Env, write: Callable[[], Any]) -> None:
    """In a savepoint, as a request's change is."""
    with env.session.begin_nested():
        write()
        env.session.flush()


def test_elevated_code_of_a_person_does_not_write_a_cancelled_order(
    workspace: LiveWorkspace, client: Visitor
) -> None:
    with workspace.env() as env:
        order = a_confirmed_sales_order(env, sold(a_product(env), 4))
        sales_orders.cancel(env, order, "Site closed")
        line = order.lines[0].id

    def write() -> None:
        assert client.person is not None
        with workspace.env(user=client.person.who()) as env, env.system("a script") as system:
            system.get(OrderLine, line).quantity = D(1)

    with pytest.raises(RuleBroken, match="can no longer be changed"):
        write()


def test_the_total_of_a_draft_follows_its_lines_wherever_they_are_written(env: Env) -> None:
    order = a_sales_order(env, sold(a_product(env), 4))

    env.add(OrderLine, order_id=order.id, description="Freight", unit_price=D(9))
    added = order.total, sum(line.net for line in order.lines)
    order.lines[0].quantity = D(1)
    env.session.flush()

    assert added == (89, 89)
    assert (order.total, order.lines[0].net) == (29, 20)
    order.total = order.net = D(1)
    with pytest.raises(RuleBroken, match="follows from the lines"):
        env.session.flush()


def test_each_amendment_of_an_order_is_an_effect_of_its_own(env: Env) -> None:
    order = a_confirmed_sales_order(env, sold(a_product(env), 4))

    for text in ("Lamp, red", "Lamp, blue"):
        order.lines[0].description = text
        env.session.flush()

    assert [line.description for line in erp_order_of(env, order).lines] == ["Lamp, blue"]
    assert len(amendments(env, order)) == 2


def test_two_people_who_amend_a_line_alike_both_succeed(
    workspace: LiveWorkspace,
) -> None:
    with workspace.env() as env:
        order = a_confirmed_sales_order(env, sold(a_product(env), 4))
        order_id, line_id = order.id, order.lines[0].id

    with workspace.env() as slow:
        line = slow.get(OrderLine, line_id)
        assert line.quantity == 4
        with workspace.env() as quick:
            quick.get(OrderLine, line_id).quantity = D(7)
        line.quantity = D(7)

    with workspace.env() as env:
        assert says(env, order_id) == (D(140), D(140), D(140), D(140))
        assert len(amendments(env, env.get(Order, order_id))) == 2


@pytest.mark.parametrize("first", [0, 1])
def test_two_threads_that_amend_different_lines_leave_one_truth(workspace: LiveWorkspace, first: int) -> None:
    with workspace.env() as env:
        lamp = a_product(env)
        order = a_confirmed_sales_order(env, sold(lamp, 1), sold(lamp, 1))
        order_id, lines = order.id, [line.id for line in order.lines]
    both_have_read = Barrier(2)

    def amend(place: int, quantity: int, written: Event) -> None:
        """Reads the order before the other one writes it; then one waits until the other holds it."""
        with workspace.env() as env:
            line = env.get(OrderLine, lines[place])
            assert line.order.net > 0
            both_have_read.wait(10)
            if place != first:
                written.wait(10)
            line.quantity = D(quantity)
            env.session.flush()
            written.set()

    with ThreadPoolExecutor(2) as pool:
        for number in range(2, 52):
            written = Event()
            for done in [pool.submit(amend, place, number, written) for place in (0, 1)]:
                done.result()
            with workspace.env() as env:
                net = D(40 * number)
                assert says(env, order_id) == (net, net, net, net), number


def test_a_line_never_enters_an_order_that_is_being_confirmed(workspace: LiveWorkspace) -> None:
    """Either it was there when the order was confirmed, or it amends the confirmed order."""
    barrier = Barrier(2)

    def confirm(order_id: int) -> None:
        barrier.wait()
        with workspace.env() as env:
            order = env.get(Order, order_id)
            assert len(order.lines) >= 1
            sales_orders.confirm(env, order)

    def enter(order_id: int) -> None:
        barrier.wait()
        with workspace.env() as env:
            env.add(OrderLine, order_id=order_id, description="Freight", unit_price=D(9))

    with ThreadPoolExecutor(2) as pool:
        for _round in range(50):
            with workspace.env() as env:
                order_id = a_sales_order(env, sold(a_product(env), 4)).id
            for done in [pool.submit(work, order_id) for work in (confirm, enter)]:
                try:
                    done.result()
                except Stale:
                    pytest.fail("the confirmation holds the order before it reads the lines")
            with workspace.env() as env:
                said = says(env, order_id)
                assert said == (89, 89, 89, 89), said
                assert env.session.scalar(select(env[Line].id).limit(1))
                assert env.session.scalar(select(env[MirroredOrder].id).limit(1))
