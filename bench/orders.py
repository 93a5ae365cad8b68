"""Order to cash: quote, acceptance, order, delivery, invoice, posting, payment, with the bridge on and every
rule.

The floor writes the same rows, table by table, by plain inserts without models, rules, audit or triggers.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, MetaData, Table, func, insert, select, text

from addons.base.models import Party
from addons.catalog.models import Product, Tax, Unit
from addons.crm_sales.models import Quote
from addons.crm_sales.services import orders, quotes
from addons.crm_sales.services.lines import LineDraft
from addons.erp_accounting.models import Invoice
from addons.erp_accounting.services import invoices, payments
from addons.erp_orders.models import Order as CustomerOrder
from addons.erp_orders.wires.accounting.invoicing import create_invoice
from addons.erp_orders.wires.stock.models import OrderedShipment
from addons.erp_stock.models import OperationKind
from addons.erp_stock.services import shipments
from addons.erp_stock.services.quantities import Demand
from bench.measure import Number
from bench.workspace import workspace
from core.db.transaction import transaction
from core.env import Who
from core.security.models import User, UserCompany, UserRole
from core.testing.statements import counting

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.measure import Bench
    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform

ORDERS = 200
ADDONS = ("crm_sales", "erp_accounting", "l10n_fr", "erp_stock", "erp_orders", "bridge_crm_erp")
ROLES = (
    "crm_sales.user",
    "erp_orders.user",
    "erp_stock.user",
    "erp_accounting.accountant",
)


@dataclass
class Path:
    """One workspace, one clerk who may do every step but is no administrator, and what each step costs."""

    platform: Platform
    workspace: WorkspaceEntry
    clerk: Who
    products: list[int]
    party: int
    vat: int
    statements: Counter[str] = field(default_factory=Counter)
    cpu: Counter[str] = field(default_factory=Counter)

    def step(self, name: str, work: Callable[[Env], Any]) -> Any:
        """One request's worth: a transaction of its own."""
        with counting(self.platform.server.engine) as sent:
            began = time.process_time()
            with self.platform.env(self.workspace, user=self.clerk) as env:
                result = work(env)
            self.cpu[name] += time.process_time() - began
        self.statements[name] += len(sent)
        return result

    def order(self) -> None:
        """From the quote to the payment."""
        quote = self.step("quote", self._quote)
        number = self.step("accept", lambda env: self._accept(env, quote))
        self.step("deliver", lambda env: self._deliver(env, number))
        invoice = self.step("invoice", lambda env: create_invoice(env, self._erp_order(env, number)).id)
        self.step("post", lambda env: invoices.post(env, env.get(Invoice, invoice)))
        self.step("pay", lambda env: payments.register(env, [env.get(Invoice, invoice)]).id)

    def _quote(self, env: Env) -> int:
        products = env.session.scalars(select(env[Product]).where(env[Product].id.in_(self.products))).all()
        vat = env.session.get_one(env[Tax], self.vat)
        drafts = [
            LineDraft(product=product, quantity=Decimal(2), unit_price=Decimal(10), taxes=[vat])
            for product in products
        ]
        quote = quotes.create(env, env.get(Party, self.party), drafts)
        quotes.send(env, quote)
        return quote.id

    @staticmethod
    def _accept(env: Env, quote: int) -> str:
        order = quotes.accept_for_customer(env, env.get(Quote, quote))
        if order.is_draft:
            orders.confirm(env, order)
        return order.number

    @staticmethod
    def _erp_order(env: Env, number: str) -> CustomerOrder:
        return env.session.scalars(
            select(env[CustomerOrder]).where(env[CustomerOrder].number == number)
        ).one()

    @staticmethod
    def _deliver(env: Env, number: str) -> None:
        """As a picker does, who finds the shipment by the order's number and never opens the order."""
        model = env[OrderedShipment]
        for shipment in env.session.scalars(select(model).where(model.origin == number)).all():
            shipments.ship(env, shipment)


