"""What a salesperson can promise, from what is on the shelf and on its way."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.erp_stock.queries import availability
from addons.erp_stock.services.shelves import plain
from core.api import ZERO, _, format_date

if TYPE_CHECKING:
    from datetime import date

    from addons.catalog.models import Product
    from core.api import Env


OPEN = ("draft", "sent")
"""What is confirmed has its goods reserved: a promise would count them twice."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One product of a quote: wanted, free now, and the first day on which all of it can leave."""

    product: str
    wanted: Decimal
    free: Decimal
    on: date | None
    today: bool


def hint(env: Env, product: Product) -> str | None:
    """A few words for the picker of a line."""
    if not product.is_goods:
        return None
    with env.system("availability for a salesperson") as system:
        found = availability.of(system, [product.id])[product.id]
    if found.free > 0:
        return str(_("{quantity} in stock", quantity=plain(found.free)))
    day = found.promised(Decimal(1), env.today())
    return str(_("Back {day}", day=format_date(day))) if day else str(_("Out of stock"))


def of_document(env: Env, document: Any) -> list[Promise]:
    """One promise per product of a quote or an order that is not confirmed yet; two statements."""
    wanted: dict[int, Decimal] = {}
    names: dict[int, str] = {}
    for line in document.lines:
        if line.is_product and line.product is not None and line.product.is_goods:
            wanted[line.product_id] = wanted.get(line.product_id, ZERO) + line.quantity
            names[line.product_id] = line.product.name
    if not wanted:
        return []
    today = env.today()
    with env.system("availability for a salesperson") as system:
        found = availability.of(system, wanted)
    promises = []
    for product_id, quantity in wanted.items():
        on = found[product_id].promised(quantity, today)
        free = max(found[product_id].free, ZERO)
        promises.append(Promise(names[product_id], quantity, free, on, on == today))
    return promises


def context(env: Env, document: Any) -> dict[str, Any] | None:
    """For the panel beside a quote: its promises, and the day on which everything can leave."""
    if document.id is None or document.status.value not in OPEN:
        return None
    promises = of_document(env, document)
    if not promises:
        return None
    days = [promise.on for promise in promises]
    together = max(day for day in days if day) if all(days) else None
    return {"promises": promises, "together": together, "today": env.today()}
