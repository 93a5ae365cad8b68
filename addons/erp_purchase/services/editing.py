"""What the screens need to fill in orders while they are drafts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.base.models import Party
from addons.erp_purchase.models import Order
from addons.erp_purchase.services import orders, prices
from core.api import ZERO

if TYPE_CHECKING:
    from addons.catalog.models import Product, Tax
    from addons.erp_purchase.models import Line
    from addons.erp_purchase.services.prices import Terms
    from core.api import Env


def create(env: Env, values: dict[str, Any]) -> Order:
    """A draft of the person who writes it, in the vendor's currency."""
    values.setdefault("owner_id", env.user.id)
    party = values.get("party") or (env.get(Party, values["party_id"]) if values.get("party_id") else None)
    if party is not None and not values.get("currency"):
        values["currency"] = orders.currency_for(env, party)
    return env.add(Order, **values)


def complete_line(env: Env, order: Order, line: Line) -> None:
    """Fill in what the vendor's price says of the product that was chosen; else what the product says.

    A vendor who sells from ten on gets a line of ten.
    """
    product = line.product
    if product is None:
        return
    line.unit_id, line.unit = product.unit_id, product.unit
    line.description = line.description or product.name
    line.taxes = purchase_taxes(env, product)
    line.unit_price = line.unit_price or ZERO
    vendor_id = _vendor_id(order)
    if vendor_id is None:
        return
    found = _cheapest_step(env, order, line, vendor_id)
    if found is None:
        return
    line.quantity = max(line.quantity or Decimal(1), found.price.min_quantity)
    _take(order, line, found)
    line.description = found.price.vendor_name or line.description


def reprice(env: Env, order: Order, line: Line) -> None:
    """Another quantity may reach another price of the vendor. A price typed by hand stays."""
    vendor_id = _vendor_id(order)
    if line.product is None or line.unit is None or vendor_id is None:
        return
    steps = prices.valid(env, [line.product.id], party_ids=[vendor_id], on=order.order_date)
    offered = {
        (one.unit_price, one.discount)
        for step in steps
        for one in (prices.terms(env, step, unit=line.unit, currency=order.currency, on=order.order_date),)
    }
    if (line.unit_price, line.discount or ZERO) not in offered:
        return
    found = prices.best(
        env,
        line.product,
        line.quantity or ZERO,
        party_id=vendor_id,
        unit=line.unit,
        currency=order.currency,
        on=order.order_date,
    )
    if found is not None:
        _take(order, line, found)


def purchase_taxes(env: Env, product: Product) -> list[Tax]:
    """The product's taxes on purchases in this company."""
    return [tax for tax in product.purchase_taxes if tax.company_id == env.company_id]


def _vendor_id(order: Order) -> int | None:
    return order.party_id or (order.party.id if order.party else None)


def _cheapest_step(env: Env, order: Order, line: Line, vendor_id: int) -> Terms | None:
    """The price for the quantity on the line; below every step the lowest one."""
    product = line.product
    assert product is not None  # noqa: S101 - the caller looked
    found = prices.best(
        env,
        product,
        line.quantity or Decimal(1),
        party_id=vendor_id,
        currency=order.currency or env.company.currency,
        on=order.order_date,
    )
    return found or prices.lowest(
        env,
        product,
        party_id=vendor_id,
        currency=order.currency or env.company.currency,
        on=order.order_date,
    )


def _take(order: Order, line: Line, found: Terms) -> None:
    line.unit, line.unit_id = found.unit, found.unit.id
    line.unit_price, line.discount = found.unit_price, found.discount
    line.vendor_code = found.price.vendor_code
    if found.lead_days is not None:
        line.expected_on = prices.arrival(found.lead_days, order.order_date or found.price.created_at.date())
