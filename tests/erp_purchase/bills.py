"""Bills of purchase orders, and what must hold of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.erp_accounting.models import Account, Invoice
from addons.erp_accounting.services import invoices, ledgers
from addons.erp_purchase.queries import soundness
from addons.erp_purchase.wires.accounting import billing, matching
from addons.erp_purchase.wires.accounting import proof as bill_proof
from addons.erp_purchase.wires.clearing import proof as clearing_proof
from addons.erp_purchase.wires.clearing.models import PriceDifference
from addons.erp_purchase.wires.stock import proof as stock_proof
from addons.erp_stock.queries import soundness as stock_soundness
from addons.erp_stock.wires.accounting import proof as ledger_proof
from tests.erp_accounting.factories import balance

if TYPE_CHECKING:
    from addons.erp_purchase.models import Order
    from core.api import Env

D = Decimal


def code(env: Env, purpose: str) -> str:
    return env.get(Account, ledgers.account_id(env, purpose)).code


def goods_received(env: Env) -> Decimal:
    """The balance of goods received, not invoiced."""
    return balance(env, code(env, "goods_received"))


def all_sound(env: Env) -> bool:
    found = [*soundness.findings(env), *bill_proof.findings(env)]
    if env.enabled("erp_stock"):
        found += [*stock_proof.findings(env), *clearing_proof.findings(env), *ledger_proof.findings(env)]
        found += stock_soundness.findings(env)
    assert found == []
    return True


def differences(env: Env) -> list[Decimal]:
    model = env[PriceDifference]
    return list(env.session.scalars(select(model.amount).order_by(model.id)))


def billed(env: Env, order: Order, *, price: str | None = None, quantity: str | None = None) -> Invoice:
    """Post the bill of what may be billed, with another price or quantity on its first line."""
    bill = billing.create_bill(env, order)
    if price is not None:
        bill.lines[0].unit_price = D(price)
    if quantity is not None:
        bill.lines[0].quantity = D(quantity)
    invoices.post(env, bill)
    return bill


def post_refused(env: Env, bill: Invoice) -> Any:
    """Post in a savepoint that the refusal takes back; give the refusal."""
    with pytest.raises(matching.DoesNotMatch) as refused:
        try_to_post(env, bill)
    env.session.expire_all()
    return refused.value


def try_to_post(env: Env, bill: Invoice) -> None:
    with env.session.begin_nested():
        invoices.post(env, bill)
