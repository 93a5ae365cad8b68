from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.erp_accounting.models import InvoiceKind
from addons.erp_accounting.services import invoices
from addons.erp_purchase.models import BillPolicy, OrderState, Progress
from addons.erp_purchase.wires.accounting import billing
from addons.erp_purchase.wires.clearing import clearing, values
from addons.erp_purchase.wires.clearing import proof as clearing_proof
from addons.erp_purchase.wires.clearing.models import PriceDifference
from addons.erp_stock.models import Costing
from addons.erp_stock.services import landing, returns, shipments
from tests.erp_accounting.factories import a_rate, balance
from tests.erp_purchase.bills import all_sound, billed, code, differences, goods_received
from tests.erp_purchase.factories import (
    a_confirmed_order,
    a_line,
    a_vendor,
    rules,
)
from tests.erp_purchase.test_with_stock import receive
from tests.erp_stock.factories import a_product, delivered, received
from tests.erp_stock.test_landing import a_landed_cost

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_purchase", "erp_accounting", "erp_stock")
no_stock = pytest.mark.addons("erp_purchase", "erp_accounting")
D = Decimal


def test_the_bill_follows_what_was_received_and_clears_it(env: Env) -> None:
    order = a_confirmed_order(
        env, a_line(a_product(env), 6, 20), a_line(a_product(env, kind="service"), 1, 50)
    )
    with_service = billing.create_bill(env, order)
    with pytest.raises(billing.NothingToBill):
        billing.create_bill(env, order)

    receive(env, order, 4)
    owed = goods_received(env)
    received_part = billing.create_bill(env, order)
    for bill in (with_service, received_part):
        invoices.post(env, bill)

    assert (with_service.net, received_part.net, owed) == (50, 80, -80)
    assert ([line.billed for line in order.lines], order.billing) == ([4, 1], Progress.PARTLY)
    assert (order.to_bill, order.state, goods_received(env)) == (40, OrderState.CONFIRMED, 0)
    assert all_sound(env)


def test_a_receipt_is_billed_alone(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 10, 20), a_line(a_product(env), 3, 10))
    first = receive(env, order, 4, 1)
    receive(env, order)

    bill = clearing.bill_receipt(env, first)

    assert [(line.quantity, line.net) for line in bill.lines] == [(4, 80), (1, 10)]


def test_a_price_with_many_decimals_matches_itself_part_by_part(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 10, "0.333"))
    for quantity in (3, 4, None):
        receive(env, order, *([quantity] if quantity else []))
        billed(env, order)

    assert (order.state, goods_received(env)) == (OrderState.DONE, 0)
    assert all_sound(env)


def test_a_bill_before_the_receipt_is_cleared_by_it(env: Env) -> None:
    rules(env, bill_price_over=10)
    order = a_confirmed_order(env, a_line(a_product(env), 10, 10), policy=BillPolicy.ORDERED)

    billed(env, order, price="10.50")
    before = (goods_received(env), differences(env), order.state)
    receive(env, order, 4)
    part = (goods_received(env), differences(env))
    receive(env, order)

    assert before == (105, [], OrderState.CONFIRMED)
    assert part == (63, [2])
    assert (goods_received(env), differences(env), order.state) == (0, [2, 3], OrderState.DONE)
    assert all_sound(env)


def test_a_return_is_credited_and_clears_even_when_the_goods_left_at_another_value(env: Env) -> None:
    lamp = a_product(env)
    receive(env, a_confirmed_order(env, a_line(lamp, 10, 20)))
    order = a_confirmed_order(env, a_line(lamp, 10, 10))
    before = goods_received(env)
    receipt = receive(env, order)
    billed(env, order)
    shipments.ship(env, returns.plan_return(env, receipt, {receipt.moves[0].id: D(4)}))

    note = billing.create_bill(env, order)
    invoices.post(env, note)

    assert (note.kind, note.net, order.lines[0].billed) == (InvoiceKind.SUPPLIER_CREDIT_NOTE, 40, 6)
    assert goods_received(env) == before
    assert all_sound(env)


@pytest.mark.parametrize(
    ("method", "billed_dearer", "credited"),
    [
        (Costing.FIFO, (66 + 200, 44), (60 + 200, 40)),
        (Costing.AVERAGE, (248, 62), (240, 60)),
    ],
)
def test_a_dearer_bill_makes_the_goods_dearer_and_what_was_sold_of_them(
    env: Env, method: Costing, billed_dearer: tuple[int, int], credited: tuple[int, int]
) -> None:
    """10 at 10 and 10 at 20, 4 sold; the first are billed at 11: 1.00 more for each, on hand or sold."""
    rules(env, bill_price_over=50)
    lamp = a_product(env, costing=method)
    order = a_confirmed_order(env, a_line(lamp, 10, 10))
    receive(env, order)
    received(env, lamp, 10, 20)
    owed = goods_received(env) + 100
    delivered(env, lamp, 4)

    bill = billed(env, order, price="11")
    dearer = (_balance(env, "inventory"), _balance(env, "cost_of_sales"))
    assert all_sound(env)
    invoices.post(env, invoices.credit(env, bill))

    assert (dearer, differences(env)) == (billed_dearer, [10, -10])
    assert (_balance(env, "inventory"), _balance(env, "cost_of_sales")) == credited
    assert goods_received(env) == owed - 100
    assert all_sound(env)


