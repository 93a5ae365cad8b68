"""Vendors, prices and purchase orders, with only what matters said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import Party
from addons.catalog.models import Tax, TaxKind
from addons.erp_purchase.models import Policy, VendorPrice
from addons.erp_purchase.services import orders, policies
from addons.erp_purchase.services.orders import LineInput
from core.api import Env, User, Who
from core.security.access import access_of
from tests.erp_stock.factories import a_product

if TYPE_CHECKING:
    from addons.catalog.models import Product
    from addons.erp_purchase.models import Order

_numbers = count(1)


def a_vendor(env: Env, **values: Any) -> Any:
    """An organisation that sells to us."""
    return env.add(Party, **{"name": f"Verreries du Rhône {next(_numbers)}", "is_supplier": True} | values)


def a_price(env: Env, vendor: Party, product: Product, price: str | int, **values: Any) -> VendorPrice:
    """What the vendor asks for one, from one on."""
    return env.add(
        VendorPrice,
        party_id=vendor.id,
        party=vendor,
        product_id=product.id,
        product=product,
        price=Decimal(price),
        **{"currency": env.company.currency} | values,
    )


def a_purchase_tax(env: Env, rate: str | int = 20) -> Any:
    """A tax on purchases; where there are books, booked where the chart books its taxes."""
    values: dict[str, Any] = {
        "name": f"Purchase VAT {rate} %",
        "code": f"PT{next(_numbers)}",
        "rate": Decimal(rate),
        "kind": TaxKind.PURCHASE,
    }
    if env.enabled("erp_accounting"):
        from addons.erp_accounting.models import AccountedTax

        tax = env[AccountedTax]
        values["account_id"] = env.session.scalars(
            select(tax.account_id).where(tax.kind == TaxKind.PURCHASE, tax.account_id.is_not(None))
        ).first()
    return env.add(Tax, **values)


def a_line(
    product: Product | None, quantity: str | int = 1, price: str | int = 10, **values: Any
) -> LineInput:
    """A product of an order."""
    return LineInput(product, Decimal(quantity), unit_price=Decimal(price), **values)


def an_order(env: Env, *lines: LineInput, **values: Any) -> Order:
    """A draft; one lamp when no line is said."""
    party = values.pop("party", None) or a_vendor(env)
    return orders.create(env, party, lines or [a_line(a_product(env))], **values)


def a_confirmed_order(env: Env, *lines: LineInput, **values: Any) -> Order:
    """An order the vendor has our yes for."""
    order = an_order(env, *lines, **values)
    orders.confirm(env, order)
    return order


def acting(env: Env, role: str) -> Env:
    """Somebody with a role of purchasing, in the same transaction."""
    roles = frozenset({f"erp_purchase.{role}", "base.user"})
    name = f"{role} {next(_numbers)}"
    email = f"{name.replace(' ', '.')}@example.com"
    user = env.add(User, name=name, email=email)
    who = Who(id=user.id, name=name, email=email, roles=roles)
    return Env(replace(env.scope, user=who), access_of(env.registry, roles, everything=False))


def rules(env: Env, **values: str | int | None) -> Policy:
    """The purchasing rules of the company, with these values."""
    policy = policies.set_up(env)
    for name, value in values.items():
        setattr(policy, name, None if value is None else Decimal(value))
    env.session.flush()
    return policy
