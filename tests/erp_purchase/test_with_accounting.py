from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.erp_accounting.models import Invoice, InvoiceKind, InvoiceState
from addons.erp_accounting.services import invoices, ledgers
from addons.erp_accounting.services.drafting import LineDraft
from addons.erp_purchase.models import BillPolicy, OrderState, Progress
from addons.erp_purchase.services import orders
from addons.erp_purchase.wires.accounting import billing, matching
from addons.erp_purchase.wires.accounting.models import BilledInvoice, BilledLine
from core.api import NotAllowed, RuleBroken
from tests.erp_purchase.bills import all_sound, billed, code, differences, goods_received, post_refused
from tests.erp_purchase.factories import (
    a_confirmed_order,
    a_line,
    a_purchase_tax,
    acting,
    rules,
)
from tests.erp_purchase.test_with_stock import receive
from tests.erp_stock.factories import a_product

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_purchase", "erp_accounting", "erp_stock")
no_stock = pytest.mark.addons("erp_purchase", "erp_accounting")
D = Decimal


@no_stock
def test_without_stock_an_order_is_billed_by_what_was_ordered(env: Env) -> None:
    tax = a_purchase_tax(env, 10)
    order = a_confirmed_order(env, a_line(a_product(env), 5, 40, taxes=[tax]), a_line(a_product(env), 1, 20))

    bill = billing.create_bill(env, order)
    before = (order.billing, order.to_bill)
    invoices.post(env, bill)

    assert (bill.kind, bill.net, bill.tax, bill.total) == (InvoiceKind.SUPPLIER_INVOICE, 220, 20, 240)
    assert bill.origin == order.number
    assert before == (Progress.NOTHING, 240)
    assert (order.billing, order.to_bill, order.state) == (Progress.FULLY, 0, OrderState.DONE)
    assert all_sound(env)


def test_a_bill_for_more_than_was_received_is_refused_with_the_way_out(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env, name="Orla 40"), 10, 20))
    receive(env, order, 6)
    bill = billing.create_bill(env, order)
    bill.lines[0].quantity = D(7)

    refused = post_refused(env, bill)

    assert str(refused.message) == (
        f"The bill of {order.party.name} does not match."
        f' "Orla 40": 7 billed, 6 may be billed of {order.number}.'
    )
    assert "ask a purchase approver to accept the difference" in str(refused.hint)
    assert (bill.state, bill.number, order.lines[0].billed) == (InvoiceState.DRAFT, None, 0)
    bill.lines[0].quantity = D(6)
    orders.change(env, order)
    assert "is Being changed" in str(post_refused(env, bill).message)
    with pytest.raises(RuleBroken, match="is Being changed"):
        billing.create_bill(env, order)
    assert all_sound(env)


@pytest.mark.parametrize(
    ("tolerance", "quantity", "accepted"), [(0, "100", True), (5, "105", True), (5, "105.01", False)]
)
def test_the_quantity_tolerance_ends_where_it_says(
    env: Env, tolerance: int, quantity: str, accepted: bool
) -> None:
    rules(env, bill_quantity_over=tolerance)
    order = a_confirmed_order(env, a_line(a_product(env), 100, 2))
    receive(env, order)
    bill = billing.create_bill(env, order)
    bill.lines[0].quantity = D(quantity)

    if accepted:
        invoices.post(env, bill)
    else:
        post_refused(env, bill)

    assert bill.is_posted is accepted
    assert all_sound(env)


def test_the_tolerance_counts_all_bills_of_an_order_together(env: Env) -> None:
    rules(env, bill_quantity_over=10)
    order = a_confirmed_order(env, a_line(a_product(env), 10, 2))
    receive(env, order)
    first = billing.create_bill(env, order, most={order.lines[0].id: D(5)})
    second = billing.create_bill(env, order)
    first.lines[0].quantity, second.lines[0].quantity = D(6), D(6)
    invoices.post(env, first)

    post_refused(env, second)
    second.lines[0].quantity = D(5)
    invoices.post(env, second)

    assert order.lines[0].billed == 11
    assert all_sound(env)


@pytest.mark.parametrize(
    ("percent", "amount", "price", "accepted"),
    [
        (0, "0", "10.00", True),
        (0, "0", "10.01", False),
        (2, "0", "10.20", True),
        (2, "0", "10.21", False),
        (0, "1.50", "10.15", True),
        (0, "1.50", "10.16", False),
        (0, "0", "9.00", True),
    ],
)
def test_the_price_tolerance_ends_where_it_says(
    env: Env, percent: int, amount: str, price: str, accepted: bool
) -> None:
    rules(env, bill_price_over=percent, bill_amount_over=amount)
    order = a_confirmed_order(env, a_line(a_product(env), 10, 10))
    receive(env, order)
    bill = billing.create_bill(env, order)
    bill.lines[0].unit_price = D(price)

    if accepted:
        invoices.post(env, bill)
    else:
        post_refused(env, bill)

    assert (bill.is_posted, goods_received(env)) == (accepted, 0 if accepted else -100)
    assert all_sound(env)


