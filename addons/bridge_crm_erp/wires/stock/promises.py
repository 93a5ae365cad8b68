"""What a salesperson can promise, from what is on the shelf and on its way."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.catalog.models import Product
from addons.erp_stock.queries import promises
from addons.erp_stock.services.quantities import factor
from addons.erp_stock.services.shelves import plain
from core.api import ZERO, RuleBroken, _, format_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from addons.crm_sales.models import Quote
    from core.api import Env


OPEN = ("draft", "sent")
"""What is confirmed has its goods reserved: a promise would count them twice."""


class NobodyKnows(RuleBroken):
    def __init__(self, products: Sequence[str]) -> None:
        super().__init__(
            _("Nobody knows when this can leave: {products}.", products=", ".join(products))
            if products
            else _("The quote has no goods."),
            hint=_("Write the delivery date yourself, or ask the buyer for a lead time."),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One product of a quote: wanted, free now, and the first day on which all of it can leave."""

    product: str
    wanted: Decimal
    free: Decimal
    on: date | None
    source: str
    """stock, coming, supply or none."""


def hint(env: Env, product: Product) -> str | None:
    """A few words for the picker of a line."""
    if not product.is_goods:
        return None
    with env.system("availability for a salesperson") as system:
        found = promises.of(system, {system.get(Product, product.id): Decimal(1)})[product.id]
    if found.free > 0:
        return str(_("{quantity} in stock", quantity=plain(found.free)))
    return str(_("Back {day}", day=format_date(found.on))) if found.on else str(_("Out of stock"))


def of_document(env: Env, document: Any) -> list[Line]:
    """One line per product of a quote or an order that is not confirmed yet."""
    wanted: dict[int, Decimal] = {}
    for line in document.lines:
        if line.is_product and line.product is not None and line.product.is_goods:
            same = line.unit is not None and line.unit.category == line.product.unit.category
            quantity = line.quantity * factor(line.product, line.unit) if same else line.quantity
            wanted[line.product_id] = wanted.get(line.product_id, ZERO) + quantity
    if not wanted:
        return []
    with env.system("availability for a salesperson") as system:
        product = system[Product]
        query = select(product).where(product.id.in_(sorted(wanted))).order_by(product.name, product.id)
        products = system.session.scalars(query).all()
        found = promises.of(system, {one: wanted[one.id] for one in products})
        return [
            Line(one.name, wanted[one.id], its.free, its.on, its.source.value)
            for one in products
            for its in (found[one.id],)
        ]


def together(lines: Sequence[Line]) -> date | None:
    """The first day on which everything can leave; None when nobody knows."""
    days = [line.on for line in lines if line.on]
    return max(days) if lines and len(days) == len(lines) else None


def offer(env: Env, quote: Quote) -> date:
    """Write the first day on which everything can leave on a draft: the delivery date the customer reads."""
    lines = of_document(env, quote)
    day = together(lines)
    if day is None:
        raise NobodyKnows([line.product for line in lines if line.on is None])
    quote.requested_date = day
    env.session.flush()
    return day


def context(env: Env, document: Any) -> dict[str, Any] | None:
    """For the panel beside a quote: its promises, and the day on which everything can leave."""
    if document.id is None or document.status.value not in OPEN:
        return None
    lines = of_document(env, document)
    return {"promises": lines, "together": together(lines), "today": env.today()} if lines else None
