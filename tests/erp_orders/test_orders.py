from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from addons.base.models import Party
from addons.erp_orders.models import InvoicePolicy, Line, Order, OrderState, Progress
from addons.erp_orders.queries import soundness
from addons.erp_orders.services import credit, orders
from core.api import Company, Env, RuleBroken, in_company
from tests.erp_orders.factories import a_confirmed_order, a_line, a_tax, an_order
from tests.erp_stock.factories import a_customer, a_product

if TYPE_CHECKING:
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("erp_orders")


def test_the_total_taxes_the_summed_base_once_per_rate(env: Env) -> None:
    twenty, ten = a_tax(env, 20), a_tax(env, 10)
    lines = [
        a_line(a_product(env), 7, "1.13", taxes=[twenty]),
        a_line(a_product(env), 5, 40, taxes=[ten], discount=Decimal(10)),
        a_line(a_product(env), 1, 20),
    ]

    order = an_order(env, *lines)

    assert [line.net for line in order.lines] == [Decimal("7.91"), 180, 20]
    assert (order.net, order.tax, order.total) == (Decimal("207.91"), Decimal("19.58"), Decimal("227.49"))


def test_a_confirmed_order_gets_the_next_number_of_its_year(env: Env) -> None:
    first, second = a_confirmed_order(env), a_confirmed_order(env)

    year = env.today().year
    assert (first.state, first.number) == (OrderState.CONFIRMED, f"C-{year}-0001")
    assert second.number == f"C-{year}-0002"
    assert list(soundness.findings(env)) == []


def test_an_order_is_confirmed_once(env: Env) -> None:
    order = a_confirmed_order(env)

    with pytest.raises(orders.NotADraft, match=f"{order.number} is Confirmed"):
        orders.confirm(env, order)


def test_an_order_without_products_cannot_be_confirmed(env: Env) -> None:
    order = an_order(env, a_line(a_product(env), 0))

    with pytest.raises(orders.NothingOrdered):
        orders.confirm(env, order)


def test_a_blocked_customer_cannot_order(env: Env) -> None:
    customer = a_customer(env, name="Maison Verdier", orders_blocked=True, block_reason="unpaid since March")
    order = an_order(env, party=customer)

    with pytest.raises(credit.CustomerBlocked, match="Maison Verdier is blocked: unpaid since March"):
        orders.confirm(env, order)
    with pytest.raises(credit.CustomerBlocked):
        orders.confirm(env, order, despite_limit=True)


def test_open_orders_count_against_the_credit_limit_and_a_manager_may_confirm_all_the_same(env: Env) -> None:
    customer = a_customer(env, name="Maison Verdier", credit_limit=Decimal(100))
    a_confirmed_order(env, a_line(a_product(env), 4, 20), party=customer)
    second = an_order(env, a_line(a_product(env), 2, 20), party=customer)

    with pytest.raises(credit.OverCreditLimit) as refused:
        orders.confirm(env, second)
    orders.confirm(env, second, despite_limit=True)

    assert str(refused.value.message) == (
        "Maison Verdier may owe 100.00 EUR: 80.00 are open, and this order adds 40.00."
    )
    assert second.state is OrderState.CONFIRMED


def test_each_company_gives_its_own_credit(env: Env) -> None:
    customer = a_customer(env, name="Maison Verdier", credit_limit=Decimal(100))
    there = in_company(env, env.add(Company, name="Lumen Wien", currency="EUR", country="AT").id)
    theirs = there.get(Party, customer.id)
    a_confirmed_order(there, a_line(a_product(there), 4, 20), party=theirs)

    here = a_confirmed_order(env, a_line(a_product(env), 4, 20), party=customer)
    second = an_order(there, a_line(a_product(there), 2, 20), party=theirs)

    with pytest.raises(credit.OverCreditLimit, match=r"80\.00 are open, and this order adds 40\.00"):
        orders.confirm(there, second)
    assert (here.state, credit.used(env, customer), credit.used(there, theirs)) == (
        OrderState.CONFIRMED,
        80,
        80,
    )


