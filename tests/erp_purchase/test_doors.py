"""Whatever the door, what a vendor agreed to stays, and the totals of a draft follow from its lines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from addons.erp_purchase.models import Line, Order, OrderState, QuotationState, RequestState
from addons.erp_purchase.services import orders, requests
from core.api import RuleBroken, Stale
from core.security import tokens
from tests.erp_purchase.factories import a_confirmed_order, a_line, a_vendor, an_order
from tests.erp_purchase.test_requests import a_request, an_offer
from tests.erp_stock.factories import a_product

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_purchase")

D = Decimal
LINE, ORDER = "/api/v1/erp_purchase.line", "/api/v1/erp_purchase.order"


@pytest.fixture
def program(workspace: LiveWorkspace, client: Visitor) -> Callable[..., Any]:
    """Calls the interface as a program with a token."""
    with workspace.env() as env:
        token = tokens.create(env, "Program", ["write"], user_id=client.person.id if client.person else 0)
    headers = {"Authorization": f"Bearer {token}"}

    def call(method: str, url: str, body: Any = None) -> Any:
        return client.http.request(method, url, json=body, headers=headers)

    return call


def says(env: Env, order_id: int) -> tuple[OrderState, Decimal, Decimal]:
    """The state, the total before tax and the sum of the lines."""
    env.session.expire_all()
    order = env.get(Order, order_id)
    return order.state, order.net, sum((line.net for line in order.lines), D(0))


def test_the_totals_of_a_draft_follow_from_its_lines_at_every_door(
    workspace: LiveWorkspace, program: Callable[..., Any], client: Visitor
) -> None:
    with workspace.env() as env:
        lamp = a_product(env)
        order = an_order(env, a_line(lamp, 2, 10), a_line(lamp, 1, 5))
        order_id, first, second, lamp_id = order.id, order.lines[0].id, order.lines[1].id, lamp.id
    found = []

    changed = program("PATCH", f"{LINE}/{first}", {"quantity": "3"})
    new = {"order_id": order_id, "product_id": lamp_id, "quantity": "2", "unit_price": "7"}
    added = program("POST", LINE, new)
    with workspace.env() as env:
        found.append(says(env, order_id))
    removed = program("DELETE", f"{LINE}/{second}")
    grid = client.post(
        f"/app/erp_purchase/order/{order_id}/lines/lines", {f"lines.{first}.quantity": "4"}, partial=True
    )
    with workspace.env() as env:
        found.append(says(env, order_id))
        with env.system("a program of a partner") as system:
            system.bulk_update(Line, system[Line].id == first, {"unit_price": D(20)})
        found.append(says(env, order_id))

    assert (changed.status_code, added.status_code, removed.status_code) == (200, 201, 204), added.text
    assert grid.status_code == 200
    draft = OrderState.DRAFT
    assert found == [(draft, D(49), D(49)), (draft, D(54), D(54)), (draft, D(94), D(94))]


def test_a_total_that_does_not_follow_is_refused(env: Env) -> None:
    order = an_order(env)

    order.net = D(1)

    with pytest.raises(RuleBroken, match="follows from the lines"):
        env.session.flush()


def test_a_closed_request_keeps_its_offers(env: Env) -> None:
    offer = an_offer(env, a_request(env, (a_product(env), 10)), a_vendor(env), ("9.50", 5))
    requests.cancel(env, offer.request)
    number = offer.request.number

    offer.lines[0].unit_price = D(1)
    with pytest.raises(RuleBroken, match=f"{number} can no longer be changed"):
        env.session.flush()
    env.session.expire_all()
    offer.valid_until = env.today()
    with pytest.raises(RuleBroken, match=f"{number} can no longer be changed"):
        env.session.flush()
    env.session.expire_all()
    with pytest.raises(RuleBroken, match="Cancelled"):
        requests.choose(env, offer.lines[0])

    assert offer.request.state is RequestState.CANCELLED


def test_an_offer_is_answered_as_soon_as_a_price_stands_on_it_whoever_writes_it(
    workspace: LiveWorkspace, program: Callable[..., Any]
) -> None:
    with workspace.env() as env:
        offer = an_offer(env, a_request(env, (a_product(env), 10)), a_vendor(env), None)
        line_id, before = offer.lines[0].id, offer.state

    line = f"/api/v1/erp_purchase.quotation_line/{line_id}"
    states = []
    for price in ("9.50", None):
        answer = program("PATCH", line, {"unit_price": price})
        assert answer.status_code == 200, answer.text
        with workspace.env() as env:
            states.append(env.get(type(offer), offer.id).state)

    assert [before, *states] == [QuotationState.DRAFT, QuotationState.ANSWERED, QuotationState.DRAFT]


def test_a_line_enters_an_order_before_it_is_confirmed_or_not_at_all(workspace: LiveWorkspace) -> None:
    """Both at once, in eight rounds: the order is bound with what stands on it."""
    with workspace.env() as env:
        lamp_id = a_product(env).id
        ids = [an_order(env).id for _ in range(8)]
    barrier = Barrier(2)

    def enter(number: int) -> None:
        with workspace.env() as env:
            barrier.wait(timeout=20)
            env.add(Line, order_id=number, product_id=lamp_id, quantity=D(1), unit_price=D(5))

    def confirm(number: int) -> None:
        with workspace.env() as env:
            order = env.get(Order, number)
            barrier.wait(timeout=20)
            orders.confirm(env, order)

    def attempt(work: Callable[[int], None], number: int) -> str:
        try:
            work(number)
        except (RuleBroken, Stale) as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(2) as threads:
        outcomes = []
        for number in ids:
            entering = threads.submit(attempt, enter, number)
            confirming = threads.submit(attempt, confirm, number)
            outcomes.append((entering.result(timeout=60), confirming.result(timeout=60)))

    with workspace.env() as env:
        for number, outcome in zip(ids, outcomes, strict=True):
            state, net, by_lines = says(env, number)
            assert net == by_lines == (D(15) if outcome[0] == "done" else D(10)), outcome
            assert (state is OrderState.CONFIRMED) == (outcome[1] == "done"), outcome
    assert all("done" in outcome for outcome in outcomes), outcomes


def test_bulk_statements_and_elevated_code_are_refused_like_a_person(env: Env) -> None:
    order = a_confirmed_order(env)
    line_id = order.lines[0].id

    with env.system("a program of a partner") as system:
        with pytest.raises(RuleBroken, match="is agreed"):
            system.bulk_update(Line, system[Line].id == line_id, {"quantity": D(9)})
        with pytest.raises(RuleBroken, match="is agreed"):
            system.bulk_delete(Line, system[Line].id == line_id)
        with pytest.raises(RuleBroken, match="nobody writes it by hand"):
            system.bulk_update(Order, system[Order].id == order.id, {"state": OrderState.DONE})
        system.get(Line, line_id).discount = D(5)
        with pytest.raises(RuleBroken, match="is agreed"):
            system.session.flush()


def test_a_line_that_was_changed_beside_its_order_in_memory_is_not_forgotten(
    workspace: LiveWorkspace,
) -> None:
    """The order is held, and read again, only when its line is written."""
    with workspace.env() as env:
        order_id = an_order(env, a_line(a_product(env), 2, 10)).id

    with workspace.env() as env:
        order = env.get(Order, order_id)
        order.lines[0].quantity = D(3)
        env.session.flush()
        assert says(env, order_id) == (OrderState.DRAFT, D(30), D(30))
