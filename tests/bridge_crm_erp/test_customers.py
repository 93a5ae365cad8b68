from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.base.models import Message, Party
from addons.base.services import merging
from addons.bridge_crm_erp.models import Effect, Event
from addons.bridge_crm_erp.services import drift
from addons.bridge_crm_erp.wires.billing import beside
from addons.bridge_crm_erp.wires.billing.models import BilledOrder, Payment
from addons.bridge_crm_erp.wires.customers import standing
from addons.bridge_crm_erp.wires.customers.models import KnownCustomer, Standing
from addons.bridge_crm_erp.wires.overdue import telling
from addons.catalog.models import ProductKind
from addons.erp_accounting.models import Invoice, InvoiceKind
from addons.erp_accounting.services import charts, invoices, payments
from addons.erp_accounting.services.drafting import LineDraft
from addons.erp_orders.services import customers
from addons.erp_orders.wires.accounting import invoicing
from core.api import Company, Env, in_company
from core.security.access import access_of
from core.views.catalog import columns_of, views_of
from core.views.query import ListQuery
from core.views.state import ListState
from tests.bridge_crm_erp.factories import (
    a_confirmed_sales_order,
    a_customer,
    a_product,
    erp_order_of,
    figures_of,
    sold,
)

if TYPE_CHECKING:
    from datetime import date

    from addons.crm_sales.models import Order as SalesOrder
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("crm_sales", "erp_accounting", "bridge_crm_erp")
with_orders = pytest.mark.addons("crm_sales", "erp_orders", "erp_accounting", "bridge_crm_erp")


def an_invoice(env: Env, party: Party, amount: int, on: date | None = None) -> Invoice:
    line = LineDraft(a_product(env), quantity=Decimal(1), unit_price=Decimal(amount), taxes=[])
    invoice = invoices.draft(env, InvoiceKind.CUSTOMER_INVOICE, party, [line], date=on)
    invoices.post(env, invoice)
    return invoice


def beside_of(env: Env, sale: SalesOrder) -> list[tuple[str, str, Decimal, Decimal]]:
    found = beside.of(env, sale)
    assert found is not None
    return [(row.name, str(row.status), row.total, row.open) for row in found["rows"]]


def parties(env: Env, *filters: str) -> set[str]:
    declared = views_of(env.registry).of("base.party").list
    state = ListState(filters=("is_supplier:no", "name:~i", *filters))
    return {row.record.name for row in ListQuery(env, declared, state, columns_of(declared)).page().rows}


def status_of(env: Env, party: Party) -> Standing:
    env.session.expire_all()
    return env.get(KnownCustomer, party.id).standing


def test_a_prospect_becomes_a_customer_by_the_first_invoice_and_a_good_payer_by_paying_in_time(
    env: Env,
) -> None:
    party = a_customer(env)

    before = status_of(env, party)
    invoice = an_invoice(env, party, 100)
    invoiced = status_of(env, party)
    payments.register(env, [invoice])

    found = figures_of(env, party)
    assert (before, invoiced, found.status) == (Standing.PROSPECT, Standing.CUSTOMER, Standing.GOOD_PAYER)
    assert (found.revenue, found.last_purchase, found.overdue) == (100, env.today(), 0)
    assert list(drift.findings(env)) == []


def test_who_does_not_pay_in_time_is_late_and_no_good_payer_afterwards(env: Env) -> None:
    party = a_customer(env)
    invoice = an_invoice(env, party, 100, env.today() - timedelta(days=90))
    late = (status_of(env, party), figures_of(env, party).overdue)

    payments.register(env, [invoice])

    assert late == (Standing.LATE, 100)
    assert (status_of(env, party), figures_of(env, party).overdue) == (Standing.CUSTOMER, 0)


def test_a_credit_note_takes_its_revenue_back(env: Env) -> None:
    party = a_customer(env)
    invoice = an_invoice(env, party, 100)

    invoices.post(env, invoices.credit(env, invoice))

    assert figures_of(env, party).revenue == 0


def test_tampered_figures_are_found_and_recomputed(env: Env) -> None:
    party = a_customer(env, name="Maison Verdier")
    an_invoice(env, party, 100)
    figures_of(env, party).revenue = Decimal(7)
    env.session.flush()

    found = [(f.rule, f.record) for f in drift.findings(env)]
    repaired = drift.repair(env, "customers", party.id)

    assert found == [("bridge.customers", "Maison Verdier")]
    assert repaired.differences == []


@with_orders
def test_a_blocked_customer_is_shown_as_such_whatever_was_paid_until_allowed_again(env: Env) -> None:
    party = a_customer(env)
    payments.register(env, [an_invoice(env, party, 100)])

    customers.block(env, party, "fraud")
    prospect = a_customer(env, is_customer=True)
    heads = [[str(fact.value) for fact in standing.facts(env, prospect)]]
    customers.block(env, prospect, "fraud")
    heads.append([str(fact.value) for fact in standing.facts(env, prospect)])
    blocked = (status_of(env, party), list(drift.findings(env)))
    customers.unblock(env, party)

    assert blocked == (Standing.BLOCKED, [])
    assert heads == [["Prospect"], ["Blocked"]]
    assert status_of(env, party) is Standing.GOOD_PAYER
    with pytest.raises(customers.BlockUnchanged):
        customers.unblock(env, party)


