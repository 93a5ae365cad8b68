"""Records of catalog for tests: each override says only what matters."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.catalog.models import PriceList, Product, Tax, Unit

if TYPE_CHECKING:
    from core.api import Env


def a_unit(env: Env, **values: Any) -> Unit:
    """The seeded piece, unless something else is asked for."""
    if not values:
        piece = env.session.scalar(select(env[Unit]).where(env[Unit].code == "C62"))
        if piece is not None:
            return piece
    return env.add(Unit, **{"name": "Piece", "code": "C62", "digits": 0} | values)


def a_tax(env: Env, rate: str | int = 20, **values: Any) -> Tax:
    """A tax of that rate; asked for twice it is the same one."""
    code = values.get("code") or f"test-{rate}-{'included' if values.get('included') else 'on-top'}"
    model = env[Tax]
    known = env.session.scalar(select(model).where(model.code == code, model.company_id == env.company_id))
    return known or env.add(Tax, **{"name": f"VAT {rate}%", "code": code, "rate": Decimal(rate)} | values)


def a_product(env: Env, **values: Any) -> Product:
    given = {"name": "Pendant Orla 40", "sale_price": Decimal(189)} | values
    if "unit" not in given and "unit_id" not in given:
        given["unit_id"] = a_unit(env).id
    return env.add(Product, **given)


def a_price_list(env: Env, **values: Any) -> PriceList:
    return env.add(PriceList, **{"name": "Retail", "currency": "EUR"} | values)
