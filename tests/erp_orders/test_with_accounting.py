from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from addons.erp_accounting.models import InvoiceKind, InvoiceState
from addons.erp_accounting.services import invoices, payments
from addons.erp_orders.models import InvoicePolicy, LineKind, Milestone, OrderState, Progress
from addons.erp_orders.queries import soundness
from addons.erp_orders.services import credit, orders, progress
from addons.erp_orders.services.orders import LineInput
from addons.erp_orders.wires.accounting import deposits, invoicing, proof
from addons.erp_stock.services import returns, shipments
from tests.erp_accounting.factories import an_account, balance
from tests.erp_orders.factories import a_confirmed_order, a_line, a_tax, an_order
from tests.erp_orders.test_with_stock import shipments_of
from tests.erp_stock.factories import a_customer, a_product, received

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_orders", "erp_accounting", "erp_stock")
no_stock = pytest.mark.addons("erp_orders", "erp_accounting")


@no_stock
def test_without_stock_an_order_is_invoiced_by_what_was_ordered(env: Env) -> None:
    tax = a_tax(env, 10)
    order = a_confirmed_order(env, a_line(a_product(env), 5, 40, taxes=[tax]), a_line(a_product(env), 1, 20))

    invoice = invoicing.create_invoice(env, order)
    before = (order.invoicing, order.to_invoice)
    invoices.post(env, invoice)

    assert (invoice.kind, invoice.net, invoice.tax, invoice.total) == (
        InvoiceKind.CUSTOMER_INVOICE,
        220,
        20,
        240,
    )
    assert invoice.origin == order.number
    assert before == (Progress.NOTHING, 240)
    assert (order.invoicing, order.to_invoice, order.state) == (Progress.FULLY, 0, OrderState.DONE)
    assert [*soundness.findings(env), *proof.findings(env)] == []


def test_the_invoice_follows_what_was_delivered(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 4)
    order = a_confirmed_order(env, a_line(lamp, 6, 20), a_line(a_product(env, kind="service"), 1, 50))
    with_service = invoicing.create_invoice(env, order)
    with pytest.raises(invoicing.NothingToInvoice):
        invoicing.create_invoice(env, order)

    shipments.ship(env, shipments_of(env, order)[0])
    delivered_part = invoicing.create_invoice(env, order)
    for invoice in (with_service, delivered_part):
        invoices.post(env, invoice)

    assert (with_service.net, delivered_part.net) == (50, 80)
    assert ([line.invoiced for line in order.lines], order.invoicing) == ([4, 1], Progress.PARTLY)
    assert (order.to_invoice, order.state) == (40, OrderState.CONFIRMED)
    assert [*soundness.findings(env), *proof.findings(env)] == []


def test_an_order_invoiced_when_ordered_is_done_once_it_is_delivered_too(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 6)
    order = a_confirmed_order(env, a_line(lamp, 6, 20), policy=InvoicePolicy.ORDERED)
    invoices.post(env, invoicing.create_invoice(env, order))
    before = order.state

    shipments.ship(env, shipments_of(env, order)[0])

    assert (before, order.state) == (OrderState.CONFIRMED, OrderState.DONE)


def test_returned_goods_are_credited(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 6)
    order = a_confirmed_order(env, a_line(lamp, 6, 20))
    (delivery,) = shipments_of(env, order)
    shipments.ship(env, delivery)
    invoices.post(env, invoicing.create_invoice(env, order))
    shipments.ship(env, returns.plan_return(env, delivery, {delivery.moves[0].id: Decimal(2)}))

    note = invoicing.create_invoice(env, order)
    invoices.post(env, note)

    assert (note.kind, note.net) == (InvoiceKind.CUSTOMER_CREDIT_NOTE, 40)
    assert (order.lines[0].invoiced, order.state, order.to_invoice) == (4, OrderState.CONFIRMED, 40)
    assert [*soundness.findings(env), *proof.findings(env)] == []


def test_a_credit_note_of_the_invoice_reduces_what_is_invoiced(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 6)
    order = a_confirmed_order(env, a_line(lamp, 6, 20))
    shipments.ship(env, shipments_of(env, order)[0])
    invoice = invoicing.create_invoice(env, order)
    invoices.post(env, invoice)

    invoices.post(env, invoices.credit(env, invoice, quantities={invoice.lines[0].id: Decimal(1)}))

    assert order.lines[0].invoiced == 5
    assert [*soundness.findings(env), *proof.findings(env)] == []


def test_cancelling_gives_up_drafts_and_refuses_posted_invoices(env: Env) -> None:
    free = a_confirmed_order(env, a_line(a_product(env), 1, 20), policy=InvoicePolicy.ORDERED)
    draft = invoicing.create_invoice(env, free)
    invoiced = a_confirmed_order(env, a_line(a_product(env), 1, 20), policy=InvoicePolicy.ORDERED)
    invoices.post(env, invoicing.create_invoice(env, invoiced))

    orders.cancel(env, free)
    with pytest.raises(orders.AlreadyFulfilled):
        orders.cancel(env, invoiced)

    assert (draft.state, free.state, invoiced.state) == (
        InvoiceState.CANCELLED,
        OrderState.CANCELLED,
        OrderState.CONFIRMED,
    )


