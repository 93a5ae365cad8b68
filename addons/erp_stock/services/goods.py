"""Read products for a session that may not have seen them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.util import identity_key

from addons.catalog.models import Product

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.api import Env


def by_id(env: Env, product_ids: Iterable[int]) -> dict[int, Product]:
    """Products with their units: those this session already knows, the others in one statement."""
    product = env[Product]
    known = env.session.identity_map
    found: dict[int, Product] = {}
    missing = []
    for id_ in sorted(set(product_ids)):
        record = known.get(identity_key(product, id_))
        if record is not None and "unit" in record.__dict__:
            found[id_] = record
        else:
            missing.append(id_)
    if missing:
        query = select(product).where(product.id.in_(missing)).options(joinedload(product.unit))
        found |= {record.id: record for record in env.session.scalars(query)}
    return found
