"""Orders of customers, with only what matters said."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.catalog.models import Tax, TaxKind
from addons.erp_orders.services import orders
from addons.erp_orders.services.orders import LineInput
from tests.erp_stock.factories import a_customer, a_product

if TYPE_CHECKING:
    from addons.catalog.models import Product
    from addons.erp_orders.models import Order
    from core.api import Env

_numbers = iter(range(1, 1_000_000))


def a_tax(env: Env, rate: str | int = 20) -> Any:
    """A sales tax; where there are books, booked where the chart books its taxes."""
    values: dict[str, Any] = {"name": f"VAT {rate} %", "code": f"T{next(_numbers)}", "rate": Decimal(rate)}
    if env.enabled("erp_accounting"):
        from addons.erp_accounting.models import AccountedTax

        tax = env[AccountedTax]
        values["account_id"] = env.session.scalars(
            select(tax.account_id).where(tax.kind == TaxKind.SALE, tax.account_id.is_not(None))
        ).first()
    return env.add(Tax, **values)


def a_line(
    product: Product | None, quantity: str | int = 1, price: str | int = 20, **values: Any
) -> LineInput:
    """A product of an order."""
    return LineInput(product, Decimal(quantity), unit_price=Decimal(price), **values)


def an_order(env: Env, *lines: LineInput, **values: Any) -> Order:
    """A draft; one lamp when no line is said."""
    party = values.pop("party", None) or a_customer(env)
    return orders.create(env, party, lines or [a_line(a_product(env))], **values)


def a_confirmed_order(env: Env, *lines: LineInput, **values: Any) -> Order:
    """An order the customer said yes to."""
    order = an_order(env, *lines, **values)
    orders.confirm(env, order)
    return order