def test_each_company_has_its_own_figures_of_a_shared_customer(env: Env) -> None:
    here, there = env.company, env.add(Company, name="Kervran", currency="EUR", country="FR")
    party, prospect = a_customer(env, name="Maison Verdier"), a_customer(env, name="Hôtel des Tilleuls")
    access = access_of(env.registry, frozenset({"base.admin"}), everything=False)
    both = Env(replace(env.scope, company_ids=(here.id, there.id)), access)
    envs = [both, in_company(both, there.id)]
    an_invoice(envs[0], envs[0].get(Party, party.id), 100, env.today() - timedelta(days=90))
    charts.open_books(envs[1])
    an_invoice(envs[1], envs[1].get(Party, party.id), 7)

    seen = [
        (status_of(one, party), figures_of(one, party).revenue, list(drift.findings(one))) for one in envs
    ]
    late = [parties(one, "figures.status:late") for one in envs]
    not_late = [parties(one, "figures.status:!late") for one in envs]

    assert seen == [(Standing.LATE, 100, []), (Standing.CUSTOMER, 7, [])]
    assert late == [{party.name}, set()]
    assert not_late == [{prospect.name}, {prospect.name, party.name}]
    assert [parties(one, "figures.status:none") for one in envs] == [{prospect.name}] * 2


def test_two_customers_that_become_one_have_one_turnover_until_they_are_two_again(env: Env) -> None:
    kept, merged = a_customer(env), a_customer(env)
    an_invoice(env, kept, 100)
    an_invoice(env, merged, 20)

    merge = merging.merge(env, kept, merged)
    together = (figures_of(env, kept).revenue, status_of(env, merged), list(drift.findings(env)))
    merging.undo(env, merge)

    assert together == (120, Standing.PROSPECT, [])
    assert (figures_of(env, kept).revenue, figures_of(env, merged).revenue) == (100, 20)
    assert list(drift.findings(env)) == []


def test_an_invoice_that_fell_due_is_told_once(env: Env) -> None:
    party = a_customer(env)
    an_invoice(env, party, 100, env.today() - timedelta(days=90))
    invoice = an_invoice(env, party, 100, env.today() - timedelta(days=3))

    told = [telling.tell(env), telling.tell(env)]

    message, effect = env[Message], env[Effect]
    assert told == [1, 0]
    assert env.session.scalars(select(effect.source_name).where(effect.event == Event.OVERDUE)).all() == [
        invoice.number
    ]
    assert env.session.scalars(
        select(message.tone).where(message.party_id == party.id, message.body.contains("overdue"))
    ).all() == ["bad"]


@with_orders
def test_invoices_and_payments_come_back_to_the_crm_order_once_each(env: Env) -> None:
    sale = a_confirmed_sales_order(env, sold(a_product(env), 5, 40))
    none = beside.of(env, sale)
    invoice = invoicing.create_invoice(env, erp_order_of(env, sale))
    proposed = beside_of(env, sale)

    invoices.post(env, invoice)
    billed = env.get(BilledOrder, sale.id)
    after_invoice = (billed.invoiced_amount, billed.open_amount, billed.payment)
    payments.register(env, [invoice], amount=Decimal(120))
    after_part = (billed.open_amount, billed.payment)
    payments.register(env, [invoice])

    assert (none, proposed) == (None, [("Customer invoice", "Proposed", 200, 0)])
    assert beside_of(env, sale) == [(invoice.number, "Paid", 200, 0)]
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
        order, customer = env.get(BilledOrder, sale.id), figures_of(env, party)
        seen.append((order.open_amount, order.payment, customer.overdue))

    payment = payments.register(env, [invoice], amount=Decimal(40))
    look()
    payments.register(env, [invoice])
    look()
    payments.take_back(env, payment)
    look()

    assert seen == [(60, Payment.PARTLY, 60), (0, Payment.PAID, 0), (40, Payment.PARTLY, 40)]
    assert list(drift.findings(env)) == []


def test_an_invoice_and_a_payment_at_the_same_moment_both_count(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        party_id = a_customer(env).id
        first_id = an_invoice(env, env.get(Party, party_id), 100).id
    posted = threading.Event()

    def pay() -> None:
        with workspace.env() as env:
            invoice = env.get(Invoice, first_id)
            posted.wait()
            payments.register(env, [invoice])

    with ThreadPoolExecutor(1) as pool:
        with workspace.env() as env:
            an_invoice(env, env.get(Party, party_id), 20)
            paid = pool.submit(pay)
            posted.set()
            time.sleep(0.3)  # the payment waits for the customer by now
        paid.result()

    with workspace.env() as env:
        figures = figures_of(env, env.get(Party, party_id))
        assert (figures.revenue, figures.status) == (120, Standing.GOOD_PAYER)
        assert list(drift.findings(env)) == []