def prepare(platform: Platform, entry: WorkspaceEntry) -> Path:
    """Three products in stock, a customer and a clerk."""
    with platform.env(entry) as env:
        unit = env.session.scalars(select(env[Unit])).first()
        tax = env[Tax]
        vat = env.session.scalars(
            select(tax).where(tax.rate == 20, tax.kind == "sale", tax.included.is_(False))
        ).first()
        assert unit is not None  # noqa: S101 - seeded
        assert vat is not None  # noqa: S101 - seeded by l10n_fr
        products = [
            env.add(Product, name=f"Lamp {n}", code=f"L-{n}", unit_id=unit.id, sale_price=Decimal(10))
            for n in range(3)
        ]
        party = env.add(Party, name="Brasserie Kervran", email="bar@kervran.example")
        user = env.add(User, name="Camille Roche", email="camille@bench.example")
        env.session.add_all([env[UserRole](user_id=user.id, role=role) for role in ROLES])
        env.session.add(env[UserCompany](user_id=user.id, company_id=env.company.id))
        demands = [Demand(product=one, quantity=Decimal(1_000_000), cost=Decimal(6)) for one in products]
        shipments.ship(env, shipments.plan(env, OperationKind.RECEIPT, demands))
        clerk = Who(user.id, user.name, user.email, "en", "", frozenset(ROLES))
        return Path(platform, entry, clerk, [one.id for one in products], party.id, vat.id)


def run(bench: Bench, platform: Platform) -> None:
    """Statements and CPU of an order, and how far above the floor."""
    times = 20 if bench.quick else ORDERS
    with workspace(platform, ADDONS) as entry:
        path = prepare(platform, entry)
        for _ in range(5):
            path.order()
        path.statements.clear()
        path.cpu.clear()
        before = _counts(platform, entry)
        for _ in range(times):
            path.order()
        written = {
            table: count - before[table]
            for table, count in _counts(platform, entry).items()
            if count > before[table]
        }
        floor = _floor(platform, entry, written, times)
        statements, cpu = path.statements.total() / times, path.cpu.total() / times * 1000
        bench.report(Number("order to cash, SQL statements", statements, "per order", len(written), 120.0))
        bench.report(Number("order to cash, CPU", cpu, "ms per order", floor, 110.0))
        for name in path.statements:
            bench.report(
                Number(f"order to cash, {name}, SQL statements", path.statements[name] / times, "per order")
            )
            bench.report(Number(f"order to cash, {name}, CPU", path.cpu[name] / times * 1000, "ms per order"))


def _counts(platform: Platform, entry: WorkspaceEntry) -> dict[str, int]:
    with transaction(platform.server, entry) as connection:
        tables = connection.scalars(
            text(
                "SELECT tablename FROM pg_tables"
                " WHERE schemaname = current_schema() AND tablename NOT LIKE 'alembic%'"
            )
        ).all()
        return {
            table: int(connection.scalar(select(func.count()).select_from(text(table))) or 0)
            for table in tables
        }


def _floor(platform: Platform, entry: WorkspaceEntry, written: dict[str, int], times: int) -> float:
    """CPU milliseconds per order for the same rows, one insert per table and order."""
    with platform.server.owner() as connection:
        connection.execute(text(f"SET search_path TO {entry.schema}"))
        copies = []
        for name, rows in written.items():
            source = Table(name, MetaData(), autoload_with=connection, resolve_fks=False)
            per_order = max(1, round(rows / times))
            found = (
                connection.execute(select(source).order_by(source.c.id.desc()).limit(per_order))
                .mappings()
                .all()
            )
            connection.execute(text(f"CREATE TEMP TABLE floor_{name} (LIKE {name} INCLUDING DEFAULTS)"))
            target = Table(f"floor_{name}", MetaData(), *_plain(source))
            copies.append((insert(target), [dict(row) for row in found]))
        began = time.process_time()
        for _ in range(times):
            for statement, rows_of_one in copies:
                connection.execute(statement, rows_of_one)
        return (time.process_time() - began) / times * 1000


def _plain(source: Table) -> list[Column[Any]]:
    return [Column(column.name, column.type) for column in source.columns]