def test_goods_gone_before_their_costing_method_changed_bear_nothing_any_more(env: Env) -> None:
    rules(env, bill_price_over=50)
    lamp = a_product(env, costing=Costing.FIFO)
    order = a_confirmed_order(env, a_line(lamp, 10, 10))
    receipt = receive(env, order)
    delivered(env, lamp, 10)
    lamp.costing = Costing.AVERAGE
    env.session.flush()
    received(env, lamp, 1, 30)

    billed(env, order, price="11")

    assert [row.borne_by for row in env.session.scalars(select(env[PriceDifference]))] == ["The account"]
    assert (_balance(env, "inventory"), _balance(env, "cost_of_sales")) == (30, 110)
    with pytest.raises(landing.GoneBefore, match="when nothing of it was left"):
        landing.land(env, a_landed_cost(env, receipt, value=20))
    assert all_sound(env)


def _balance(env: Env, purpose: str) -> Decimal:
    return balance(env, code(env, purpose))


def test_a_dollar_bill_clears_at_whatever_rate(env: Env) -> None:
    a_rate(env, "USD", "0.9", env.today())
    order = a_confirmed_order(
        env,
        a_line(a_product(env), 3, "33.33"),
        a_line(a_product(env), 7, "1.11"),
        party=a_vendor(env, purchase_currency="USD"),
    )
    receive(env, order)
    from addons.base.models import ExchangeRate

    rate = env.session.scalars(select(env[ExchangeRate]).where(env[ExchangeRate].currency == "USD")).one()
    rate.rate = D("0.931")
    env.session.flush()
    env.cache.clear()

    billed(env, order)

    assert goods_received(env) == 0
    assert all_sound(env)


def test_a_difference_that_was_tampered_with_is_found(env: Env) -> None:
    rules(env, bill_price_over=50)
    order = a_confirmed_order(env, a_line(a_product(env), 10, 10))
    receive(env, order)
    billed(env, order, price="11")
    difference = env.session.scalars(select(env[PriceDifference])).one()
    difference.amount = D(9)
    env.session.flush()

    rules_broken = [finding.rule for finding in clearing_proof.findings(env)]

    assert rules_broken == ["purchases.differences", "purchases.goods"]


sides = st.builds(
    values.Side,
    st.integers(0, 50).map(D),
    st.integers(0, 100_000).map(lambda cents: D(cents) / 100),
)


@given(received=sides, billed_side=sides)
def test_when_all_that_was_received_is_billed_nothing_is_left(
    received: values.Side, billed_side: values.Side
) -> None:
    same = replace(billed_side, quantity=received.quantity)

    taken = values.difference(received, same, "EUR")

    assert same.value - received.value - taken == 0


steps = st.lists(
    st.tuples(st.sampled_from(("receive", "bill", "return", "credit", "sell")), st.integers(1, 9)),
    min_size=3,
    max_size=10,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(Costing),
    steps=steps,
    prices=st.lists(st.integers(900, 1100), min_size=10, max_size=10),
)
def test_whatever_is_received_returned_billed_and_credited_every_proof_holds(
    env: Env, method: Costing, steps: list[tuple[str, int]], prices: list[int]
) -> None:
    rules(env, bill_price_over=50)
    before = goods_received(env)
    lamp = a_product(env, costing=method)
    order = a_confirmed_order(env, a_line(lamp, 40, 10))
    line = order.lines[0]
    receipts: list[Any] = []
    for (step, quantity), price in zip(steps, prices, strict=False):
        here = line.kept_quantity
        if step == "receive" and line.received + quantity <= line.quantity:
            receipts.append(receive(env, order, quantity))
        elif step == "return" and receipts:
            left = returns.still_out(env, receipts[-1])
            move = receipts[-1].moves[0]
            back = min(D(quantity), left[move.id], _shelf(env, lamp))
            if back > 0:
                shipments.ship(env, returns.plan_return(env, receipts[-1], {move.id: back}))
        elif step == "bill" and line.billed < here:
            billed(env, order, price=str(D(price) / 100), quantity=str(min(D(quantity), here - line.billed)))
        elif step == "credit" and line.billed > here:
            billed(env, order)
        elif step == "sell" and _shelf(env, lamp) >= quantity:
            delivered(env, lamp, quantity)
        assert all_sound(env)
    if line.billed != line.kept_quantity:
        billed(env, order)

    assert (goods_received(env) - before, line.billed) == (0, line.kept_quantity)
    assert all_sound(env)


def _shelf(env: Env, product: Any) -> Decimal:
    from tests.erp_stock.factories import on_shelf

    return on_shelf(env, product)[0]