def test_open_invoices_count_against_the_credit_limit_until_they_are_paid(env: Env) -> None:
    customer = a_customer(env, name="Maison Verdier", credit_limit=Decimal(100))
    first = a_confirmed_order(
        env, a_line(a_product(env), 4, 20), party=customer, policy=InvoicePolicy.ORDERED
    )
    invoice = invoicing.create_invoice(env, first)
    invoices.post(env, invoice)
    second = an_order(env, a_line(a_product(env), 2, 20), party=customer)

    with pytest.raises(credit.OverCreditLimit, match=r"80\.00 are open, and this order adds 40\.00"):
        orders.confirm(env, second)
    payments.register(env, [invoice])
    orders.confirm(env, second)

    assert second.state is OrderState.CONFIRMED


@no_stock
def test_what_is_invoiced_keeps_its_section_and_notes(env: Env) -> None:
    def text(kind: str, words: str) -> LineInput:
        return LineInput(None, Decimal(0), description=words, kind=LineKind(kind))

    order = a_confirmed_order(
        env,
        text("section", "Lobby"),
        a_line(a_product(env), 2),
        text("note", "With brass"),
        text("section", "Bar"),
        text("note", "On the left"),
        a_line(a_product(env), 1),
        text("section", "Nothing here"),
    )

    invoice = invoicing.create_invoice(env, order)

    assert [
        (line.kind.value, line.description) for line in invoice.lines if line.kind.value != "product"
    ] == [
        ("section", "Lobby"),
        ("note", "With brass"),
        ("section", "Bar"),
        ("note", "On the left"),
    ]
    assert invoice.net == order.net


def test_a_deposit_beyond_what_was_delivered_is_given_back_and_holds_its_order(env: Env) -> None:
    lamp = a_product(env)
    received(env, lamp, 4)
    order = a_confirmed_order(env, a_line(lamp, 10, 100, taxes=[a_tax(env)]), policy=InvoicePolicy.DEPOSIT)
    invoices.post(env, deposits.invoice_deposit(env, order, percent=Decimal(50)))
    with pytest.raises(invoicing.StillInvoiced), env.session.begin_nested():
        orders.cancel(env, order)
    env.session.expire_all()

    shipments.ship(env, shipments_of(env, order)[0])
    orders.close_rest(env, order)
    final = invoicing.create_invoice(env, order)
    invoices.post(env, final)
    back = invoicing.create_invoice(env, order)
    invoices.post(env, back)

    assert (final.total, back.kind, back.net, back.total) == (0, InvoiceKind.CUSTOMER_CREDIT_NOTE, 100, 120)
    assert balance(env, an_account(env, "deposits").code) == 0
    with pytest.raises(invoicing.NothingToInvoice):
        invoicing.create_invoice(env, order)
    assert (order.state, [*soundness.findings(env), *proof.findings(env)]) == (OrderState.DONE, [])


def test_a_deposit_is_taken_back_tax_by_tax(env: Env) -> None:
    book, lamp = a_product(env), a_product(env)
    for product in (book, lamp):
        received(env, product, 3)
    order = a_confirmed_order(
        env,
        a_line(book, 3, "33.33", taxes=[a_tax(env, "5.5")]),
        a_line(lamp, 3, "66.67", taxes=[a_tax(env, 20)]),
        policy=InvoicePolicy.DEPOSIT,
    )
    for _half in range(2):
        invoices.post(env, deposits.invoice_deposit(env, order, percent=Decimal(50)))
    invoiced = []
    for quantity, moved in ((2, book), (3, lamp), (1, book)):
        delivery = next(one for one in shipments_of(env, order) if one.is_open)
        wanted = {move.id: Decimal(quantity) for move in delivery.moves if move.product_id == moved.id}
        shipments.ship(env, delivery, wanted)
        invoiced.append(invoicing.create_invoice(env, order))
        invoices.post(env, invoiced[-1])

    assert [(one.net, one.total) for one in invoiced] == [(0, 0)] * 3
    assert balance(env, an_account(env, "deposits").code) == 0
    assert order.state is OrderState.DONE


@no_stock
def test_the_last_milestone_carries_the_cent(env: Env) -> None:
    order = an_order(env, a_line(a_product(env), 1, "999.99"), policy=InvoicePolicy.MILESTONE)
    order.milestones = [
        env[Milestone](name=f"Part {n}", share=Decimal(share), position=n)
        for n, share in enumerate(("33.33", "33.33", "33.34"), start=1)
    ]
    env.session.flush()
    orders.confirm(env, order)
    invoiced = []
    for _part in order.milestones:
        orders.reach_milestone(env, order)
        invoiced.append(invoicing.create_invoice(env, order))
        invoices.post(env, invoiced[-1])

    assert [one.net for one in invoiced] == [Decimal("333.30"), Decimal("333.30"), Decimal("333.39")]
    assert (order.state, order.to_invoice) == (OrderState.DONE, 0)


@no_stock
def test_a_line_that_was_invoiced_beyond_its_order_hides_nothing_of_the_others(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env), 10, 10), a_line(a_product(env), 5, 20))
    over, rest = order.products

    progress.RECORDER.record(env, [over.id, rest.id], {over.id: {"invoiced": Decimal(14)}}, ("invoiced",))
    env.session.flush()

    assert (over.invoiced, rest.invoiced) == (14, 0)
    assert (progress.open_amount(order), order.to_invoice) == (100, 100)
    assert (order.invoicing, order.state) == (Progress.PARTLY, OrderState.CONFIRMED)
