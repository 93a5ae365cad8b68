"""The first day on which goods can leave: the one rule behind every date that a customer is promised.

| what is there | promised |
|---|---|
| enough that is promised to nobody | today |
| enough once planned receipts and supply requests have come | the day on which they have |
| too little, and somebody knows how long new goods take | that many days from today |
| too little, and nobody knows | no day |

To each the days are added that the warehouse takes to prepare a delivery. Whoever was promised before is
served before: goods that open deliveries hold or wait for are not promised again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.erp_stock.models import OperationKind, ReorderRule
from addons.erp_stock.queries import availability
from addons.erp_stock.services import warehouses
from core.api import ZERO, Choice, _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from addons.catalog.models import Product
    from core.api import Env


class Source(Choice):
    """Where promised goods come from."""

    STOCK = "stock", _("In stock")
    COMING = "coming", _("On its way")
    SUPPLY = "supply", _("To be ordered")
    NONE = "none", _("Nobody knows")


@dataclass(frozen=True, slots=True)
class Promise:
    """Of one product. ``free`` is on hand and promised to nobody, never below zero."""

    on: date | None
    source: Source
    free: Decimal


def of(
    env: Env, wanted: Mapping[Product, Decimal], *, waiting: Mapping[int, Decimal] | None = None
) -> dict[int, Promise]:
    """By id of the product, for so much of each in its own unit; call it elevated.

    ``waiting``: what of it already stands on open deliveries that wait for goods, as of a confirmed order; it
    is not counted twice.
    """
    ids = [product.id for product in wanted]
    known = availability.of(env, ids)
    asked = availability.requested(env, ids)
    today = env.today()
    ready = timedelta(days=_preparation(env))
    found: dict[int, Promise] = {}
    short: dict[Product, Decimal] = {}
    for product, quantity in wanted.items():
        there = known.get(product.id, availability.NOTHING)
        more = quantity - (waiting or {}).get(product.id, ZERO)
        free = max(there.free, ZERO)
        left = there.free - there.waiting - more
        if left >= 0:
            found[product.id] = Promise(today + ready, Source.STOCK, free)
            continue
        for day, arriving in sorted([*there.incoming, *asked.get(product.id, ())]):
            left += arriving
            if left >= 0:
                found[product.id] = Promise(max(day, today) + ready, Source.COMING, free)
                break
        else:
            short[product] = -left
            found[product.id] = Promise(None, Source.NONE, free)
    for product_id, days in _replenished(env, short).items():
        day = today + timedelta(days=days) + ready
        found[product_id] = Promise(day, Source.SUPPLY, found[product_id].free)
    return found


def _preparation(env: Env) -> int:
    return warehouses.operation_type(env, OperationKind.DELIVERY).warehouse.preparation_days


def _replenished(env: Env, short: Mapping[Product, Decimal]) -> dict[int, int]:
    """How many days new goods take: by the fastest who answers, else by the rule that would ask for them."""
    if not short:
        return {}
    rule = env[ReorderRule]
    query = (
        select(rule.product_id, func.min(rule.lead_days))
        .where(
            rule.product_id.in_([product.id for product in short]),
            rule.company_id == env.company_id,
            rule.active,
            rule.lead_days > 0,
        )
        .group_by(rule.product_id)
    )
    days = {product_id: found for product_id, found in env.session.execute(query)}  # noqa: C416  # a Row is no pair for dict()
    told: dict[int, int] = {}
    for answer in env.hooks.replenishment_days(env=env, wanted=short):
        for product_id, found in answer.items():
            told[product_id] = min(found, told.get(product_id, found))
    return days | told
