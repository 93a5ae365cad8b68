"""Records of a customer order for a session that may not have seen them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from addons.base.models import Party
from addons.catalog.models import Tax, Unit
from addons.catalog.services.loading import by_id, products

if TYPE_CHECKING:
    from collections.abc import Sequence

    from addons.erp_orders.services.orders import LineInput
    from core.api import Env


def party(env: Env, party_id: int) -> Party:
    """A customer, as this session holds it or reads it."""
    return env.get(Party, party_id)


def with_records(env: Env, lines: Sequence[LineInput]) -> Sequence[LineInput]:
    """The same lines with the records behind their ids, as this session reads them."""
    found = products(env, [line.product_id for line in lines])
    units = {product.unit_id: product.unit for product in found.values()}
    units |= by_id(env, Unit, {line.unit_id for line in lines} - units.keys())
    taxes = by_id(env, Tax, [tax_id for line in lines for tax_id in line.tax_ids])
    return [
        replace(
            line,
            product=found.get(line.product_id or 0),
            unit=units.get(line.unit_id or 0),
            taxes=[taxes[tax_id] for tax_id in line.tax_ids],
        )
        for line in lines
    ]
