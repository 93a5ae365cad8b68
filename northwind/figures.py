"""What the ledger, the stock and the CRM say at the end, each by its own report."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from addons.base.models import Party
from addons.bridge_crm_erp.wires.customers.models import KnownCustomer
from addons.catalog.models import Product
from addons.crm_sales.models import Order as SalesOrder
from addons.crm_sales.models import OrderStatus
from addons.erp_accounting.models import (
    AccountType,
    Direction,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Payment,
    PaymentStatus,
)
from addons.erp_accounting.queries import balances, partners
from addons.erp_accounting.services import ledgers
from addons.erp_orders.models import Order as CustomerOrder
from addons.erp_orders.models import Progress
from addons.erp_stock.models import Move, MoveState, OperationKind, Shipment
from addons.erp_stock.queries import availability
from core.api import ZERO, round_half_up
from northwind import source

if TYPE_CHECKING:
    from core.env import Env


def figures(env: Env) -> dict[str, Any]:
    """The numbers by name; amounts as text with two decimals."""
    numbers: dict[str, Any] = {**_sales(env), **_ledger(env), **_stock(env)}
    return {name: _text(value) if isinstance(value, Decimal) else value for name, value in numbers.items()}


def _text(value: Decimal) -> str:
    return str(round_half_up(value, 2))


def _sales(env: Env) -> dict[str, Any]:
    """Orders and customers, as the CRM tells them."""
    order, party, erp = env[SalesOrder], env[Party], env[CustomerOrder]
    confirmed = order.status == OrderStatus.CONFIRMED
    count, net = env.session.execute(select(func.count(), func.sum(order.net)).where(confirmed)).one()
    ref, best = env.session.execute(
        select(party.external_ref, func.sum(order.net))
        .join(party, party.id == order.party_id)
        .where(confirmed)
        .group_by(party.external_ref)
        .order_by(func.sum(order.net).desc())
        .limit(1)
    ).one()
    delivered = env.session.scalar(select(func.count()).where(erp.delivery == Progress.FULLY))
    known = env[KnownCustomer]
    customers = [row["CustomerID"] for row in source.rows("customers")]
    prospects = env.session.scalar(
        select(func.count()).where(
            known.external_ref.in_(customers),
            ~known.figures.has(),
        )
    )
    return {
        "orders": count,
        "net": net,
        "delivered": delivered,
        "prospects": prospects,
        "top_customer": ref,
        "top_customer_net": best,
    }


def _ledger(env: Env) -> dict[str, Any]:
    """Revenue, tax, invoices and payments, as the books tell them."""
    trial = balances.trial_balance(env, None, None)
    books = ledgers.of(env)

    def credit_of(*kinds: AccountType) -> Decimal:
        return sum((-row.closing for row in trial if row.account.type in kinds), ZERO)

    def closing(account_id: int | None) -> Decimal:
        return sum((row.closing for row in trial if row.account.id == account_id), ZERO)

    invoice, payment = env[Invoice], env[Payment]
    posted = (invoice.state == InvoiceState.POSTED, invoice.kind == InvoiceKind.CUSTOMER_INVOICE)
    paid_count = env.session.scalar(
        select(func.count()).where(*posted, invoice.payment_status == PaymentStatus.PAID)
    )
    open_count = env.session.scalar(
        select(func.count()).where(*posted, invoice.payment_status != PaymentStatus.PAID)
    )
    aged = partners.aged(env, AccountType.RECEIVABLE, env.today())
    return {
        "revenue": credit_of(AccountType.INCOME),
        "vat": sum((-row.closing for row in trial if row.account.id in _collected(env)), ZERO),
        "invoiced": env.session.scalar(select(func.sum(invoice.total)).where(*posted)),
        "paid_count": paid_count,
        "paid": env.session.scalar(select(func.sum(payment.amount)).where(payment.direction == Direction.IN)),
        "open_count": open_count,
        "open": sum((row.total for row in aged), ZERO),
        "open_customers": len(aged),
        "cogs": closing(books.cost_of_sales_id),
        "inventory": closing(books.inventory_id),
        "trial_balance": sum((row.closing for row in trial), ZERO),
    }


def _collected(env: Env) -> set[int]:
    """The accounts on which sales taxes are booked."""
    from addons.catalog.models import Tax, TaxKind

    model = env.registry.model("catalog.tax")
    assert issubclass(model, Tax)  # noqa: S101 - the composed class of the same model
    rows = env.session.scalars(select(model.account_id).where(model.kind == TaxKind.SALE))  # type: ignore[attr-defined]  # a column of erp_accounting
    return {account for account in rows if account}


def _stock(env: Env) -> dict[str, Any]:
    """Goods on hand and promised, and what came in was worth, as the warehouse tells them."""
    products = env.session.scalars(select(env[Product].id)).all()
    shelf = availability.of(env, products)
    move, shipment = env[Move], env[Shipment]
    receipts = env.session.scalar(
        select(func.sum(move.value))
        .join(shipment, shipment.id == move.shipment_id)
        .where(shipment.kind == OperationKind.RECEIPT, move.state == MoveState.DONE)
    )
    return {
        "receipts": receipts,
        "on_hand": int(sum((one.on_hand for one in shelf.values()), ZERO)),
        "reserved": int(sum((one.reserved for one in shelf.values()), ZERO)),
    }