def test_the_company_of_an_order_gives_the_credit_whoever_confirms_it_from_where(env: Env) -> None:
    customer = a_customer(env, credit_limit=Decimal(100))
    there = in_company(env, env.add(Company, name="Lumen Wien", currency="EUR", country="AT").id)
    theirs = there.get(Party, customer.id)
    a_confirmed_order(there, a_line(a_product(there), 4, 20), party=theirs)
    draft = an_order(there, a_line(a_product(there), 2, 20), party=theirs)
    both = Env(replace(env.scope, company_ids=(*env.company_ids, *there.company_ids)), env.access)

    with pytest.raises(credit.OverCreditLimit, match=r"80\.00 are open, and this order adds 40\.00"):
        orders.confirm(both, both.get(Order, draft.id))


def test_of_two_orders_that_fit_into_a_limit_one_by_one_only_one_is_confirmed(
    workspace: LiveWorkspace,
) -> None:
    with workspace.env() as env:
        customer = a_customer(env, credit_limit=Decimal(100))
        drafts = [an_order(env, a_line(a_product(env), 3, 20), party=customer).id for _ in range(2)]
    start = Barrier(2)

    def confirm(order_id: int) -> str:
        try:
            with workspace.env() as env:
                order = env.get(Order, order_id)
                start.wait()
                orders.confirm(env, order)
        except credit.OverCreditLimit:
            return "refused"
        return "confirmed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(confirm, drafts)) == ["confirmed", "refused"]


def test_a_change_counts_once_it_is_confirmed(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 2, 20))
    orders.change(env, order)
    order.lines[0].quantity = Decimal(5)

    orders.confirm(env, order)

    assert (order.state, order.total, order.to_invoice) == (OrderState.CONFIRMED, 100, 100)


def test_a_cancelled_order_asks_for_nothing(env: Env) -> None:
    order = a_confirmed_order(env)

    orders.cancel(env, order, reason="Changed their mind")

    assert (order.state, order.reason, order.to_invoice) == (OrderState.CANCELLED, "Changed their mind", 0)
    with pytest.raises(orders.NotConfirmed):
        orders.cancel(env, order)


def test_a_held_order_goes_on_when_released(env: Env) -> None:
    order = a_confirmed_order(env)

    orders.hold(env, order, reason="Waits for a deposit")
    with pytest.raises(orders.NotConfirmed):
        orders.change(env, order)
    orders.release(env, order)

    assert (order.state, order.reason) == (OrderState.CONFIRMED, None)


@pytest.mark.parametrize(
    ("name", "value"), [("state", OrderState.DONE), ("delivery", Progress.FULLY), ("total", 1)]
)
def test_states_and_totals_cannot_be_written_by_hand(env: Env, name: str, value: object) -> None:
    order = a_confirmed_order(env)
    env.session.expire_all()
    env.cache.clear()
    found = env.get(Order, order.id)

    setattr(found, name, value)

    with pytest.raises(RuleBroken, match="follows from"):
        env.session.flush()


def test_what_was_agreed_of_invoices_changes_with_the_order_only(env: Env) -> None:
    order = a_confirmed_order(env)
    order.policy = InvoicePolicy.ORDERED

    with pytest.raises(RuleBroken, match="is agreed"):
        env.session.flush()
    order.policy = InvoicePolicy.DELIVERED
    line = order.lines[0]
    line.quantity += 1
    with pytest.raises(RuleBroken, match="is agreed"):
        env.session.flush()
    line.quantity -= 1
    order.lines.remove(line)
    with pytest.raises(RuleBroken, match="is agreed"):
        env.session.flush()
    order.lines.append(line)
    orders.change(env, order)
    order.policy = InvoicePolicy.ORDERED
    env.session.flush()


def test_progress_cannot_be_written_by_hand(env: Env) -> None:
    order = a_confirmed_order(env)
    line_id = order.lines[0].id
    env.session.expire_all()
    env.cache.clear()

    env.get(Line, line_id).delivered = Decimal(1)

    with pytest.raises(RuleBroken, match="follows from"):
        env.session.flush()
