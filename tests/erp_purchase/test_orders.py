from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from addons.base.models import ExchangeRate
from addons.erp_purchase.models import Order, OrderState, Progress
from addons.erp_purchase.queries import soundness
from addons.erp_purchase.services import approval, orders, refusals
from core.api import NotAllowed, RuleBroken
from tests.erp_purchase.factories import (
    a_confirmed_order,
    a_line,
    a_purchase_tax,
    a_vendor,
    acting,
    an_order,
    rules,
)
from tests.erp_stock.factories import a_product

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_purchase")


def test_the_total_taxes_the_summed_base_once_per_rate(env: Env) -> None:
    twenty, ten = a_purchase_tax(env, 20), a_purchase_tax(env, 10)

    order = an_order(
        env,
        a_line(a_product(env), 7, "1.13", taxes=[twenty]),
        a_line(a_product(env), 5, 40, taxes=[ten], discount=Decimal(10)),
    )

    assert [line.net for line in order.lines] == [Decimal("7.91"), 180]
    assert (order.net, order.tax, order.total) == (Decimal("187.91"), Decimal("19.58"), Decimal("207.49"))


def test_a_confirmed_order_gets_the_next_number_of_its_year(env: Env) -> None:
    first, second = a_confirmed_order(env), a_confirmed_order(env)

    year = env.today().year
    assert (first.state, first.number, first.to_bill) == (OrderState.CONFIRMED, f"P-{year}-0001", 10)
    assert second.number == f"P-{year}-0002"
    assert list(soundness.findings(env)) == []


def test_a_foreign_order_keeps_the_rate_of_its_confirmation(env: Env) -> None:
    env.add(ExchangeRate, company_id=env.company_id, currency="USD", date=env.today(), rate=Decimal("0.9"))
    vendor = a_vendor(env, purchase_currency="USD")

    order = a_confirmed_order(env, a_line(a_product(env), 10, 20), party=vendor)

    assert (order.currency, order.rate, order.net, order.net_company) == ("USD", Decimal("0.9"), 200, 180)


def test_an_order_above_a_buyers_limit_waits_for_an_approver(env: Env) -> None:
    rules(env, buyer_limit=100, approver_limit=1000)
    small, large = (
        an_order(env, a_line(a_product(env), 10, 10)),
        an_order(env, a_line(a_product(env), 11, 10)),
    )
    buyer, approver = acting(env, "buyer"), acting(env, "approver")

    for order in (small, large):
        orders.confirm(buyer, buyer.get(Order, order.id))
    waiting = buyer.get(Order, large.id).state
    with pytest.raises(
        approval.OverLimit, match=r"comes to €110\.00 before tax, and you may confirm up to €100"
    ):
        orders.approve(buyer, buyer.get(Order, large.id))
    orders.approve(approver, approver.get(Order, large.id))

    approved = approver.get(Order, large.id)
    assert (buyer.get(Order, small.id).state, waiting) == (OrderState.CONFIRMED, OrderState.TO_APPROVE)
    assert (approved.state, approved.approved_by_id) == (OrderState.CONFIRMED, approver.user.id)


def test_an_approver_has_a_limit_too(env: Env) -> None:
    rules(env, buyer_limit=100, approver_limit=1000)
    order = an_order(env, a_line(a_product(env), 101, 10))
    approver = acting(env, "approver")
    orders.confirm(approver, approver.get(Order, order.id))

    with pytest.raises(approval.OverLimit):
        orders.approve(approver, approver.get(Order, order.id))

    assert approver.get(Order, order.id).state is OrderState.TO_APPROVE


def test_an_order_that_is_not_approved_goes_back_with_the_reason(env: Env) -> None:
    rules(env, buyer_limit=0)
    order = an_order(env)
    buyer, approver = acting(env, "buyer"), acting(env, "approver")
    orders.confirm(buyer, buyer.get(Order, order.id))

    orders.refuse(approver, approver.get(Order, order.id), reason="We have enough lamps")

    found = approver.get(Order, order.id)
    assert (found.state, found.reason, found.number) == (OrderState.DRAFT, "We have enough lamps", None)


def test_a_change_above_the_limit_is_refused(env: Env) -> None:
    rules(env, buyer_limit=100)
    order = a_confirmed_order(env, a_line(a_product(env), 5, 10))
    buyer = acting(env, "buyer")
    mine = buyer.get(Order, order.id)
    orders.change(buyer, mine)
    mine.lines[0].quantity = Decimal(20)

    with pytest.raises(approval.OverLimit):
        orders.confirm(buyer, mine)


def test_a_change_counts_once_it_is_confirmed(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 2, 20))
    number = order.number
    orders.change(env, order)
    order.lines[0].quantity = Decimal(5)

    orders.confirm(env, order)

    assert (order.state, order.number, order.total, order.to_bill) == (OrderState.CONFIRMED, number, 100, 100)


def test_a_cancelled_order_asks_for_nothing(env: Env) -> None:
    order = a_confirmed_order(env)

    orders.cancel(env, order, reason="Found it in the cellar")

    assert (order.state, order.reason, order.to_bill) == (OrderState.CANCELLED, "Found it in the cellar", 0)
    with pytest.raises(refusals.NotConfirmed):
        orders.cancel(env, order)


def test_a_blocked_vendor_gets_no_order_and_a_small_one_is_refused(env: Env) -> None:
    blocked = a_vendor(env, name="Nordlicht", purchases_blocked=True, purchase_block_reason="broken glass")
    choosy = a_vendor(env, name="Lumière", minimum_order=Decimal(50))

    with pytest.raises(refusals.VendorBlocked, match="Purchases from Nordlicht are blocked: broken glass"):
        a_confirmed_order(env, party=blocked)
    with pytest.raises(
        refusals.BelowMinimum, match=r"Lumière takes no order below €50\.00: this one comes to €10"
    ):
        a_confirmed_order(env, party=choosy)


def test_an_order_without_products_cannot_be_confirmed(env: Env) -> None:
    order = an_order(env, a_line(a_product(env), 0))

    with pytest.raises(refusals.NothingOrdered):
        orders.confirm(env, order)


@pytest.mark.parametrize(
    ("name", "value"),
    [("state", OrderState.DONE), ("receipt", Progress.FULLY), ("total", 1), ("approved_by_id", 1)],
)
def test_states_and_totals_cannot_be_written_by_hand(env: Env, name: str, value: object) -> None:
    order = a_confirmed_order(env)

    setattr(order, name, value)

    with pytest.raises(RuleBroken, match="nobody writes it by hand"):
        env.session.flush()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("received", 1, "nobody writes it by hand"),
        ("unit_price", 1, "is agreed"),
        ("quantity", 9, "is agreed"),
    ],
)
def test_lines_of_a_confirmed_order_cannot_be_written_by_hand(
    env: Env, name: str, value: int, sentence: str
) -> None:
    order = a_confirmed_order(env)

    setattr(order.lines[0], name, Decimal(value))

    with pytest.raises(RuleBroken, match=sentence):
        env.session.flush()


def test_a_reader_reads_and_writes_nothing(env: Env) -> None:
    order = an_order(env, expected_on=env.today() + timedelta(days=3))
    reader = acting(env, "reader")

    found = reader.get(Order, order.id)

    assert (found.net, reader.access.allows(Order, "u"), reader.access.allows(Order, "c")) == (
        10,
        False,
        False,
    )
    with pytest.raises(NotAllowed):
        orders.confirm(reader, found)
