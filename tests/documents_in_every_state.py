"""Documents in the states in which the examples have none, for the conformance of each addon."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.api import Env


def make_missing_documents(env: Env, addon: str) -> None:
    """By the addon's own services, as people would."""
    if addon in MAKERS:
        MAKERS[addon](env)


def _sales(env: Env) -> None:
    from addons.crm_sales.services import orders, quotes
    from tests.crm_sales.factories import a_confirmed_order, a_sent_quote

    quotes.refuse(env, a_sent_quote(env), "Too expensive")
    quotes.send(env, quotes.revise(env, a_sent_quote(env)))
    orders.cancel(env, a_confirmed_order(env), "Site closed")


def _orders(env: Env) -> None:
    from addons.catalog.models import Progress
    from addons.erp_orders.services import orders, progress
    from tests.erp_orders.factories import a_confirmed_order

    orders.change(env, a_confirmed_order(env))
    orders.hold(env, a_confirmed_order(env), reason="Waits for a deposit")
    orders.cancel(env, a_confirmed_order(env), reason="Site closed")
    order = a_confirmed_order(env)
    sums = {line.id: {"invoiced": line.quantity, "delivered": line.quantity} for line in order.lines}
    progress.record(env, list(sums), sums, ("delivered", "invoiced"))
    assert (order.invoicing, order.lines[0].invoiced > Decimal(0)) == (Progress.FULLY, True)


def _purchases(env: Env) -> None:
    from addons.erp_purchase.services import orders, progress, requests
    from tests.erp_purchase.factories import (
        a_confirmed_order,
        a_vendor,
        acting,
        an_order,
        rules,
    )
    from tests.erp_purchase.test_requests import a_request, an_offer
    from tests.erp_stock.factories import a_product

    orders.change(env, a_confirmed_order(env))
    orders.cancel(env, a_confirmed_order(env), reason="Found it in the cellar")
    order = a_confirmed_order(env)
    sums = {line.id: {"billed": line.quantity, "received": line.quantity} for line in order.lines}
    progress.record(env, list(sums), sums, ("received", "billed"))
    rules(env, buyer_limit=0)
    orders.confirm(acting(env, "buyer"), an_order(env))

    lamp = a_product(env)
    sent = an_offer(env, a_request(env, (lamp, 10)), a_vendor(env), ("9.50", 5))
    requests.send(env, sent, "vendor@example.com")
    given_up = an_offer(env, a_request(env, (lamp, 10)), a_vendor(env), ("9.50", 5)).request
    requests.cancel(env, given_up)
    decided = an_offer(env, a_request(env, (lamp, 10)), a_vendor(env), ("9.50", 5))
    requests.choose(env, decided.lines[0])
    requests.make_orders(env, decided.request)


def _stock(env: Env) -> None:
    from addons.erp_stock.models import Count, CountLine, CountState, Move, Scrap
    from addons.erp_stock.services import counts, landing, scrap, shipments
    from tests.erp_stock.factories import a_delivery, a_product, received, stock_of
    from tests.erp_stock.test_landing import a_landed_cost

    lamp, stock = a_product(env), stock_of(env)
    receipt = received(env, lamp, 10, 5)
    draft = shipments.create(env, {})
    line = env[Move](product_id=lamp.id, product=lamp, quantity=Decimal(1), unit=lamp.unit)
    shipments.complete_line(env, draft, line)
    draft.moves.append(line)
    env.session.flush()
    shipments.cancel(env, a_delivery(env, (lamp, 2)))
    assert [a_delivery(env, (lamp, quantity)).state.value for quantity in (4, 9, 1)] == [
        *("ready", "partial", "waiting"),
    ]

    a_landed_cost(env, receipt, value=10)
    landing.land(env, a_landed_cost(env, receipt, value=10))
    reversed_one = a_landed_cost(env, receipt, value=10)
    landing.land(env, reversed_one)
    landing.reverse(env, reversed_one)

    for state in CountState:
        count = env.add(Count, location_id=stock.id, reason="Year end")
        count.lines.append(env[CountLine](product_id=lamp.id, location_id=stock.id, counted=Decimal(10)))
        env.session.flush()
        if state is CountState.COUNTING:
            counts.start(env, count)
        elif state is CountState.DONE:
            counts.apply(env, count)
        elif state is CountState.CANCELLED:
            counts.cancel(env, count)
    fragile = a_product(env)
    received(env, fragile, 2, 5)
    for quantity in (1, 1):
        broken = env.add(
            Scrap,
            product_id=fragile.id,
            quantity=Decimal(quantity),
            unit_id=fragile.unit_id,
            location_id=stock.id,
            reason="Broken",
        )
    scrap.throw_away(env, broken)


def _accounting(env: Env) -> None:
    from addons.erp_accounting.models import BankAccount, BudgetLine, Direction, Payment
    from addons.erp_accounting.services import budgets, entries, invoices, ledgers, payments, sepa
    from tests.erp_accounting.factories import a_draft, a_payment, an_invoice
    from tests.erp_accounting.test_sepa import a_bank, a_batch, a_bill

    invoices.cancel(env, a_draft(env))
    invoice = an_invoice(env, date=env.today())
    payments.reverse(env, a_payment(env, invoice))
    env.add(
        Payment,
        direction=Direction.IN,
        date=env.today(),
        party_id=invoice.party_id,
        journal_id=payments.usual_bank(env).id,
        amount=Decimal(10),
        currency="EUR",
    )
    assert invoice.entry is not None
    entries.draft(
        env, journal=invoice.entry.journal, date=env.today(), lines=entries.mirrored(env, invoice.entry)
    )
    expenses = ledgers.account_id(env, "expenses")
    bank = env.session.scalars(select(env[BankAccount]).limit(1)).first() or a_bank(env)
    bank.iban = bank.iban or "FR7630006000011234567890189"
    for number, steps in enumerate(((), (budgets.confirm,), (budgets.confirm, budgets.close))):
        line = env[BudgetLine](account_id=expenses, amount=Decimal(100))
        budget = budgets.create(env, {"name": f"Budget {number}", "lines": [line]})
        for step in steps:
            step(env, budget)
    for done in ((), (sepa.send,), (sepa.send, sepa.book), (sepa.cancel,)):
        a_bill(env)
        batch = a_batch(env, bank=bank)
        for act in done:
            act(env, batch)


MAKERS: dict[str, Callable[[Env], None]] = {
    "crm_sales": _sales,
    "erp_accounting": _accounting,
    "erp_orders": _orders,
    "erp_purchase": _purchases,
    "erp_stock": _stock,
}
