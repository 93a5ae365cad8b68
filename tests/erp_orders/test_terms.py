"""Deposits, milestones, tolerances, dates and the credit limit of orders."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.base.models import ExchangeRate
from addons.erp_accounting.models import InvoiceKind, InvoiceState
from addons.erp_accounting.services import invoices, ledgers, payments
from addons.erp_orders.models import InvoicePolicy, Milestone, OrderState, Progress
from addons.erp_orders.queries import soundness
from addons.erp_orders.services import credit, orders, policies
from addons.erp_orders.wires.accounting import deposits, invoicing
from addons.erp_orders.wires.accounting import proof as invoice_proof
from addons.erp_orders.wires.stock import fulfilment
from addons.erp_orders.wires.stock import proof as stock_proof
from addons.erp_stock.models import OperationKind, ShipmentState, SupplyRequest
from addons.erp_stock.services import returns, shelves, shipments
from addons.erp_stock.services.quantities import Demand
from core.api import Invalid
from tests.erp_accounting.factories import an_account, balance
from tests.erp_orders.factories import a_confirmed_order, a_line, a_tax, an_order
from tests.erp_orders.test_with_stock import shipments_of
from tests.erp_stock.factories import a_customer, a_product, on_shelf, received

if TYPE_CHECKING:
    from addons.erp_accounting.models import Invoice
    from addons.erp_orders.models import Order
    from core.api import Env

pytestmark = pytest.mark.addons("erp_orders", "erp_accounting", "erp_stock")
D = Decimal


def all_sound(env: Env) -> bool:
    found = [*soundness.findings(env), *invoice_proof.findings(env), *stock_proof.findings(env)]
    assert found == []
    return True


def posted(env: Env, invoice: Invoice) -> Invoice:
    invoices.post(env, invoice)
    return invoice


def held_as_deposit(env: Env) -> Decimal:
    return balance(env, an_account(env, "deposits").code)


def ship(env: Env, order: Order, quantity: int | None = None) -> None:
    """Deliver the open delivery of an order, or so much of its first move."""
    delivery = next(one for one in shipments_of(env, order) if one.is_open)
    shipments.ship(env, delivery, None if quantity is None else {delivery.moves[0].id: D(quantity)})


def test_a_deposit_is_taken_back_by_the_final_invoice_with_its_tax(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    order = a_confirmed_order(
        env, a_line(lamp, 10, 100, taxes=[a_tax(env, 20)]), policy=InvoicePolicy.DEPOSIT
    )
    with pytest.raises(deposits.DepositFirst, match="is invoiced by a deposit first"):
        invoicing.create_invoice(env, order)
    deposit = posted(env, deposits.invoice_deposit(env, order, percent=D(30)))
    held = held_as_deposit(env)
    ship(env, order)

    final = posted(env, invoicing.create_invoice(env, order))

    assert (deposit.net, deposit.tax, deposit.total, deposit.is_deposit) == (300, 60, 360, True)
    assert (final.net, final.tax, final.total) == (700, 140, 840)
    assert (held, held_as_deposit(env)) == (-300, 0)
    assert (order.state, order.to_invoice) == (OrderState.DONE, 0)
    assert all_sound(env)


def test_each_part_takes_its_share_of_the_deposit_back_and_the_last_the_cent(env: Env) -> None:
    lamp, ten = a_product(env), a_tax(env, 10)
    received(env, lamp, 3)
    order = a_confirmed_order(env, a_line(lamp, 3, "33.35", taxes=[ten]))
    posted(env, deposits.invoice_deposit(env, order, percent=D(50)))
    parts = []
    for _part in range(3):
        ship(env, order, 1)
        parts.append(posted(env, invoicing.create_invoice(env, order)))

    taken = [sum((line.net for line in part.lines if line.deposit_id), D(0)) for part in parts]
    assert taken == [D("-16.68"), D("-16.68"), D("-16.67")]
    assert held_as_deposit(env) == 0
    assert all_sound(env)


def test_deposits_never_come_to_more_than_the_order(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 1, 100))
    posted(env, deposits.invoice_deposit(env, order, percent=D(60)))

    with pytest.raises(deposits.DepositAlready, match="come to 60 % already"):
        deposits.invoice_deposit(env, order, percent=D(41))
    with pytest.raises(Invalid):
        deposits.invoice_deposit(env, order, percent=D(0))


def test_a_credited_deposit_is_not_taken_back(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 1)
    order = a_confirmed_order(env, a_line(lamp, 1, 100))
    deposit = posted(env, deposits.invoice_deposit(env, order, percent=D(30)))
    posted(env, invoices.credit(env, deposit))
    ship(env, order)

    final = invoicing.create_invoice(env, order)

    assert (final.net, held_as_deposit(env)) == (100, 0)


def milestones(env: Env, order: Order, *shares: int) -> None:
    order.milestones = [
        env[Milestone](position=place, name=f"Step {place}", share=D(share))
        for place, share in enumerate(shares, start=1)
    ]
    env.session.flush()


def test_milestones_free_their_share_of_the_order(env: Env) -> None:
    order = an_order(env, a_line(a_product(env, kind="service"), 1, 1000), policy=InvoicePolicy.MILESTONE)
    milestones(env, order, 20, 30)
    with pytest.raises(orders.MilestonesIncomplete, match="add up to 50 %"):
        orders.confirm(env, order)
    milestones(env, order, 20, 30, 50)
    orders.confirm(env, order)

    with pytest.raises(invoicing.NothingToInvoice):
        invoicing.create_invoice(env, order)
    invoiced = []
    for _step in range(3):
        orders.reach_milestone(env, order)
        invoiced.append(posted(env, invoicing.create_invoice(env, order)).net)
    with pytest.raises(orders.NoMilestoneLeft):
        orders.reach_milestone(env, order)

    assert (invoiced, order.state, order.to_invoice) == ([200, 300, 500], OrderState.DONE, 0)
    assert all_sound(env)


@pytest.mark.parametrize(("shipped", "done"), [(97, False), (98, True), (100, True)])
def test_what_is_missing_within_the_tolerance_is_not_missed(env: Env, shipped: int, done: bool) -> None:
    lamp = a_product(env)
    received(env, lamp, 100)
    order = a_confirmed_order(env, a_line(lamp, 100, 1), party=a_customer(env, under_delivery=D(2)))

    ship(env, order, shipped)
    posted(env, invoicing.create_invoice(env, order))

    still_open = [one for one in shipments_of(env, order) if one.is_open]
    assert (order.delivery, order.state) == (
        (Progress.FULLY, OrderState.DONE) if done else (Progress.PARTLY, OrderState.CONFIRMED)
    )
    assert ([order.to_invoice == 0, still_open == []]) == [done, done]
    assert all_sound(env)


def test_more_than_ordered_leaves_within_the_tolerance_only_and_is_invoiced(env: Env) -> None:
    policies.set_up(env).over_delivery = D(5)
    cable = a_product(env, name="Cable", over_delivery=D(10))
    lamp = a_product(env, name="Lamp")
    received(env, cable, 30)
    received(env, lamp, 20)
    order = a_confirmed_order(env, a_line(cable, 20, 3), a_line(lamp, 10, 50))
    delivery = shipments_of(env, order)[0]
    moves = {move.product_id: move.id for move in delivery.moves}

    with pytest.raises(fulfilment.TooMuchDelivered, match=r'"Lamp": 11 would be .*, at most 10\.5 are'):
        shipments.ship(env, delivery, {moves[cable.id]: D(22), moves[lamp.id]: D(11)})
    env.session.expire_all()
    shipments.ship(env, delivery, {moves[cable.id]: D(22), moves[lamp.id]: D(10)})
    owed = order.to_invoice
    invoice = posted(env, invoicing.create_invoice(env, order))
    orders.change(env, order)
    orders.confirm(env, order)

    assert [line.over_delivery for line in order.lines] == [10, 5]
    assert (owed, invoice.total, [line.invoiced for line in order.lines]) == (566, 566, [22, 10])
    assert (order.state, order.to_invoice, on_shelf(env, cable)) == (OrderState.DONE, 0, (8, 0))
    assert all_sound(env)


def test_what_is_not_there_is_not_delivered_beyond_the_order(env: Env) -> None:
    lamp = a_product(env, over_delivery=D(50))
    received(env, lamp, 12)
    order = a_confirmed_order(env, a_line(lamp, 10))
    a_confirmed_order(env, a_line(lamp, 1))
    delivery = shipments_of(env, order)[0]

    with pytest.raises(shelves.Shortage):
        shipments.ship(env, delivery, {delivery.moves[0].id: D(12)})


def test_a_customer_who_wants_no_more_gets_no_more(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 4)
    order = a_confirmed_order(env, a_line(lamp, 10, 5))
    ship(env, order, 4)

    orders.close_rest(env, order)
    posted(env, invoicing.create_invoice(env, order))

    assert (order.lines[0].quantity, order.total, order.state) == (4, 20, OrderState.DONE)
    assert [one.state for one in shipments_of(env, order) if one.is_open] == []
    assert all_sound(env)


def test_cancelling_gives_up_open_deliveries_once_nothing_is_with_the_customer(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 10)
    order = a_confirmed_order(env, a_line(lamp, 6, 20))
    ship(env, order, 4)
    delivered = shipments_of(env, order)[0]
    with pytest.raises(orders.AlreadyFulfilled, match="already delivered or invoiced in part"):
        orders.cancel(env, order)
    shipments.ship(env, returns.plan_return(env, delivered))

    orders.cancel(env, order)

    states = sorted(str(one.state) for one in shipments_of(env, order))
    assert states == sorted(str(s) for s in (ShipmentState.DONE, ShipmentState.CANCELLED, ShipmentState.DONE))
    assert order.state is OrderState.CANCELLED
    assert all_sound(env)


def test_the_promised_date_is_the_first_on_which_everything_can_leave(env: Env) -> None:
    lamp, day = a_product(env), env.today() + timedelta(days=12)
    received(env, lamp, 2)
    order = a_confirmed_order(env, a_line(lamp, 5, 20))
    with pytest.raises(fulfilment.NobodyKnows):
        fulfilment.promise(env, order)
    shipments.plan(env, OperationKind.RECEIPT, [Demand(lamp, D(3))], planned_on=day)

    promised = fulfilment.promise(env, order)

    assert (promised, order.promised_date) == (day, day)


def test_what_an_order_misses_is_asked_for_once(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 2)
    order = a_confirmed_order(env, a_line(lamp, 5, 20))

    asked = [fulfilment.ask_for_missing(env, order), fulfilment.ask_for_missing(env, order)]

    request = env[SupplyRequest]
    found = env.session.execute(select(request.product_id, request.quantity, request.origin)).all()
    assert (asked, found) == ([1, 0], [(lamp.id, 3, order.number)])
    orders.change(env, order)
    order.lines[0].quantity = D(9)
    orders.confirm(env, order)
    asked = [fulfilment.ask_for_missing(env, order), fulfilment.ask_for_missing(env, order)]
    quantities = sorted(env.session.scalars(select(request.quantity)))
    orders.cancel(env, order)
    states = {str(state) for state in env.session.scalars(select(request.state))}
    assert (asked, quantities, states) == ([1, 0], [3, 4], {"cancelled"})


def a_dollar(env: Env, rate: str) -> None:
    env.add(ExchangeRate, company_id=env.company_id, currency="USD", date=env.today(), rate=D(rate))


def test_orders_in_dollars_count_in_euros_against_the_limit(env: Env) -> None:
    a_dollar(env, "0.5")
    customer = a_customer(env, name="Maison Verdier", credit_limit=D(100))
    a_confirmed_order(env, a_line(a_product(env), 1, 160), party=customer, currency="USD")
    over = an_order(env, a_line(a_product(env), 1, 60), party=customer, currency="USD")
    within = an_order(env, a_line(a_product(env), 1, 40), party=customer, currency="USD")

    with pytest.raises(
        credit.OverCreditLimit, match=r"may owe 100\.00 EUR: 80\.00 are open, and this order adds 30\.00"
    ):
        orders.confirm(env, over)
    orders.confirm(env, within)

    assert (within.state, within.rate, credit.used(env, customer)) == (OrderState.CONFIRMED, D("0.5"), 100)


def test_what_is_invoiced_counts_once_and_a_smaller_order_is_never_refused(env: Env) -> None:
    customer = a_customer(env, credit_limit=D(100))
    order = a_confirmed_order(
        env, a_line(a_product(env), 10, 10), party=customer, policy=InvoicePolicy.ORDERED
    )
    posted(env, invoicing.create_invoice(env, order))
    owed = credit.used(env, customer)
    customer.credit_limit = D(10)
    second = an_order(env, a_line(a_product(env), 2, 5), party=customer)
    orders.confirm(env, second, despite_limit=True)
    orders.change(env, second)
    second.lines[0].quantity = D(1)

    orders.confirm(env, second)

    assert (owed, second.total, second.state) == (100, 5, OrderState.CONFIRMED)


def test_a_deposit_counts_once_against_the_credit_limit(env: Env) -> None:
    """1,000.00 and 20 % tax: 1,200.00 are owed in all, however much of it is invoiced as a deposit;
    360.00 less once the deposit of 30 % is paid."""
    lamp, customer = a_product(env), a_customer(env, name="Maison Verdier", credit_limit=D(1300))
    received(env, lamp, 10)
    order = a_confirmed_order(
        env, a_line(lamp, 10, 100, taxes=[a_tax(env, 20)]), party=customer, policy=InvoicePolicy.DEPOSIT
    )
    used = [credit.used(env, customer)]
    deposit = deposits.invoice_deposit(env, order, percent=D(30))
    used.append(credit.used(env, customer))
    used.append((posted(env, deposit), credit.used(env, customer))[1])
    payments.register(env, [deposit])
    used.append(credit.used(env, customer))
    more = an_order(env, a_line(a_product(env), 1, 470), party=customer)
    with pytest.raises(credit.OverCreditLimit, match=r"840\.00 are open, and this order adds 470\.00"):
        orders.confirm(env, more)

    ship(env, order, 5)
    half = invoicing.create_invoice(env, order)
    used.append(credit.used(env, customer))
    posted(env, half)
    used.append(credit.used(env, customer))
    payments.register(env, [half])
    used.append(credit.used(env, customer))
    ship(env, order)
    used.append((posted(env, invoicing.create_invoice(env, order)), credit.used(env, customer))[1])

    assert used == [1200, 1200, 1200, 840, 840, 840, 420, 420]


steps = st.lists(
    st.tuples(st.sampled_from(("ship", "return", "invoice", "deposit", "pay")), st.integers(1, 5)),
    min_size=3,
    max_size=9,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, price=st.integers(1, 99_99), rate=st.sampled_from((0, 10, 20)))
def test_whatever_happens_deposits_and_progress_hold(
    env: Env, steps: list[tuple[str, int]], price: int, rate: int
) -> None:
    before = held_as_deposit(env)
    lamp = a_product(env)
    received(env, lamp, 12)
    order = a_confirmed_order(env, a_line(lamp, 12, str(D(price) / 100), taxes=[a_tax(env, rate)]))
    line = order.lines[0]
    unpaid: list[Any] = []
    for step, quantity in steps:
        if step == "ship" and line.delivered < line.quantity:
            ship(env, order, min(quantity, int(line.quantity - line.delivered)))
        elif step == "return" and line.kept_quantity:
            done = next((one for one in shipments_of(env, order) if _can_return(env, one)), None)
            if done is not None:
                move = done.moves[0]
                back = min(D(quantity), returns.still_out(env, done)[move.id])
                shipments.ship(env, returns.plan_return(env, done, {move.id: back}))
        elif step == "invoice" and line.invoiced != line.kept_quantity:
            unpaid.append(posted(env, invoicing.create_invoice(env, order)))
        elif step == "deposit" and not line.delivered and not unpaid:
            unpaid.append(posted(env, deposits.invoice_deposit(env, order, percent=D(quantity * 10))))
        elif step == "pay" and unpaid:
            bill = unpaid.pop()
            if bill.open_amount and bill.kind is InvoiceKind.CUSTOMER_INVOICE:
                payments.register(env, [bill])
        assert all_sound(env)
    while line.delivered < line.quantity:
        ship(env, order)
    if line.invoiced != line.kept_quantity:
        posted(env, invoicing.create_invoice(env, order))

    assert line.invoiced == line.kept_quantity
    if line.invoiced == line.quantity:
        assert held_as_deposit(env) == before


def _can_return(env: Env, shipment: Any) -> bool:
    if shipment.state is not ShipmentState.DONE or shipment.kind is not OperationKind.DELIVERY:
        return False
    return any(returns.still_out(env, shipment).values())


def test_a_draft_deposit_is_given_up_with_its_order(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 1, 100))
    draft = deposits.invoice_deposit(env, order, percent=D(30))
    orders.cancel(env, order)

    assert draft.state is InvoiceState.CANCELLED
    assert ledgers.account_id(env, "deposits") == an_account(env, "deposits").id
