"""Read records for a session that may not have seen them, in one statement for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.util import identity_key

from addons.catalog.models import Product

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.api import Env, Model

M = TypeVar("M", bound="Model")


def by_id(env: Env, fragment: type[M], ids: Iterable[int | None], *options: Any) -> dict[int, M]:
    """Records by id: those this session already holds, the others in one statement."""
    model = env[fragment]
    held = env.session.identity_map
    found: dict[int, M] = {}
    missing = []
    for id_ in sorted({id_ for id_ in ids if id_}):
        record = env.session.get(model, id_) if model.__kept__ else held.get(identity_key(model, id_))
        if record is not None and not options:
            found[id_] = record
        else:
            missing.append(id_)
    if missing:
        query = select(model).where(model.id.in_(missing)).options(*options)
        found |= {record.id: record for record in env.session.scalars(query)}
    return found


def products(env: Env, ids: Iterable[int | None]) -> dict[int, Product]:
    """Products with their units."""
    product = env[Product]
    held = env.session.identity_map
    wanted = {id_ for id_ in ids if id_}
    known = {
        id_: record
        for id_ in wanted
        if (record := held.get(identity_key(product, id_))) is not None and "unit" in record.__dict__
    }
    return known | by_id(env, Product, wanted - known.keys(), joinedload(product.unit))