def test_an_approver_accepts_a_bill_that_does_not_match_and_the_reason_is_kept(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 10, 10))
    receive(env, order)
    bill = billing.create_bill(env, order)
    bill.lines[0].unit_price = D(12)
    env.session.flush()
    buyer, approver = acting(env, "buyer"), acting(env, "approver")
    invoices.drafting.recompute(env, bill)
    env.session.flush()

    with pytest.raises(matching.MayNotAccept):
        matching.accept(buyer, buyer.get(Invoice, bill.id), reason="Fine")
    matching.accept(approver, approver.get(Invoice, bill.id), reason="Glass became dearer")
    env.session.expire_all()
    invoices.post(env, bill)

    assert isinstance(bill, BilledInvoice)
    assert (bill.match_reason, bill.match_by_id) == ("Glass became dearer", approver.user.id)
    assert (differences(env), goods_received(env)) == ([20], 0)
    assert all_sound(env)


def test_what_was_accepted_counts_for_that_total_only(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 10, 10))
    receive(env, order)
    bill = billing.create_bill(env, order)
    bill.lines[0].unit_price = D(12)
    invoices.drafting.recompute(env, bill)
    env.session.flush()
    matching.accept(env, bill, reason="Glass became dearer")
    env.session.expire_all()
    bill.lines[0].unit_price = D(13)

    post_refused(env, bill)


def test_nobody_writes_by_hand_that_a_bill_was_accepted(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 10, 10))
    receive(env, order)
    bill_id = billing.create_bill(env, order).id
    env.session.expire_all()
    env.cache.clear()
    bill = env.get(BilledInvoice, bill_id)

    bill.match_reason = "Because"

    with pytest.raises(RuleBroken):
        env.session.flush()


def test_a_bill_matching_its_order_needs_no_acceptance(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 10, 10))
    receive(env, order)
    bill = billing.create_bill(env, order)

    with pytest.raises(matching.NothingToAccept):
        matching.accept(env, bill, reason="Just so")


def test_a_bill_written_by_hand_is_tied_to_its_order(env: Env) -> None:
    lamp = a_product(env)
    order = a_confirmed_order(env, a_line(lamp, 10, 10))
    receive(env, order)
    other = a_confirmed_order(env, a_line(lamp, 10, 10))
    bill = invoices.draft(
        env,
        InvoiceKind.SUPPLIER_INVOICE,
        order.party,
        [
            LineDraft(product=lamp, quantity=D(10), unit_price=D(10)),
            LineDraft(description="Freight", unit_price=D(8)),
        ],
    )

    with pytest.raises(billing.OtherVendor):
        billing.match_with(env, bill, other)
    billing.match_with(env, bill, order)
    invoices.post(env, bill)

    assert (order.lines[0].billed, order.state, goods_received(env)) == (10, OrderState.DONE, 0)
    assert all_sound(env)


def test_goods_are_not_billed_past_the_account_that_holds_them(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env, name="Orla 40"), 10, 10))
    receive(env, order)
    bill = billing.create_bill(env, order)
    bill.lines[0].account_id = ledgers.account_id(env, "purchases")

    refused = post_refused(env, bill)

    assert f'"Orla 40": goods received are billed on account {code(env, "goods_received")}.' in str(
        refused.message
    )


def test_no_more_is_credited_than_was_billed(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 10, 10))
    receive(env, order)
    bill = billed(env, order)
    note = invoices.credit(env, bill)
    note.lines[0].quantity = D(11)

    with pytest.raises(matching.CreditsTooMuch):
        invoices.post(env, note)


def test_cancelling_gives_up_drafts_and_refuses_posted_bills(env: Env) -> None:
    free = a_confirmed_order(env, a_line(a_product(env), 1, 20), policy=BillPolicy.ORDERED)
    draft = billing.create_bill(env, free)
    posted = a_confirmed_order(env, a_line(a_product(env), 1, 20), policy=BillPolicy.ORDERED)
    billed(env, posted)

    orders.cancel(env, free)
    with pytest.raises(orders.AlreadyFulfilled):
        orders.cancel(env, posted)

    assert (draft.state, free.state, posted.state) == (
        InvoiceState.CANCELLED,
        OrderState.CANCELLED,
        OrderState.CONFIRMED,
    )


def test_buyers_read_bills_of_vendors_and_no_invoice_of_a_customer(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 10, 10))
    receive(env, order)
    bill = billing.create_bill(env, order)
    sold = invoices.draft(
        env, InvoiceKind.CUSTOMER_INVOICE, order.party, [LineDraft(description="Lamp", unit_price=D(5))]
    )
    buyer = acting(env, "buyer")

    invoice = buyer[Invoice]
    seen = buyer.session.scalars(select(invoice.id)).all()
    lines = buyer.session.scalars(select(buyer[BilledLine].invoice_id).distinct()).all()

    assert (seen, lines, sold.id in seen) == ([bill.id], [bill.id], False)
    with pytest.raises(NotAllowed):
        invoices.post(buyer, buyer.get(Invoice, bill.id))
