"""A few hundred steps of trade at random, on random days; every invariant holds after each of them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from addons.base.models import Party
from addons.catalog.models import Product, Tax
from addons.crm_sales.models import Order as SalesOrder
from addons.crm_sales.models import OrderStatus
from addons.crm_sales.services import orders as sales_orders
from addons.crm_sales.services.lines import LineDraft
from addons.erp_accounting.models import Invoice, InvoiceKind, InvoiceState, Payment, PaymentState
from addons.erp_accounting.services import invoices, payments
from addons.erp_orders.models import Order
from addons.erp_orders.wires.accounting import invoicing
from addons.erp_stock.models import Shipment, ShipmentState
from addons.erp_stock.services import counts, returns, shipments
from core.api import CoreError
from core.registry.verify import verify
from tests.erp_orders.factories import a_tax
from tests.erp_stock.factories import a_customer, a_product, received, stock_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from core.env import Env
    from core.testing.plugin import LiveWorkspace

WALKS, STEPS = 2, 120
CENT = Decimal("0.01")
WEIGHTS = {
    "sell": 14, "receive": 10, "deliver": 16, "invoice": 16, "pay": 14, "amend": 6, "cancel": 3,
    "take_back": 5, "count": 5, "take_payment_back": 3, "credit": 4,
}  # fmt: skip


class Trade:
    """What a small trader's colleagues do, in any order; a refusal must leave everything whole."""

    def __init__(self, workspace: LiveWorkspace, seed: int) -> None:
        self.workspace = workspace
        self.random = Random(seed)  # noqa: S311  # repeatable, not secret
        with workspace.env() as env:
            self.tax = a_tax(env, 20).id
            self.products = [a_product(env).id for _ in range(4)]
            self.customers = [a_customer(env, name=f"Customer {n}").id for n in range(3)]

    def walk(self) -> Iterator[str]:
        """One step of some kind, each in its own transaction; give what was done, or refused."""
        names = list(WEIGHTS)
        while True:
            name = self.random.choices(names, WEIGHTS.values())[0]
            try:
                with self.workspace.env() as env:
                    did = getattr(self, name)(env)
            except CoreError:
                yield f"{name} refused"
            else:
                yield name if did else f"nothing to {name}"

    def receive(self, env: Env) -> bool:
        received(env, self.product(env), self.quantity(), self.amount(), on=self.day(env))
        return True

    def sell(self, env: Env) -> bool:
        party, tax = env.get(Party, self.random.choice(self.customers)), env.get(Tax, self.tax)
        lines = [
            LineDraft(self.product(env), self.quantity(), unit_price=self.amount(), taxes=[tax])
            for _ in range(self.random.randint(1, 3))
        ]
        sales_orders.confirm(env, sales_orders.create(env, party, lines))
        return True

    def amend(self, env: Env) -> bool:
        order = self.one(env, SalesOrder, env[SalesOrder].status == OrderStatus.CONFIRMED)
        if order:
            line = self.random.choice(order.lines)
            sales_orders.amend(env, order, {line.id: {"quantity": self.quantity()}})
        return bool(order)

    def cancel(self, env: Env) -> bool:
        order = self.one(env, SalesOrder, env[SalesOrder].status == OrderStatus.CONFIRMED)
        if order:
            sales_orders.cancel(env, order, reason="Changed their mind")
        return bool(order)

    def deliver(self, env: Env) -> bool:
        ready = env[Shipment].state.in_([ShipmentState.READY, ShipmentState.PARTIAL])
        shipment = self.one(env, Shipment, ready)
        if shipment:
            some = {move.id: self.part(move.quantity, Decimal(1)) for move in shipment.moves}
            whole = self.random.random() < 0.5
            shipments.ship(env, shipment, None if whole else some, on=self.day(env))
        return bool(shipment)

    def take_back(self, env: Env) -> bool:
        model = env[Shipment]
        shipment = self.one(env, Shipment, model.state == ShipmentState.DONE, model.return_of_id.is_(None))
        if shipment:
            shipments.ship(env, returns.plan_return(env, shipment), on=self.day(env))
        return bool(shipment)

    def count(self, env: Env) -> bool:
        counted = Decimal(self.random.randint(0, 30))
        counts.adjust(env, self.product(env), stock_of(env), counted, "Yearly count", on=self.day(env))
        return True

    def invoice(self, env: Env) -> bool:
        order = self.one(env, Order, env[Order].to_invoice > 0)
        if order:
            invoices.post(env, invoicing.create_invoice(env, order, on=self.day(env, 1)))
        return bool(order)

    def pay(self, env: Env) -> bool:
        model = env[Invoice]
        invoice = self.one(env, Invoice, model.state == InvoiceState.POSTED, model.open_amount > 0)
        if invoice:
            amount = self.part(invoice.open_amount, CENT)
            payments.register(env, [invoice], amount=amount, date=self.day(env))
        return bool(invoice)

    def take_payment_back(self, env: Env) -> bool:
        payment = self.one(env, Payment, env[Payment].state == PaymentState.POSTED)
        if payment:
            payments.take_back(env, payment)
        return bool(payment)

    def credit(self, env: Env) -> bool:
        model = env[Invoice]
        sold = (model.state == InvoiceState.POSTED, model.kind == InvoiceKind.CUSTOMER_INVOICE)
        invoice = self.one(env, Invoice, *sold)
        if invoice:
            invoices.post(env, invoices.credit(env, invoice, reason="Returned"))
        return bool(invoice)

    def product(self, env: Env) -> Product:
        return env.get(Product, self.random.choice(self.products))

    def quantity(self) -> Decimal:
        return Decimal(self.random.randint(1, 12))

    def amount(self) -> Decimal:
        return Decimal(self.random.randint(1, 25_000)) / 100

    def part(self, whole: Decimal, step: Decimal) -> Decimal:
        """A part of it, all of it, or a little too much."""
        share = self.random.choice(["0.25", "0.5", "1", "1", "1.2"])
        return max(step, (whole * Decimal(share)).quantize(step))

    def day(self, env: Env, most: int = 45) -> date:
        """Today as often as some earlier day."""
        return env.today() - timedelta(days=self.random.choice([0, self.random.randint(0, most)]))

    def one(self, env: Env, fragment: Any, *where: Any) -> Any:
        """Some record that fits; None when there is none."""
        model = env[fragment]
        number = env.session.scalar(select(func.count()).select_from(model).where(*where)) or 0
        if not number:
            return None
        pick = self.random.randrange(number)
        return env.session.scalars(select(model).where(*where).order_by(model.id).offset(pick)).first()


def findings(workspace: LiveWorkspace) -> list[str]:
    with workspace.env(reason="verify") as env:
        return [str(finding) for found in env.hooks.verify(env=env) for finding in found or ()]


@pytest.mark.addons("crm_sales", "erp_orders", "erp_stock", "erp_accounting", "bridge_crm_erp")
def test_every_invariant_holds_after_each_of_a_few_hundred_random_steps(workspace: LiveWorkspace) -> None:
    happened: dict[str, int] = {}

    @settings(
        max_examples=WALKS,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],  # a walk goes on from the last one: it cannot be made shorter
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=st.integers(0, 2**32))
    def walks(seed: int) -> None:
        steps: list[str] = []
        for _step, did in zip(range(STEPS), Trade(workspace, seed).walk(), strict=False):
            steps.append(did)
            happened[did] = happened.get(did, 0) + 1
            assert findings(workspace) == [], f"after {steps}"

    walks()

    assert happened.keys() >= WEIGHTS.keys()
    assert verify(workspace.platform, workspace.entry) == []
