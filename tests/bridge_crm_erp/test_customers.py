from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.bridge_crm_erp.models import Effect, Event
from addons.bridge_crm_erp.services import drift
from addons.bridge_crm_erp.wires.accounting import standing
from addons.bridge_crm_erp.wires.accounting.models import InvoicedParty, Standing
from addons.bridge_crm_erp.wires.billing.models import BilledOrder, Payment
from addons.catalog.models import ProductKind
from addons.erp_accounting.models import InvoiceKind
from addons.erp_accounting.services import invoices, payments
from addons.erp_accounting.services.drafting import LineDraft
from addons.erp_orders.wires.accounting import invoicing
from tests.bridge_crm_erp.factories import a_confirmed_sales_order, a_customer, a_product, erp_order_of, sold

if TYPE_CHECKING:
    from datetime import date

    from addons.base.models import Party
    from addons.erp_accounting.models import Invoice
    from core.api import Env

pytestmark = pytest.mark.addons("crm_sales", "erp_accounting", "bridge_crm_erp")
with_orders = pytest.mark.addons("crm_sales", "erp_orders", "erp_accounting", "bridge_crm_erp")


def an_invoice(env: Env, party: Party, amount: int, on: date | None = None) -> Invoice:
    line = LineDraft(a_product(env), quantity=Decimal(1), unit_price=Decimal(amount), taxes=[])
    invoice = invoices.draft(env, InvoiceKind.CUSTOMER_INVOICE, party, [line], date=on)
    invoices.post(env, invoice)
    return invoice


def status_of(env: Env, party: Party) -> Standing | None:
    return env.session.scalar(
        select(env[InvoicedParty].customer_status).where(env[InvoicedParty].id == party.id)
    )


def test_a_prospect_becomes_a_customer_by_the_first_invoice_and_a_good_payer_by_paying_in_time(
    env: Env,
) -> None:
    party = a_customer(env)

    before = status_of(env, party)
    invoice = an_invoice(env, party, 100)
    invoiced = status_of(env, party)
    payments.register(env, [invoice])

    found = env.get(InvoicedParty, party.id)
    assert (before, invoiced, found.customer_status) == (None, Standing.CUSTOMER, Standing.GOOD_PAYER)
    assert (found.revenue, found.last_purchase, found.overdue_amount) == (100, env.today(), 0)
    assert list(drift.findings(env)) == []


def test_who_does_not_pay_in_time_is_late_and_no_good_payer_afterwards(env: Env) -> None:
    party = a_customer(env)
    invoice = an_invoice(env, party, 100, env.today() - timedelta(days=90))
    late = (status_of(env, party), env.get(InvoicedParty, party.id).overdue_amount)

    payments.register(env, [invoice])

    assert late == (Standing.LATE, 100)
    assert (status_of(env, party), env.get(InvoicedParty, party.id).overdue_amount) == (Standing.CUSTOMER, 0)


def test_a_credit_note_takes_its_revenue_back(env: Env) -> None:
    party = a_customer(env)
    invoice = an_invoice(env, party, 100)

    invoices.post(env, invoices.credit(env, invoice))

    assert env.get(InvoicedParty, party.id).revenue == 0


def test_tampered_figures_are_found_and_recomputed(env: Env) -> None:
    party = a_customer(env, name="Maison Verdier")
    an_invoice(env, party, 100)
    env.get(InvoicedParty, party.id).revenue = Decimal(7)
    env.session.flush()

    found = [(f.rule, f.record) for f in drift.findings(env)]
    repaired = drift.repair(env, "customers", party.id)

    assert found == [("bridge.customers", "Maison Verdier")]
    assert repaired.differences == []


@with_orders
def test_a_blocked_customer_is_shown_as_such_whatever_was_paid(env: Env) -> None:
    party = a_customer(env)
    payments.register(env, [an_invoice(env, party, 100)])
    party.orders_blocked = True
    env.session.flush()

    standing.refresh(env)

    assert status_of(env, party) is Standing.BLOCKED


@with_orders
def test_invoices_and_payments_come_back_to_the_crm_order_once_each(env: Env) -> None:
    sale = a_confirmed_sales_order(env, sold(a_product(env), 5, 40))
    invoice = invoicing.create_invoice(env, erp_order_of(env, sale))

    invoices.post(env, invoice)
    billed = env.get(BilledOrder, sale.id)
    after_invoice = (billed.invoiced_amount, billed.open_amount, billed.payment)
    payments.register(env, [invoice], amount=Decimal(120))
    after_part = (billed.open_amount, billed.payment)
    payments.register(env, [invoice])

    assert after_invoice == (200, 200, Payment.OPEN)
    assert after_part == (80, Payment.PARTLY)
    assert (billed.open_amount, billed.payment) == (0, Payment.PAID)
    assert list(env.session.scalars(select(env[Effect].event).order_by(env[Effect].id))) == [
        Event.ORDER_CONFIRMED,
        Event.INVOICED,
        Event.PAID,
    ]
    assert list(drift.findings(env)) == []


@with_orders
def test_a_part_paid_and_a_payment_taken_back_change_what_the_salesperson_sees(env: Env) -> None:
    party = a_customer(env)
    sale = a_confirmed_sales_order(env, sold(a_product(env, kind=ProductKind.SERVICE), 1, 100), party=party)
    invoice = invoicing.create_invoice(env, erp_order_of(env, sale), on=env.today() - timedelta(days=90))
    invoices.post(env, invoice)
    seen = []

    def look() -> None:
        env.session.expire_all()
        order, customer = env.get(BilledOrder, sale.id), env.get(InvoicedParty, party.id)
        seen.append((order.open_amount, order.payment, customer.overdue_amount))

    payment = payments.register(env, [invoice], amount=Decimal(40))
    look()
    payments.register(env, [invoice])
    look()
    payments.take_back(env, payment)
    look()

    assert seen == [(60, Payment.PARTLY, 60), (0, Payment.PAID, 0), (40, Payment.PARTLY, 40)]
    assert list(drift.findings(env)) == []
